"""The evidence map of an article: a picture, and the same as a table."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.web.render import page
from base.web.words import translations_for
from forum.evidence import against
from kb.evidence_map import Evidence, Picture, evidence_rows, picture
from kb.pages.article import version_of
from kb.queries.article import ArticleDetail, Shown, show_article
from kb.sections import RECOMMENDATIONS
from members.current import viewer_of

_WORDS: Final = {
    "": "No result told", "worked": "It worked", "mixed": "Mixed result", "did_not_work": "It did not work",
    "before_after": "before and after", "benchmark": "against others", "control": "control group",
    "nobody": "No organisation",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapPage:
    """What templates/kb/evidence_map.html shows."""

    article: ArticleDetail
    rows: tuple[Evidence, ...]
    picture: Picture
    words: dict[str, str]


def map_of(shown: Shown) -> tuple[Evidence, ...]:
    """Return the rows of the map of a version."""
    article = shown.detail
    return evidence_rows(
        shown.rested.threads, shown.rested.sources, article.margin.adoptions, against(article.recommendation)
    )


async def evidence_map(request: Request) -> Response:
    """Draw on which sources, organisations and results a recommendation rests."""
    viewer = viewer_of(request)
    shown = await show_article(viewer, request.path_params["id"], version_of(request))
    say = translations_for(viewer.locale).gettext
    words = {name: say(word) for name, word in _WORDS.items()}
    rows = map_of(shown)
    advice = f"{say(RECOMMENDATIONS[shown.detail.recommendation])}: {shown.detail.title}"
    return page(request, "kb/evidence_map.html", MapPage(shown.detail, rows, picture(advice, rows, words), words))


ROUTES: list[BaseRoute] = [Route("/kb/{id:int}/evidence", evidence_map, methods=["GET"])]
