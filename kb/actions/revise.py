"""Begin a new version of an article, from the published one or an older one; drop a draft."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base.clock import now
from base.db import execute, transaction
from base.errors import Refused
from base.inputs import Input, Line
from base.journal import record
from kb.actions.assign import end_assignments
from kb.actions.draft import draft_of, lock
from kb.models import Article, ArticleRevision
from kb.queries.facts import Found, find, find_readable
from kb.rules import OPEN_STATES, check_may_edit
from members.viewer import Viewer


class NewVersion(Input):
    """Why a new version is begun."""

    significance: Literal["typo", "content", "advice"] = Field("content", title="What will change")
    note: Annotated[Line, Field(max_length=300, title="What will change, in words")] = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """The draft to work on; `fresh` is False when somebody had begun one already."""

    number: int
    fresh: bool


async def revise(viewer: Viewer, article_id: int, given: NewVersion) -> Begun:
    """Begin a draft from the published version; when there is a draft already, return that."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    if found.revision.state in OPEN_STATES:
        return Begun(found.revision.number, fresh=False)
    basis = found.article.published_revision or found.latest_revision
    return await _begin(viewer, found, basis, given)


async def restore(viewer: Viewer, article_id: int, number: int) -> Begun:
    """Begin a draft from an older version; nothing is published until it is reviewed again."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    if found.revision.state in OPEN_STATES:
        raise Refused("Somebody is working on a draft. Finish or drop it before you restore an older version.")
    old = await find_readable(viewer, article_id, number)
    given = NewVersion(significance="advice", note=f"Restored from version {old.revision.number}")
    return await _begin(viewer, found, old.revision.number, given)


async def _begin(viewer: Viewer, found: Found, basis: int, given: NewVersion) -> Begun:
    number = found.latest_revision + 1
    try:
        async with transaction():
            await _copy(viewer, found, basis, number, given)
            data = {"revision": number, "based_on": basis, "significance": given.significance}
            await record("article.revised", actor_id=viewer.id, subject_id=found.id, data=data)
    except IntegrityError:  # somebody else began the same version at the same moment
        return Begun(number, fresh=False)
    return Begun(number, fresh=True)


async def _copy(viewer: Viewer, found: Found, basis: int, number: int, given: NewVersion) -> None:
    at = now()
    old = await ArticleRevision.get(article_id=found.id, number=basis)
    await ArticleRevision.create(
        article_id=found.id,
        number=number,
        title=old.title,
        summary=old.summary,
        sections=old.sections,
        recommendation=old.recommendation,
        strength=old.strength,
        evidence=old.evidence,
        evidence_why=old.evidence_why,
        author_id=viewer.member_id,
        last_editor_id=viewer.member_id,
        based_on=basis,
        significance=given.significance,
        note=given.note,
        created_at=at,
        changed_at=at,
    )
    await execute(
        "INSERT INTO source_links (article_id, revision, section, thread_id, post_id, post_number, post_revision, "
        'start, "end", text, hash, state, addressed, added_by_id, created_at) '
        "SELECT article_id, ?, section, thread_id, post_id, post_number, post_revision, "
        'start, "end", text, hash, state, addressed, added_by_id, created_at '
        "FROM source_links WHERE article_id = ? AND revision = ? ORDER BY id",
        number, found.id, basis,
    )  # fmt: skip
    values = {"latest_revision": number, "changed_at": at}
    if found.article.state == "archived":
        values["state"] = "draft"
    await Article.filter(id=found.id).update(**values)


async def discard(viewer: Viewer, article_id: int) -> None:
    """Drop the draft; it stays in the history, and `restore` begins anew from it."""
    found = await draft_of(viewer, article_id)
    at = now()
    async with transaction():
        revision = await lock(found)
        await ArticleRevision.filter(id=revision.id).update(state="rejected", changed_at=at)
        if not found.article.published_revision:
            await Article.filter(id=article_id).update(state="archived", changed_at=at)
        await end_assignments("article", [article_id], actor_id=viewer.id)
        data = {"revision": revision.number}
        await record("article.dropped", actor_id=viewer.id, subject_id=article_id, data=data)
