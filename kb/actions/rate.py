"""Say whether an article helped, with a reason; as who looks after it, settle what was said."""

from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.db import rows, transaction
from base.errors import Conflict, Missing
from base.inputs import Input, Line
from base.journal import record
from base.limits import count_against
from base.signing import blurred
from kb.actions.assign import end_when_clear
from kb.models import HelpfulVote
from kb.queries.facts import find
from kb.rules import check_may_rate, check_may_verify
from kb.sections import BY_NAME
from kb.verification import moved_column
from members.viewer import Viewer

_LIMIT: Final = "30/hour"


class Rating(Input):
    """Whether it helped; if not, why, in which section, and a few words for who looks after it."""

    helpful: bool = Field(title="Did it help?")
    reason: Literal["", "outdated", "not_ours", "unclear", "wrong", "missing"] = Field("", title="Why not")
    section: Annotated[Line, Field(max_length=20, title="Section")] = ""
    comment: Annotated[Line, Field(max_length=500, title="In your words")] = ""


async def rate(viewer: Viewer, article_id: int, given: Rating) -> None:
    """Count what the viewer says of the published version, once; said again, the last word counts."""
    found = await find(viewer, article_id)
    check_may_rate(viewer, found.article)
    await count_against("helpful", _LIMIT, viewer.address or str(viewer.id))
    number = found.article.published_revision
    said = given.model_dump() | {"at": now(), "settled_at": None}
    said["section"] = given.section if given.section in BY_NAME else ""
    async with transaction():
        before = await _is_disputed(article_id)
        voter = f"m:{viewer.id}" if viewer.is_member else blurred("helpful", viewer.address)
        made, _ = await HelpfulVote.update_or_create(
            defaults=said, article_id=article_id, revision=number, voter=voter
        )  # fmt: skip
        data = {"vote_id": made.id, "revision": number, "helpful": given.helpful}
        await record("helpful.said", actor_id=viewer.id, subject_id=article_id, data=data)
        if await _is_disputed(article_id) != before:
            kind = "article.undisputed" if before else "article.disputed"
            await record(kind, actor_id=None, subject_id=article_id, data={"revision": number})


async def settle(viewer: Viewer, article_id: int, vote_id: int) -> None:
    """Mark what a reader said as dealt with."""
    found = await find(viewer, article_id)
    check_may_verify(viewer, found.article)
    if not await HelpfulVote.filter(id=vote_id, article_id=article_id).exists():
        raise Missing("No reader said that.")
    async with transaction():
        votes = HelpfulVote.filter(id=vote_id, article_id=article_id, settled_at__isnull=True)
        if not await votes.update(settled_at=now()):
            raise Conflict("Somebody has dealt with that already.")
        await end_when_clear(article_id, actor_id=viewer.id)
        await record("helpful.settled", actor_id=viewer.id, subject_id=article_id, data={"vote_id": vote_id})


async def _is_disputed(article_id: int) -> bool:
    found = await rows(f"SELECT {moved_column()} FROM articles a WHERE a.id = ?", article_id)  # noqa: S608
    return "disputed" in found[0]["moved"]
