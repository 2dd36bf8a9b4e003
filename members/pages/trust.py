"""What trust means here, and how far one is oneself."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.limits import limit_of
from base.web.render import page
from members.current import viewer_of
from members.queries.trust import Standing, standing
from members.rules import NEEDED


@dataclass(frozen=True, slots=True)
class TrustPage:
    """What templates/members/trust.html shows: the numbers in force, and one's own standing."""

    needed: dict[str, int]
    limits: dict[str, int]
    own: Standing | None


_LIMITS = (
    "newcomer_links", "newcomer_images", "newcomer_files", "newcomer_mentions", "first_day_topics", "first_day_posts",
    "mentions", "topics_a_day", "invitations_a_day",
)  # fmt: skip


async def trust(request: Request) -> Response:
    """Say what trust means."""
    viewer = viewer_of(request)
    own = await standing(viewer) if viewer.is_member else None
    limits = {name: limit_of(name) for name in _LIMITS}
    return page(request, "members/trust.html", TrustPage(dict(NEEDED.items()), limits, own))


ROUTES: list[BaseRoute] = [Route("/trust", trust, methods=["GET"])]
