"""What every change of a draft has in common: it is found, allowed, locked, and remembers who touched it last."""

from typing import Any, Final

from base.clock import now
from base.errors import Conflict
from kb.content import Content
from kb.models import ArticleRevision
from kb.queries.facts import Found, find
from kb.rules import WRITABLE, check_may_write
from members.viewer import Viewer

_COLUMNS: Final = ("title", "summary", "sections", "recommendation", "strength", "evidence", "evidence_why")


async def draft_of(viewer: Viewer, article_id: int) -> Found:
    """Return the article with the draft the viewer may change; raises what a page can show."""
    found = await find(viewer, article_id)
    check_may_write(viewer, found.article, found.revision)
    return found


async def lock(found: Found) -> ArticleRevision:
    """Return the draft as it is now, for this transaction alone; raises Conflict when it is no draft any more."""
    revision = await ArticleRevision.select_for_update().get(id=found.revision_id)
    if revision.state not in WRITABLE:
        raise Conflict("Meanwhile this draft was sent to review, published or dropped. Open it again to see.")
    return revision


def words_of(revision: ArticleRevision) -> Content:
    """Return what a revision says."""
    return Content.of({name: getattr(revision, name) for name in _COLUMNS})


async def touch(revision: ArticleRevision, viewer: Viewer, content: Content | None = None, **more: Any) -> int:
    """Remember who touched the draft, with its new words if any; return its edit number, which rises with words."""
    words = content.columns() if content else {}
    edits = int(revision.edits) + (1 if content else 0)
    await ArticleRevision.filter(id=revision.id).update(
        **words, **more, last_editor_id=viewer.member_id, edits=edits, changed_at=now()
    )
    return edits
