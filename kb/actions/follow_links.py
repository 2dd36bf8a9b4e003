"""Follow which posts and articles link to which articles."""

import re
from collections.abc import Sequence
from typing import Final

from base import settings
from base.db import execute, rows, transaction
from base.journal import record
from base.journal.models import Entry
from kb.content import Content

KINDS: Final = ("post.added", "post.edited", "thread.asked", "thread.shared", "thread.started", "article.published")
_LINK: Final = re.compile(r"(?<![\w/.])/kb/(\d{1,15})(?=[-?#)\s/>\"'.,;:]|$)")
_MOST: Final = 50


async def follow_links(entries: Sequence[Entry]) -> None:
    """Write down the links of what these entries name; doing it again changes nothing."""
    for entry in entries:
        if entry.subject_kind == "article":
            await _of_article(entry)
        else:
            await _of_post(entry)


def links_in(text: str) -> list[int]:
    """Return the articles a text links to, by a path or by a whole address of this site."""
    found = _LINK.findall(text.replace(settings.get().address, ""))
    return sorted({int(number) for number in found})[:_MOST]


async def _of_post(entry: Entry) -> None:
    which = "p.thread_id = ? AND p.number = 1" if entry.subject_kind == "thread" else "p.id = ?"
    for row in await rows(f"SELECT p.id, p.body FROM posts p WHERE {which}", entry.subject_id):  # noqa: S608
        await _write(entry, "from_post_id", row["id"], links_in(row["body"]))


async def _of_article(entry: Entry) -> None:
    for row in await rows(
        "SELECT a.id, r.* FROM articles a "
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.published_revision WHERE a.id = ?",
        entry.subject_id,
    ):
        content = Content.of(row)
        text = "\n".join((content.summary, *content.sections.values()))
        numbers = [one for one in links_in(text) if one != entry.subject_id]
        await _write(entry, "from_article_id", entry.subject_id, numbers)


async def _write(entry: Entry, column: str, id_: int, numbers: list[int]) -> None:
    known = await rows(f"SELECT article_id FROM article_links WHERE {column} = ?", id_)  # noqa: S608
    before = {row["article_id"] for row in known}
    if before == set(numbers):
        return
    async with transaction():
        await execute(f"DELETE FROM article_links WHERE {column} = ?", id_)  # noqa: S608
        for number in numbers:
            await execute(
                f"INSERT INTO article_links (article_id, {column}) SELECT a.id, ? FROM articles a WHERE a.id = ?",  # noqa: S608
                id_, number,
            )  # fmt: skip
        data = {"from": entry.subject_kind, "links": numbers}
        await record("link.followed", actor_id=entry.actor_id, subject_id=id_, data=data)
