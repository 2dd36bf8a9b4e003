"""The Markdown that quotes posts of a thread, for who wants to answer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.db import marks, rows
from base.errors import Missing
from base.text.quoting import quote
from forum.addresses import post_url
from forum.queries.facts import NO_POST
from forum.rules import visible_posts
from members.queries.vendors import VENDOR_OF, signed
from members.viewer import Viewer

MOST_QUOTED: Final = 20


@dataclass(frozen=True, slots=True)
class Quoting:
    """What stands in an answer that quotes posts: `posts` are their numbers, in the order they were asked for."""

    text: str
    posts: tuple[int, ...]


def numbers_in(text: object) -> tuple[int, ...]:
    """Read numbers of posts such as 3,7: each once, in their order."""
    found = (part.strip() for part in str(text).split(","))
    numbers = (int(part) for part in found if part.isascii() and part.isdigit() and len(part) < 10)
    return tuple(dict.fromkeys(number for number in numbers if number > 0))[:MOST_QUOTED]


async def quoting(viewer: Viewer, thread_id: int, numbers: Sequence[int]) -> Quoting:
    """Quote posts that the viewer may read, one after the other; raises Missing when there is none of them."""
    seen = visible_posts(viewer)
    found = await rows(
        "SELECT p.number, p.body, CASE WHEN m.state = 'gone' THEN '' ELSE m.name END AS author, t.slug, "  # noqa: S608
        f"COALESCE(NULLIF(p.industry, ''), {VENDOR_OF.format(member='m.id')}) AS vendor "
        "FROM posts p JOIN threads t ON t.id = p.thread_id JOIN members m ON m.id = p.author_id "
        f"WHERE p.thread_id = ? AND p.number IN ({marks(numbers)}) AND ({seen.sql})",
        thread_id, *numbers, *seen.values,
    ) if numbers else []  # fmt: skip
    if not found:
        raise Missing(NO_POST)
    texts = {row["number"]: _quoted(thread_id, row) for row in found}
    posts = tuple(number for number in numbers if number in texts)
    return Quoting("".join(texts[number] for number in posts), posts)


def _quoted(thread_id: int, row: Mapping[str, Any]) -> str:
    author = signed(row["author"] or "…", row["vendor"])
    return quote(row["body"], author, post_url(thread_id, row["slug"], row["number"]))
