"""How often somebody may write, and how much of what advertisers want: counted in the rows there are.

The checks of the pace stand first in the transaction that writes: who writes twice at once waits for themselves, so
that the limits hold whatever server process is asked. Staff, community leaders, and who is trusted by hand are not held
up.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, cast

from base import settings
from base.clock import now
from base.db import as_datetime, dialect, lookup, marks, rows
from base.errors import Invalid, TooMany
from base.limits import limit_of, wait_words
from base.signing import sign, signed_at
from base.text.contents import contents_of
from members.rules import BY_HAND
from members.viewer import Viewer

DAY: Final = timedelta(days=1)
# What was written later than that was written before the clock was put back, and holds up nobody.
_SKEW: Final = timedelta(seconds=5)
_PURPOSE: Final = "form-opened"


def is_held_up(viewer: Viewer) -> bool:
    """Say whether the limits on writing hold for the viewer."""
    return settings.get().limits and not (viewer.is_staff or viewer.region_ids or viewer.trust >= BY_HAND)


async def check_topic_pace(viewer: Viewer, opened: str = "") -> None:
    """Raise TooMany unless the viewer may start one more thread now; inside the caller's transaction."""
    if not is_held_up(viewer):
        return
    await _hold(viewer)
    newcomer, at = viewer.trust < 1, now()
    first = await _first_text(viewer) if newcomer else None
    if newcomer and first is None:
        _check_typing(viewer, opened, None)
    most = limit_of("topics_a_day")
    early = newcomer and (first is None or at - first < DAY)
    times = await _times(viewer, "SELECT created_at FROM threads WHERE author_id IN ({ids})", at, most)
    _check_pause(times, limit_of("newcomer_topic_pause" if newcomer else "topic_pause"), at)
    _check_count(times, most, at, f"You have started {most} threads within a day, which is the most.")
    if early:
        few = limit_of("first_day_topics")
        _check_count(times, few, at, f"On your first day here you can start {few} threads.")


async def check_post_pace(viewer: Viewer, thread_id: int, opened: str = "") -> None:
    """Raise TooMany unless the viewer may write one more post now; inside the caller's transaction."""
    if not is_held_up(viewer):
        return
    await _hold(viewer)
    newcomer, at = viewer.trust < 1, now()
    first = await _first_text(viewer) if newcomer else None
    if newcomer and first is None:
        _check_typing(viewer, opened, await _seen_at(viewer, thread_id))
    written = await _times(viewer, "SELECT created_at FROM posts WHERE author_id IN ({ids})", at, 1)
    _check_pause(written, limit_of("newcomer_post_pause" if newcomer else "post_pause"), at)
    if newcomer and (first is None or at - first < DAY):
        few = limit_of("first_day_posts")
        replies = await _times(
            viewer, "SELECT created_at FROM posts WHERE number > 1 AND author_id IN ({ids})", at, few
        )
        _check_count(replies, few, at, f"On your first day here you can write {few} answers and comments.")


async def check_day(viewer: Viewer, what: str) -> None:
    """Raise TooMany unless the viewer may vote, doubt or edit once more today; inside the caller's transaction."""
    if not is_held_up(viewer):
        return
    await _hold(viewer)
    statement, name, words = _DAILY[what]
    most, at = limit_of(name), now()
    _check_count(await _times(viewer, statement, at, most), most, at, words.format(most=most))


_DAILY: Final = {
    "vote": (
        "SELECT created_at FROM votes WHERE member_id IN ({ids})", "likes_a_day",
        "You have called {most} posts useful within a day, which is the most.",
    ),
    "doubt": (
        "SELECT created_at FROM doubts WHERE member_id IN ({ids})", "doubts_a_day",
        "You have called {most} posts not useful within a day, which is the most.",
    ),
    "edit": (
        "SELECT created_at FROM post_revisions WHERE number > 1 AND editor_id IN ({ids})", "edits_a_day",
        "You have edited {most} times within a day, which is the most.",
    ),
}  # fmt: skip


