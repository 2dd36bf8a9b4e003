"""What a member wrote, as files of Markdown: only their own words, and where they stand."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from base import settings
from base.db import as_datetime, marks, rows
from forum.rules import visible_threads
from members.viewer import Viewer

_BATCH: Final = 200
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Text:
    """One file."""

    name: str
    words: str


async def posts_of(viewer: Viewer, ids: Sequence[int]) -> AsyncIterator[Text]:
    """Yield every post; the title of a thread stands there as long as the member may read it."""
    seen, last = visible_threads(viewer), 0
    own = f"t.author_id IN ({marks(ids)})"
    sql = (
        f"SELECT p.id, p.thread_id, p.number, p.kind, p.body, p.state, p.created_at, m.state AS member, m.name, "  # noqa: S608
        f"CASE WHEN {own} OR ({seen.sql}) THEN t.title ELSE '' END AS title "
        "FROM posts p JOIN threads t ON t.id = p.thread_id JOIN members m ON m.id = p.author_id "
        f"WHERE p.author_id IN ({marks(ids)}) AND p.id > ? ORDER BY p.id LIMIT {_BATCH}"
    )
    while found := await rows(sql, *ids, *seen.values, *ids, last):
        last = found[-1]["id"]
        for row in found:
            yield Text(f"texts/thread-{row['thread_id']}-post-{row['number']}.md", _post(row))


def _post(row: dict[str, Any]) -> str:
    at = as_datetime(row["created_at"])
    head = {
        "title": row["title"],
        "address": f"{settings.get().address}/t/{row['thread_id']}/{row['number']}",
        "kind": row["kind"],
        "state": row["state"],
        "written_at": at.isoformat() if at else "",
    }
    if row["member"] == "mask":
        head["written_as"] = f"{row['name']} (your mask: others do not see that it is you)"
    return _with_head(head, row["body"])


async def articles_of(ids: Sequence[int]) -> AsyncIterator[Text]:
    """Yield the versions of practices that they began."""
    last = 0
    sql = (
        "SELECT id, article_id, number, title, summary, sections, state, created_at FROM article_revisions "  # noqa: S608
        f"WHERE author_id IN ({marks(ids)}) AND id > ? ORDER BY id LIMIT {_BATCH}"
    )
    while found := await rows(sql, *ids, last):
        last = found[-1]["id"]
        for row in found:
            parts = row["sections"] if isinstance(row["sections"], dict) else json.loads(row["sections"])
            body = "\n\n".join([row["summary"], *(f"## {name}\n\n{text}" for name, text in parts.items() if text)])
            head = {"title": row["title"], "version": row["number"], "state": row["state"]}
            yield Text(f"texts/practice-{row['article_id']}-version-{row['number']}.md", _with_head(head, body))


def _with_head(head: dict[str, Any], body: str) -> str:
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items() if value != ""]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


def file_name(number: int, name: str) -> str:
    """Return where an uploaded file lies in the copy: no name that somebody chose leads anywhere else."""
    path = PurePath(name)
    stem = _ODD.sub("-", path.stem)[:_LONGEST].strip(".-") or "file"
    return f"files/{number}-{stem}{_ODD.sub('', path.suffix)[:12]}"
