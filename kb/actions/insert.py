"""Insert passages of posts into a section of a draft, each with a link to where it was taken from."""

import hashlib
import re
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from base.clock import now
from base.db import transaction
from base.errors import Conflict
from base.inputs import Input, Number, RowId, SmallNumber
from base.journal import record
from forum.queries.passages import Passage, passage
from kb.actions.draft import draft_of, lock, touch, words_of
from kb.models import SourceLink
from kb.sections import NAMES
from members.viewer import Viewer

_SPAN: Final = re.compile(r"(\d{1,15}):(\d{1,9}):(\d{1,9}):(\d{1,9}):(\d{1,9})")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>])")
# What would begin a heading, a list, a rule or a table at the start of a line: "# ", "- ", "1. ".
_LINE_START: Final = re.compile(r"^(\s*)([#+\-=~|])|^(\s*\d{1,9})([.)])", re.MULTILINE)
_MOST: Final = 40


class Span(Input):
    """A stretch of a post's plain text, at the revision that was read; as text "17:3:1:0:120"."""

    thread: RowId
    number: Number
    revision: Number
    start: SmallNumber
    end: Number


def _read_spans(given: Any) -> Any:
    listed = given if isinstance(given, list) else [given] if given else []
    return [_read_span(one) if isinstance(one, str) else one for one in listed]


def _read_span(text: str) -> Any:
    found = _SPAN.fullmatch(text.strip())
    return dict(zip(("thread", "number", "revision", "start", "end"), found.groups(), strict=True)) if found else text


class Insertion(Input):
    """Passages, and the section they go into."""

    section: Literal[
        "statement", "applies", "applies_not", "steps", "privacy", "findings", "examples", "metrics", "tools"
    ] = Field("steps", title="Section")
    passages: Annotated[
        list[Span], BeforeValidator(_read_spans), Field(min_length=1, max_length=_MOST, title="Passages")
    ]


async def insert(viewer: Viewer, article_id: int, given: Insertion) -> int:
    """Append passages to a section as text that can be edited; return the draft's new edit number."""
    found = await draft_of(viewer, article_id)
    taken = [await _taken(viewer, span) for span in given.passages]
    async with transaction():
        revision = await lock(found)
        words = words_of(revision)
        before = words.sections.get(given.section, "").rstrip()
        added = "\n\n".join(as_paragraph(one) for one in taken)
        words = words.changed({given.section: f"{before}\n\n{added}".strip()})
        await SourceLink.bulk_create([_link(viewer, article_id, revision.number, given.section, one) for one in taken])
        edits = await touch(revision, viewer, words)
        data = {"section": given.section, "passages": len(taken), "edits": edits}
        await record("article.sourced", actor_id=viewer.id, subject_id=article_id, data=data)
    return edits


async def _taken(viewer: Viewer, span: Span) -> Passage:
    found = await passage(viewer, span.thread, span.number, span.start, span.end)
    if found.revision != span.revision:
        raise Conflict(f"Post #{span.number} was edited while you were reading. Please open its thread again.")
    return found


def as_paragraph(taken: Passage) -> str:
    """Return a passage as a paragraph of Markdown, ending in a chip that leads to the post."""
    plain = _SPECIAL.sub(r"\\\1", taken.text.strip())
    text = _LINE_START.sub(lambda found: f"{found[1] or found[3] or ''}\\{found[2] or found[4]}", plain)
    return f"{text} [#{taken.number}]({taken.url})"


def _link(viewer: Viewer, article_id: int, revision: int, section: str, taken: Passage) -> SourceLink:
    assert section in NAMES
    return SourceLink(
        article_id=article_id,
        revision=revision,
        section=section,
        thread_id=taken.thread_id,
        post_id=taken.post_id,
        post_number=taken.number,
        post_revision=taken.revision,
        start=taken.start,
        end=taken.end,
        text=taken.text,
        hash=hashlib.sha256(taken.text.encode()).hexdigest(),
        state="outdated" if taken.outdated_at else "ok",
        changed_at=taken.outdated_at,
        added_by_id=viewer.id,
        created_at=now(),
    )
