"""Write down which texts link to which articles, for all texts: those of before, and those that came in another way.

Whatever is written here is followed by `follow_links`; this finds what no entry of the journal told of. It goes from
text to text in small transactions, remembers in the journal how far it came, and may be repeated.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from base.db import marks, rows, transaction
from base.journal import record
from base.journal.models import Entry
from forum.models import Post
from kb.actions.follow_links import FROM_ARTICLE, FROM_POST, links_in, links_of_article, write_links
from kb.models import Article

BATCH: Final = 100
_STEP: Final = "link.refilled"
_DONE: Final = "link.complete"

# Also what has links written down and may have none any more.
_TEXTS: Final = {
    "post": """FROM posts p WHERE p.id > ? AND (p.body LIKE '%/kb/%'
      OR EXISTS (SELECT 1 FROM article_links l WHERE l.from_post_id = p.id))""",
    "article": """FROM articles p JOIN article_revisions r ON r.article_id = p.id AND r.number = p.published_revision
      WHERE p.id > ? AND (r.summary LIKE '%/kb/%' OR CAST(r.sections AS TEXT) LIKE '%/kb/%'
      OR EXISTS (SELECT 1 FROM article_links l WHERE l.from_article_id = p.id))""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinked:
    """How far it came: the kind of text, the last one looked at, how many there were and how many were mended."""

    of: str = "post"
    last: int = 0
    seen: int = 0
    mended: int = 0


async def count_texts() -> int:
    """Return how many texts there are to look at, for a progress bar."""
    return sum([int((await rows(f"SELECT COUNT(*) AS n {which}", 0))[0]["n"]) for which in _TEXTS.values()])


async def relink(step: Callable[[int], object] = lambda done: None) -> Relinked:
    """Look at every text, or go on where the last time was interrupted; return what was done."""
    at = await _interrupted()
    step(at.seen)
    for kind in list(_TEXTS)[list(_TEXTS).index(at.of) :]:
        at = at if at.of == kind else replace(at, of=kind, last=0)
        while ids := await _next(at):
            mended = await _mend(replace(at, last=ids[-1], seen=at.seen + len(ids)), ids)
            step(len(ids))
            at = mended
    async with transaction():
        await record(_DONE, actor_id=None, subject_id=at.last, data={"seen": at.seen, "mended": at.mended})
    return at


async def relink_once() -> None:
    """Do that if it was never done to its end, as after an update or an import."""
    if await Post.exists() and not await Entry.filter(kind=_DONE).exists():
        await relink()


async def _interrupted() -> Relinked:
    """Return where the last time stopped short; else the beginning."""
    entry = await Entry.filter(kind__in=(_STEP, _DONE)).order_by("-id").first()
    return Relinked(**entry.data) if entry is not None and entry.kind == _STEP else Relinked()


async def _next(at: Relinked) -> list[int]:
    found = await rows(f"SELECT p.id {_TEXTS[at.of]} ORDER BY p.id LIMIT ?", at.last, BATCH)
    return [int(row["id"]) for row in found]


async def _mend(at: Relinked, ids: Sequence[int]) -> Relinked:
    """Write the links of some texts; they are locked, so that nobody changes them between reading and writing."""
    async with transaction():
        model = Post if at.of == "post" else Article
        await model.filter(id__in=ids).select_for_update().order_by("id").values_list("id")
        mended = 0
        if at.of == "post":
            for row in await rows(f"SELECT id, body FROM posts WHERE id IN ({marks(ids)})", *ids):  # noqa: S608
                mended += await write_links(FROM_POST, row["id"], links_in(row["body"]))
        else:
            for id_ in ids:
                mended += await write_links(FROM_ARTICLE, id_, await links_of_article(id_))
        at = replace(at, mended=at.mended + mended)
        await record(_STEP, actor_id=None, subject_id=at.last, data=asdict(at))
    return at
