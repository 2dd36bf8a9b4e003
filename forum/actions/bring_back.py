"""Bring posts back that were split off or merged: to their old numbers and places, with what was written below them."""

from dataclasses import dataclass
from typing import Any, Final

from base.db import execute, transaction
from base.errors import Conflict
from forum.actions.carry_readers import readers_back
from forum.actions.note_change import note_undone
from forum.actions.settle import lock_threads, settled
from forum.actions.shift_posts import bring, into_thread, leave_word, put_back, read_kept, take_word_back
from forum.arranging import Arranged, Standing, arranged
from forum.facts import ThreadFacts
from forum.queries.changes import Done, change_to_undo, written_since
from forum.queries.facts import thread_facts
from forum.queries.moving import Whole, whole
from forum.queries.standing import masked_places, standing_in
from forum.rules import check_may_undo, shows_more
from members.viewer import Viewer

_MOVED_AGAIN: Final = "Some of these posts were moved again since. Please take that back first."


@dataclass(frozen=True, slots=True)
class _Way:
    """The way back: `home` is the thread the posts came from, `away` the one they went to."""

    mode: str
    home: int
    away: int
    posts: list[Standing]
    numbers: list[int]


async def bring_back(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Undo a split or a merge of a thread; return what became of what was written since, empty when nothing was."""
    async with transaction():
        way = _way(await change_to_undo(viewer, await thread_facts(thread_id), change_id))
        before = await _hold(way)
        # Only now nobody else can take it back or move anything.
        done = await change_to_undo(viewer, await thread_facts(thread_id), change_id)
        home, away = await whole(way.home), await whole(way.away)
        there = await standing_in(way.away, ends=way.mode == "new")
        _check_unmoved(way, there)
        extras = _written_since(way, there)
        await _check_may_follow(viewer, done, home.facts, away.facts, extras)
        await _check_kept_to_its_readers(way, done, home.facts, away.facts)
        come = await _put_home(way, extras, [one for one in there if one.id in {post.id for post in way.posts}])
        await _ends(way, home, away, done.before)
        await readers_back(done.before.get("carried", {"watches": done.before.get("watches", [])}), way.home, way.away)
        ids = [one.id for one in (*way.posts, *come.posts)]
        touched = await settled(before, (way.home, way.away), ids)
        data = {"from": way.away, "to": way.home, "posts": ids, "touches": touched, "undid": done.kind}
        await note_undone(viewer, thread_id, change_id, data)
    return _told(way, len(extras))


def _way(done: Done) -> _Way:
    kept = done.before
    return _Way(kept["mode"], kept["from"], kept["to"], read_kept(kept["posts"]), kept["now"])


async def _hold(way: _Way) -> dict[int, dict[str, Any]]:
    """Lock both threads; the one that has merged is one again first."""
    if way.mode == "merge":
        await execute(
            "UPDATE threads SET state = 'published', merged_into_id = NULL WHERE id = ? AND state = 'merged'", way.home
        )
    before = await lock_threads(way.home, way.away)
    if any(one["state"] != "published" for one in before.values()):
        raise Conflict("One of the two threads is not there any more.")
    return before


def _check_unmoved(way: _Way, there: list[Standing]) -> None:
    numbers = {one.id: one.number for one in there}
    if any(numbers.get(post.id) != number for post, number in zip(way.posts, way.numbers, strict=True)):
        raise Conflict(_MOVED_AGAIN)


def _written_since(way: _Way, there: list[Standing]) -> list[Standing]:
    """Return what goes along: of a thread that was made for them everything, else the comments below them."""
    moved = {one.id for one in way.posts}
    if way.mode == "new":
        return [one for one in there if one.id not in moved]
    return [one for one in there if one.kind == "comment" and one.parent_id in moved and one.id not in moved]


async def _check_may_follow(
    viewer: Viewer, done: Done, home: ThreadFacts, away: ThreadFacts, extras: list[Standing]
) -> None:
    check_may_undo(viewer, home if away.id == done.thread_id else away, done.member_id, done.at)
    if extras and shows_more(away.audience, home.audience):
        raise Conflict("Something was written below these posts since, for fewer readers than the old thread has.")
    if any(one.masked for one in extras) or (extras and await masked_places(home.id)):
        raise Conflict("Somebody writes behind a mask here, and others have answered since; their posts cannot move.")


async def _check_kept_to_its_readers(way: _Way, done: Done, home: ThreadFacts, away: ThreadFacts) -> None:
    """Raise Conflict if something was edited for fewer readers than it would have again."""
    if shows_more(away.audience, home.audience):
        edited = await written_since(away.id, done.at)
        if edited & {one.id for one in way.posts}:
            raise Conflict("Some of these posts were edited since, for fewer readers than the old thread has.")


async def _put_home(way: _Way, extras: list[Standing], away: list[Standing]) -> Arranged:
    """Put the posts where they were, and behind the end what goes along; old and new numbers lead there."""
    await put_back(way.home, way.posts)
    await take_word_back(way.home, way.posts)
    come = arranged(extras, await into_thread(way.home))
    await bring(way.home, come)
    await leave_word(way.away, [*away, *extras])
    return come


async def _ends(way: _Way, home: Whole, away: Whole, kept: dict[str, Any]) -> None:
    """Close the thread that was made for the posts, or give a merged one back what it had brought."""
    if way.mode == "new":
        await execute("UPDATE threads SET state = 'merged', merged_into_id = ? WHERE id = ?", way.home, way.away)
    if way.mode == "merge":
        await execute(
            "UPDATE threads SET views = CASE WHEN views > ? THEN views - ? ELSE 0 END WHERE id = ?",
            home.views, home.views, way.away,
        )  # fmt: skip
        # Its answer so far may have been deleted meanwhile, as the answer it was in the other thread.
        await execute(
            "UPDATE threads SET summary_post_id = NULL, summary_upto = 0 WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM posts p WHERE p.id = threads.summary_post_id AND p.state = 'published')",
            way.home,
        )
        if kept.get("article_brought") and away.article_id == kept["article_brought"]:
            await execute(
                "UPDATE threads SET article_id = NULL, article_title = '', article_audience = 'public' WHERE id = ?",
                way.away,
            )


def _told(way: _Way, extras: int) -> str:
    if not extras:
        return ""
    if way.mode == "new":
        return "What was written in the new thread since came along, at the end."
    return "The comments written below them since went along."
