"""Follow the sources of articles: what was cited and then edited, deleted, called untrue, or brought back is marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.clock import now
from base.db import execute, rows, transaction
from base.journal import record
from base.journal.models import Entry
from base.text.plain import to_plain
from kb.spans import nearest, stands_in

KINDS: Final = ("post.edited", "post.deleted", "post.restored", "post.outdated", "post.stood_by")

_SQL: Final = """SELECT l.id, l.article_id, l.revision, l.text, l.state, l.post_number, l.compared,
  p.revision AS present, a.published_revision, t.state AS thread_state, p.state AS post_state, p.body,
  COALESCE(p.outdated_at, o.outdated_at) AS outdated_at, old.body AS before
FROM source_links l JOIN articles a ON a.id = l.article_id JOIN threads t ON t.id = l.thread_id
LEFT JOIN posts p ON p.id = l.post_id
LEFT JOIN posts o ON l.post_number = 0 AND o.thread_id = t.id AND o.number = 1
LEFT JOIN post_revisions old ON old.post_id = p.id AND old.number = p.revision - 1
WHERE l.thread_id = ? AND l.revision >= a.published_revision ORDER BY l.article_id, l.id"""


@dataclass(frozen=True, slots=True)
class _Moved:
    """A source that is no longer as it was: in which state it was, and in which it is."""

    id: int
    article_id: int
    before: str
    state: str
    compared: int
    published: bool


async def follow_sources(entries: Sequence[Entry]) -> None:
    """Mark the sources that these entries changed; doing it again changes nothing."""
    for entry in entries:
        thread_id = entry.data.get("thread_id")
        if thread_id and (moved := [one for row in await rows(_SQL, thread_id) if (one := _moved(row))]):
            await _mark(moved, entry)


async def _mark(moved: Iterable[_Moved], entry: Entry) -> None:
    at = now()
    told: dict[int, list[_Moved]] = {}
    async with transaction():
        for one in moved:
            changed = await execute(
                "UPDATE source_links SET state = ?, changed_at = ?, compared = ? WHERE id = ? AND state = ?",
                one.state, None if one.state == "ok" else at, one.compared, one.id, one.before,
            )  # fmt: skip
            if changed and one.published:
                told.setdefault(one.article_id, []).append(one)
        for article_id, some in told.items():
            worse = [one.id for one in some if one.state != "ok"]
            data = {"links": worse or [one.id for one in some], "post_id": entry.subject_id}
            kind = "article.source_changed" if worse else "article.source_restored"
            await record(kind, actor_id=entry.actor_id, subject_id=article_id, data=data)


def _moved(row: Mapping[str, Any]) -> _Moved | None:
    state = _state(row)
    again = state == row["state"] == "changed" and _changed_again(row)
    if state == row["state"] and not again:
        return None
    published = row["revision"] == row["published_revision"]
    return _Moved(row["id"], row["article_id"], row["state"], state, row["present"] or 0, published)


def _state(row: Mapping[str, Any]) -> str:
    # Of a thread that has merged the posts are elsewhere, and there still.
    gone = row["thread_state"] not in ("published", "merged") or (
        row["post_number"] and row["post_state"] != "published"
    )
    if gone:
        return "withdrawn"
    if row["outdated_at"]:
        return "outdated"
    if not row["post_number"] or stands_in(row["text"], to_plain(row["body"])):
        return "ok"
    return "changed"


def _changed_again(row: Mapping[str, Any]) -> bool:
    """Say whether the last edit touched what the passage had become before; other edits concern nobody here."""
    if not row["before"] or row["compared"] == row["present"]:
        return False
    before, after = to_plain(row["before"]), to_plain(row["body"])
    return nearest(row["text"], before) != nearest(row["text"], after)
