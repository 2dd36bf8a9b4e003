"""Compare what is counted, kept as files and indexed with the rows themselves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import anyio.to_thread

from app.wiring import SOURCES
from base.db import dialect, rows
from base.media.store import is_sound, kept_longer_than
from search_index.engine import Unavailable, current

_DAY: Final = 86400.0
_NAMED: Final = 5

VOTES, REPLIES = "useful votes of posts", "replies of threads"
COUNTERS: Final = {
    VOTES: (
        "SELECT p.id FROM posts p WHERE p.votes <> p.votes_brought + "
        "(SELECT COUNT(*) FROM votes v WHERE v.post_id = p.id) ORDER BY p.id"
    ),
    REPLIES: (
        "SELECT t.id FROM threads t WHERE t.replies <> (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id "
        "AND p.number > 1 AND p.state = 'published' AND p.kind <> 'summary') ORDER BY t.id"
    ),
    "answers of threads": (
        "SELECT t.id FROM threads t WHERE t.answers <> (SELECT COUNT(*) FROM posts p WHERE p.thread_id = t.id "
        "AND p.state = 'published' AND p.kind = 'answer') ORDER BY t.id"
    ),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that was compared; `words` says what differs, or that all is equal."""

    name: str
    ok: bool
    words: str


Step = Callable[[str], object]


async def verify(step: Step = lambda name: None) -> list[Compared]:
    """Compare everything; a comparison that cannot be made is a finding, too."""
    found: list[Compared] = []
    for name, compare in _COMPARISONS.items():
        step(name)
        try:
            found += await compare()
        except Exception as error:  # told as what was found, so that the others are still made
            found.append(Compared(name, False, f"could not be compared: {type(error).__name__}: {error}"))
    return found


async def _counters() -> list[Compared]:
    found = []
    for name, sql in COUNTERS.items():
        wrong = [row["id"] for row in await rows(sql)]
        found.append(_told(name, wrong, "equal their rows", "differ from their rows"))
    return found


async def _references() -> list[Compared]:
    if dialect() == "postgres":  # it checks each reference itself, at every write
        return [Compared("references", True, "kept by PostgreSQL")]
    broken = await rows('SELECT DISTINCT "table" AS id FROM pragma_foreign_key_check ORDER BY 1')
    return [_told("references", [row["id"] for row in broken], "all lead somewhere", "have rows that point at nothing")]


async def _files() -> list[Compared]:
    known = [row["sha256"] for row in await rows("SELECT DISTINCT sha256 FROM uploads ORDER BY sha256")]
    broken = [one for one in known if not await anyio.to_thread.run_sync(is_sound, one)]
    lying = await anyio.to_thread.run_sync(lambda: list(kept_longer_than(_DAY)))
    strange = sorted(set(lying) - set(known))
    return [
        _told("files of rows", [one[:12] for one in broken], f"{len(known)}, all whole", "missing or damaged"),
        _told("files without a row", [one[:12] for one in strange], "none", "lie there for more than a day"),
    ]


async def _index() -> list[Compared]:
    number = 0
    for source in SOURCES.values():
        ids = {document.id async for document in source.load_all()}
        number += len(ids)
    try:
        health = await current().check()
    except Unavailable as error:
        return [Compared("search index", False, str(error))]
    if health.trouble:
        return [Compared("search index", False, health.trouble)]
    waiting = await rows(
        "SELECT COUNT(*) AS n FROM journal_deliveries WHERE subscriber = 'search_index' AND dead = ?", False
    )
    words = f"{health.documents} documents, {number} in the database"
    if waiting[0]["n"]:
        words += f"; {waiting[0]['n']} changes are still to be indexed"
    # A change that waits may bring a document or take one away.
    return [Compared("search index", abs(health.documents - number) <= waiting[0]["n"], words)]


async def _journal() -> list[Compared]:
    dead = [row["id"] for row in await rows("SELECT id FROM journal_deliveries WHERE dead = ? ORDER BY id", True)]
    return [_told("journal", dead, "nothing was given up", "deliveries were given up")]


def _told(name: str, wrong: list[object], well: str, ill: str) -> Compared:
    if not wrong:
        return Compared(name, True, well)
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    return Compared(name, False, f"{len(wrong)} {ill}: {', '.join(map(str, wrong[:_NAMED]))}{more}")


_COMPARISONS: Final[dict[str, Callable[[], Awaitable[list[Compared]]]]] = {
    "counters": _counters,
    "references": _references,
    "files": _files,
    "search index": _index,
    "journal": _journal,
}
STEPS: Final = len(_COMPARISONS)
