"""Case studies for tests, with measurements and the practice they are on."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from forum.actions.share_case import setting_now
from forum.models import CaseStudy, Metric, Thread
from members.models import Member, Organisation
from tests import builders as make

_ANY: Any = object()


async def make_case(
    *,
    at: Organisation | None = _ANY,
    direction: str = "worked",
    comparisons: Sequence[str] = ("before_after",),
    practice: int | None = None,
    at_time: datetime | None = None,
    metrics: Sequence[dict[str, Any]] | None = None,
    title: str = "Reminders by text message",
    audience: str = "public",
    platforms: Sequence[Any] = (),
    state: str = "published",
    author: Member | None = None,
    **more: Any,
) -> Thread:
    """Make a published case study of an organisation of its own, with one metric for each comparison."""
    place = await make.organisation() if at is _ANY else at
    thread = await make.thread(
        title, kind="case_study", author=author, organisation=place, at=at_time, audience=audience, platforms=platforms,
        state=state, article_id=practice,
    )  # fmt: skip
    texts = {"summary": "In short.", "problem": "Why.", "what_we_did": "This.", "lessons": "That."}
    setting = await setting_now(place.id if place else None)
    case = await CaseStudy.create(thread=thread, setting=setting, direction=direction, **texts | more)
    if metrics is None:
        metrics = [{"comparison": one, "baseline": Decimal("11.2"), "result": Decimal("8.9")} for one in comparisons]
    for position, row in enumerate(metrics, 1):
        await Metric.create(**{"case": case, "position": position, "name": "No-shows", "unit": "%"} | row)
    return thread
