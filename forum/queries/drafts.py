"""What a member is still writing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import as_datetime, marks, rows
from base.errors import Missing
from base.text.excerpt import excerpt
from forum.addresses import thread_url
from forum.rules import visible_threads
from members.viewer import Viewer

_REPLY: Final = re.compile(r"(?:reply|summary)\.(\d{1,18})\b")
_FORMS: Final = {
    "ask.question": ("question", "/ask/question"),
    "ask.case_study": ("case_study", "/ask/case-study"),
    "ask.discussion": ("discussion", "/ask/discussion"),
    "ask.announcement": ("announcement", "/ask/announcement"),
}
# Where the words of a draft stand, by the form it belongs to.
_TEXTS: Final = ("body", "summary", "problem", "what_we_did")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft in the list; `kind` is that of the thread it may become, reply or summary.

    `excerpt` is its first words: two drafts of one text have one title.
    """

    id: int
    kind: str
    title: str
    url: str
    at: datetime
    excerpt: str


@dataclass(frozen=True, slots=True)
class DraftText:
    """One draft to be continued."""

    id: int
    place: str
    version: int
    at: datetime
    given: Mapping[str, Any]


async def drafts_of(viewer: Viewer) -> tuple[DraftRow, ...]:
    """List the drafts of the viewer, the newest first, those of replies with the title of their thread."""
    found = await rows(
        "SELECT id, place, title, updated_at, given FROM drafts WHERE member_id = ? ORDER BY updated_at DESC, id DESC",
        viewer.member_id,
    )
    replies = {int(reply[1]) for row in found if (reply := _REPLY.match(row["place"]))}
    seen = visible_threads(viewer)
    threads = await rows(
        f"SELECT t.id, t.slug, t.title FROM threads t WHERE t.id IN ({marks(list(replies))}) AND ({seen.sql})",  # noqa: S608
        *replies, *seen.values,
    ) if replies else []  # fmt: skip
    return tuple(_row(row, {thread["id"]: thread for thread in threads}) for row in found)


def _row(row: Mapping[str, Any], threads: Mapping[int, Mapping[str, Any]]) -> DraftRow:
    at = as_datetime(row["updated_at"])
    assert at is not None
    kind, url = _FORMS.get(row["place"], ("reply", ""))
    words = _first_words(_given(row))
    if url:
        return DraftRow(row["id"], kind, row["title"], f"{url}?draft={row['id']}", at, words)
    reply = _REPLY.match(row["place"])
    thread = threads.get(int(reply[1])) if reply else None
    if thread is None:
        return DraftRow(row["id"], kind, row["title"], "", at, words)
    if row["place"].startswith("summary."):
        return DraftRow(row["id"], "summary", thread["title"], f"/t/{thread['id']}/summary", at, words)
    return DraftRow(row["id"], kind, thread["title"], f"{thread_url(thread['id'], thread['slug'])}#reply", at, words)


async def draft_at(viewer: Viewer, place: str) -> DraftText | None:
    """Return the newest draft of the viewer for a place."""
    found = await rows("SELECT MAX(id) AS id FROM drafts WHERE member_id = ? AND place = ?", viewer.member_id, place)
    return await draft_text(viewer, found[0]["id"]) if found[0]["id"] else None


async def draft_text(viewer: Viewer, draft_id: int) -> DraftText:
    """Return one draft of the viewer."""
    found = await rows(
        "SELECT id, place, version, updated_at, given FROM drafts WHERE id = ? AND member_id = ?",
        draft_id, viewer.member_id,
    )  # fmt: skip
    if not found:
        raise Missing("This draft is gone: it was published or deleted.")
    row = found[0]
    at = as_datetime(row["updated_at"])
    assert at is not None
    return DraftText(row["id"], row["place"], row["version"], at, _given(row))


def _given(row: Mapping[str, Any]) -> Mapping[str, Any]:
    given: Mapping[str, Any] = json.loads(row["given"]) if isinstance(row["given"], str) else row["given"]
    return given


def _first_words(given: Mapping[str, Any]) -> str:
    text = next((given[name] for name in _TEXTS if isinstance(given.get(name), str) and given[name].strip()), "")
    return excerpt(text[:1000], 160)