def check_text(viewer: Viewer, body: str, field: str = "body") -> None:
    """Raise Invalid when a newcomer's text has too many links or pictures (for names see check_mentions)."""
    if is_held_up(viewer) and viewer.trust < 1:
        found = contents_of(body, settings.get().address)
        _check_number(field, "link", " to other sites", found.links, limit_of("newcomer_links"))
        _check_number(field, "picture", "", found.images, limit_of("newcomer_images"))


def opened_now() -> str:
    """Return a sign of when a form was opened, to be sent back with it: the same for all within a second."""
    return _opened_at(int(time.time()), settings.secret())


@lru_cache(maxsize=2)
def _opened_at(_second: int, _secret: str) -> str:
    return sign(_PURPOSE, "")


def _check_number(field: str, what: str, more: str, number: int, most: int) -> None:
    if number > most:
        some = (f"at most {most} {what}" if most == 1 else f"at most {most} {what}s" if most else f"no {what}s") + more
        raise Invalid({field: f"While you are new here, a text may have {some}; this has {number}."})


async def _hold(viewer: Viewer) -> None:
    """Let the viewer's other acts wait for this one; on SQLite all writers do."""
    if dialect() == "postgres":
        await rows("SELECT id FROM members WHERE id = ? FOR NO KEY UPDATE", viewer.member_id)


async def _times(viewer: Viewer, statement: str, at: datetime, most: int) -> list[datetime]:
    """Return when the viewer, or a mask of theirs, did something within a day: the newest first, as many as count."""
    ids = viewer.ids
    found = await lookup(
        f"{statement.format(ids=marks(ids))} AND created_at > ? AND created_at < ? ORDER BY created_at DESC LIMIT ?",
        *ids, at - DAY, at + _SKEW, max(1, most),
    )  # fmt: skip
    return [cast(datetime, as_datetime(row["created_at"])) for row in found]


async def _first_text(viewer: Viewer) -> datetime | None:
    found = await lookup(
        f"SELECT MIN(created_at) AS first FROM posts WHERE author_id IN ({marks(viewer.ids)})",  # noqa: S608
        *viewer.ids,
    )
    return as_datetime(found[0]["first"])


async def _seen_at(viewer: Viewer, thread_id: int) -> datetime | None:
    """Return when the viewer looked at a thread: comments have no form of their own that could say so."""
    found = await lookup("SELECT at FROM read_marks WHERE member_id = ? AND thread_id = ?", viewer.member_id, thread_id)
    return as_datetime(found[0]["at"]) if found else None


def _check_typing(viewer: Viewer, opened: str, seen: datetime | None) -> None:
    """Ask a newcomer whose first text was there faster than anybody types to send it again; programs have a token."""
    least = limit_of("first_typing")
    if not least or viewer.token_id is not None or (seen is not None and now() - seen >= timedelta(seconds=least)):
        return
    age = _age(opened)
    if age is None or age < timedelta(seconds=least):
        raise TooMany(f"You can post in {wait_words(least)}; that was faster than people type.", least)


def _age(opened: str) -> timedelta | None:
    try:
        return now() - signed_at(_PURPOSE, opened)
    except Invalid:
        return None


def _check_pause(times: Sequence[datetime], pause: int, at: datetime) -> None:
    left = pause - (at - times[0]).total_seconds() if times else 0
    if left > 0:
        wait = max(1, -int(-left // 1))
        raise TooMany(f"You can post again in {wait_words(wait)}.", wait)


def _check_count(times: Sequence[datetime], most: int, at: datetime, words: str) -> None:
    if len(times) < most:
        return
    # Of so many the oldest must be a day old first.
    free = times[most - 1] + DAY if most else at + DAY
    wait = max(1, -int(-(free - at).total_seconds() // 1))
    raise TooMany(f"{words} You can go on in {wait_words(wait)}.", wait)


__all__ = [
    "check_day", "check_post_pace", "check_text", "check_topic_pace", "is_held_up", "opened_now",
]  # fmt: skip
