"""Put posts into another thread, and remember where they were; inside the caller's transaction, which holds both."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from base.db import as_datetime, execute, marks, rows
from forum.arranging import Arranged, Into, Standing
from forum.queries.standing import parts, standing_in

_FEW: Final = 200
_PUT: Final = """WITH v (id, number, position, place, comments, kind, parent_id) AS (VALUES {values})
UPDATE posts SET thread_id = ?, number = v.number, position = v.position, place = v.place, comments = v.comments,
  kind = v.kind, parent_id = v.parent_id FROM v WHERE posts.id = v.id"""
_ROW: Final = (
    "(CAST(? AS BIGINT), CAST(? AS INT), CAST(? AS INT), CAST(? AS INT), CAST(? AS INT), CAST(? AS VARCHAR(8)), "
    "CAST(? AS BIGINT))"
)

Kept = list[Any]


async def place_posts(thread_id: int, posts: Sequence[Standing]) -> None:
    """Write where posts stand."""
    for start in range(0, len(posts), _FEW):
        some = posts[start : start + _FEW]
        values = [
            value
            for one in some
            for value in (one.id, one.number, one.position, one.place, one.comments, one.kind, one.parent_id)
        ]
        await execute(_PUT.format(values=", ".join([_ROW] * len(some))), *values, thread_id)


async def into_thread(thread_id: int, *, opens: bool = False) -> Into:
    """Return what arranging posts behind those of a thread needs to know of it."""
    row = (await rows("SELECT kind, last_number, last_position FROM threads WHERE id = ?", thread_id))[0]
    there = {} if opens else {one.id: one for one in await standing_in(thread_id)}
    number = 0 if opens else row["last_number"]
    return Into(kind=row["kind"], last_number=number, last_position=row["last_position"], there=there, opens=opens)


async def bring(thread_id: int, come: Arranged) -> None:
    """Write where posts come to stand in a thread, behind those it has."""
    await place_posts(thread_id, (*come.posts, *come.parents))
    await execute(
        "UPDATE threads SET last_number = ?, last_position = ? WHERE id = ?",
        come.last_number, come.last_position, thread_id,
    )  # fmt: skip


async def leave_word(thread_id: int, posts: Iterable[Standing]) -> None:
    """Let the numbers that posts had in a thread lead to them from now on."""
    wanted = list(posts)
    for start in range(0, len(wanted), _FEW):
        some = wanted[start : start + _FEW]
        await execute(
            f"INSERT INTO post_places (thread_id, number, post_id) VALUES {', '.join(['(?, ?, ?)'] * len(some))} "  # noqa: S608
            "ON CONFLICT (thread_id, number) DO UPDATE SET post_id = excluded.post_id",
            *(value for one in some for value in (thread_id, one.number, one.id)),
        )  # fmt: skip


async def take_word_back(thread_id: int, posts: Iterable[Standing]) -> None:
    """Let numbers in a thread lead nowhere else: the posts stand there again."""
    for some in parts([one.number for one in posts]):
        sql = f"DELETE FROM post_places WHERE thread_id = ? AND number IN ({marks(some)})"  # noqa: S608
        await execute(sql, thread_id, *some)


async def no_longer_accepted(posts: Iterable[Standing]) -> None:
    """Take acceptance from what is no answer to the question any more."""
    for some in parts([one.id for one in posts]):
        await execute(
            "UPDATE posts SET accepted_at = NULL, accepted_by_id = NULL "  # noqa: S608
            f"WHERE accepted_at IS NOT NULL AND id IN ({marks(some)})",
            *some,
        )


def kept(posts: Iterable[Standing]) -> list[Kept]:
    """Return where posts stand as lists, for the record of a change."""
    return [
        [one.id, one.number, one.position, one.place, one.comments, one.kind, one.parent_id]
        + ([str(one.accepted_at), one.accepted_by_id] if one.accepted_at else [])
        for one in posts
    ]


def read_kept(lists: Iterable[Kept]) -> list[Standing]:
    """Read what `kept` returned."""
    return [
        Standing(
            id=one[0],
            number=one[1],
            position=one[2],
            place=one[3],
            comments=one[4],
            kind=one[5],
            parent_id=one[6],
            accepted_at=as_datetime(one[7]) if len(one) > 7 else None,
            accepted_by_id=one[8] if len(one) > 8 else None,
        )
        for one in lists
    ]


async def put_back(thread_id: int, posts: Sequence[Standing]) -> None:
    """Write where posts stood, and which of them were accepted."""
    await place_posts(thread_id, posts)
    await no_longer_accepted(posts)
    for one in posts:
        if one.accepted_at is not None:
            await execute(
                "UPDATE posts SET accepted_at = ?, accepted_by_id = ? WHERE id = ?",
                one.accepted_at, one.accepted_by_id, one.id,
            )  # fmt: skip
