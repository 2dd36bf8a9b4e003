"""The labels of a thread as the form for them shows it."""

from dataclasses import dataclass
from typing import Any

from base.db import rows
from base.errors import Missing
from forum.queries.facts import NO_THREAD


@dataclass(frozen=True, slots=True)
class LabelForm:
    """What stands in the form at first; `title` is that of the thread."""

    thread_id: int
    title: str
    given: dict[str, Any]


async def label_form(thread_id: int) -> LabelForm:
    """Return the labels of a thread; who may see it is decided before."""
    found = await rows(
        "SELECT 'thread' AS part, COALESCE(c.slug, '') AS slug, t.title AS name FROM threads t "
        "LEFT JOIN categories c ON c.id = t.category_id WHERE t.id = ? "
        "UNION ALL SELECT 'platforms', p.slug, p.name FROM thread_platforms x JOIN platforms p ON p.id = x.platform_id "
        "WHERE x.thread_id = ? "
        "UNION ALL SELECT 'tags', g.slug, g.name FROM thread_tags x JOIN tags g ON g.id = x.tag_id "
        "WHERE x.thread_id = ?",
        thread_id, thread_id, thread_id,
    )  # fmt: skip
    thread = next((row for row in found if row["part"] == "thread"), None)
    if thread is None:
        raise Missing(NO_THREAD)
    given = {
        "category": thread["slug"],
        "platforms": [row["slug"] for row in found if row["part"] == "platforms"],
        "tags": [row["name"] for row in found if row["part"] == "tags"],
    }
    return LabelForm(thread_id, thread["name"], given)
