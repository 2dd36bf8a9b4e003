"""Follow which posts and articles link to which articles."""

import re
from collections.abc import Sequence
from typing import Final

from base import settings
from base.db import execute, marks, rows, transaction
from base.journal import record
from base.journal.models import Entry
from kb.queries.published import published_texts

KINDS: Final = ("post.added", "post.edited", "thread.asked", "thread.shared", "thread.started", "article.published")
FROM_POST: Final = "from_post_id"
FROM_ARTICLE: Final = "from_article_id"
_LINK: Final = re.compile(r"(?<![\w/.])/kb/(\d{1,15})(?=[-?#)\s/>\"'.,;:]|$)")
_MOST: Final = 50


async def follow_links(entries: Sequence[Entry]) -> None:
    """Write down the links of what these entries name; doing it again changes nothing."""
    posts = await _posts(sorted({entry.subject_id for entry in entries if entry.subject_kind == "post"}))
    for entry in entries:
        if entry.subject_kind == "article":
            await _follow(entry, FROM_ARTICLE, entry.subject_id, await links_of_article(entry.subject_id))
        elif entry.subject_kind == "thread":
            await _of_opening(entry)
        elif entry.subject_id in posts:
            await _follow(entry, FROM_POST, entry.subject_id, posts[entry.subject_id])


def links_in(text: str) -> list[int]:
    """Return the articles a text links to, by a path or by a whole address of this site."""
    found = _LINK.findall(text.replace(settings.get().address, ""))
    return sorted({int(number) for number in found})[:_MOST]


async def links_of_article(article_id: int) -> list[int]:
    """Return the articles that the published version of an article links to."""
    found = await published_texts(article_id)
    numbers = links_in("\n".join(found.texts)) if found else []
    return [one for one in numbers if one != article_id]


async def write_links(column: str, id_: int, numbers: Sequence[int]) -> bool:
    """Let these be the links of one text, inside the transaction of the caller; say whether others were there."""
    known = await rows(f"SELECT article_id FROM article_links WHERE {column} = ?", id_)  # noqa: S608
    there = await rows(f"SELECT id FROM articles WHERE id IN ({marks(numbers)})", *numbers)  # noqa: S608
    before, wanted = ({row["article_id"] for row in known}, {row["id"] for row in there})
    for number in sorted(before - wanted):
        await execute(f"DELETE FROM article_links WHERE {column} = ? AND article_id = ?", id_, number)  # noqa: S608
    for number in sorted(wanted - before):
        # Somebody else can be writing down the same, and an article can be gone since it was looked for.
        await execute(
            f"INSERT INTO article_links (article_id, {column}) SELECT a.id, ? FROM articles a WHERE a.id = ? "  # noqa: S608
            "ON CONFLICT DO NOTHING",
            id_, number,
        )  # fmt: skip
    return before != wanted


async def _posts(ids: Sequence[int]) -> dict[int, list[int]]:
    """Return what these posts link to, of those that link to something or did so."""
    found = await rows(
        "SELECT p.id, p.body, EXISTS (SELECT 1 FROM article_links l WHERE l.from_post_id = p.id) AS linked "  # noqa: S608
        f"FROM posts p WHERE p.id IN ({marks(ids)})",
        *ids,
    )
    links = {row["id"]: links_in(row["body"]) for row in found}
    return {row["id"]: links[row["id"]] for row in found if links[row["id"]] or row["linked"]}


async def _of_opening(entry: Entry) -> None:
    sql = "SELECT p.id, p.body FROM posts p WHERE p.thread_id = ? AND p.number = 1"
    for row in await rows(sql, entry.subject_id):
        await _follow(entry, FROM_POST, row["id"], links_in(row["body"]))


async def _follow(entry: Entry, column: str, id_: int, numbers: list[int]) -> None:
    async with transaction():
        if await write_links(column, id_, numbers):
            data = {"from": entry.subject_kind, "links": numbers}
            await record("link.followed", actor_id=entry.actor_id, subject_id=id_, data=data)
