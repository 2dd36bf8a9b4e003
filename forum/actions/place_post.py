"""Put a post in its place in a thread: number, position, counts. What answering and importing have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import lookup, put
from base.errors import Conflict, Missing
from forum.addresses import BESIDE, place_url
from forum.queries.facts import NO_POST, NO_THREAD
from members.queries.masks import mine
from members.queries.vendors import VENDOR_OF
from members.viewer import Viewer

# The statement that gives out numbers also locks the thread: parallel writers wait here for one another.
_NEXT: Final = """
UPDATE threads SET
  last_number = last_number + 1,
  last_position = last_position + CASE WHEN ? AND kind = 'question' THEN 0 ELSE 1 END,
  replies = replies + 1,
  answers = answers + CASE WHEN kind <> 'question' OR ? THEN 0 ELSE 1 END,
  resolution = CASE WHEN kind <> 'question' OR ? THEN resolution
    WHEN resolution = 'unanswered' THEN 'answered' ELSE resolution END,
  active_at = CASE WHEN active_at < ? THEN ? ELSE active_at END,
  version = version + 1
WHERE id = ? AND state NOT IN ('deleted', 'merged')
RETURNING kind, slug, last_number, last_position"""

# A summary takes no place among the answers, so that pages never shift, and no part in the counts.
_SUMMARY: Final = """
UPDATE threads SET last_number = last_number + 1, version = version + 1,
  active_at = CASE WHEN active_at < ? THEN ? ELSE active_at END
WHERE id = ? AND state NOT IN ('deleted', 'merged') RETURNING slug, last_number, summary_post_id"""

# A comment on a comment belongs to the post both are about.
_UNDER: Final = """
UPDATE posts SET comments = comments + 1
WHERE id = (SELECT CASE WHEN q.place > 0 THEN q.parent_id ELSE q.id END FROM posts q
            WHERE q.thread_id = ? AND q.number = ? AND q.state = 'published' AND q.position >= 0)
RETURNING id, position, comments"""

# What somebody writes for a vendor says so for good, whatever becomes of them.
_INSERT: Final = f"""
INSERT INTO posts (thread_id, number, position, place, comments, kind, parent_id, author_id, body, html, revision,
  votes, state, accepted_at, accepted_by_id, created_at, edited_at, once, industry)
VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, 1, ?, 'published', ?, ?, ?, ?, ?, COALESCE({VENDOR_OF.format(member="?")}, ''))
RETURNING id"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A post to be placed, allowed and rendered already; `parent` is the number of the post it is about.

    Under a question a post with a parent is a comment; elsewhere it is a reply that names its parent.
    """

    thread_id: int
    author_id: int
    body: str
    html: str
    at: datetime
    parent: int | None = None
    once: str | None = None
    votes: int = 0
    accepted_at: datetime | None = None
    accepted_by_id: int | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A post that was written."""

    id: int
    number: int
    url: str


async def made_before(viewer: Viewer, thread_id: int, once: str, body: str) -> Made | None:
    """Return the post of this viewer that the form with the key `once` made already, if its text is the same."""
    if not once:
        return None
    own = mine(viewer.member_id, "p.author_id")
    found = await lookup(
        "SELECT p.id, p.number, p.position, p.place, p.thread_id, p.body, t.slug "  # noqa: S608
        f"FROM posts p JOIN threads t ON t.id = p.thread_id WHERE ({own.sql}) AND p.once = ?",
        *own.values, once,
    )  # fmt: skip
    # Compared here: SQLite would rather read the whole thread than look for the key.
    for one in found:
        if (one["thread_id"], one["body"]) == (thread_id, body):
            place = place_url(thread_id, one["slug"], one["number"], one["position"], one["place"])
            return Made(one["id"], one["number"], place)
    return None


async def place_post(new: NewRow) -> Made:
    """Write a post with its first revision and count it; inside the caller's transaction, without telling anybody."""
    has_parent = new.parent is not None
    found = await put(_NEXT, has_parent, has_parent, has_parent, new.at, new.at, new.thread_id)
    if not found:
        raise Missing(NO_THREAD)
    thread = found[0]
    comment = has_parent and thread["kind"] == "question"
    parent = await _parent(new, comment=comment)
    position = parent["position"] if comment else thread["last_position"]
    place = parent["comments"] if comment else 0
    kind = "comment" if comment else "answer" if thread["kind"] == "question" else "reply"
    number = thread["last_number"]
    post_id = await _insert(new, number, (position, place), kind, parent["id"])
    if new.accepted_at is not None and kind == "answer":
        await put(
            "UPDATE threads SET resolution = 'solved' WHERE id = ? AND resolution IN ('answered', 'unanswered')",
            new.thread_id,
        )
    return Made(post_id, number, place_url(new.thread_id, thread["slug"], number, position, place))


async def place_summary(new: NewRow, upto: int | None) -> Made:
    """Write the answer so far, which takes in what was written up to a number, unless there is one already."""
    found = await put(_SUMMARY, new.at, new.at, new.thread_id)
    if not found:
        raise Missing(NO_THREAD)
    thread, number = found[0], found[0]["last_number"]
    if thread["summary_post_id"] is not None:
        raise Conflict("Somebody else has just written the answer so far. Nothing of yours is lost.")
    post_id = await _insert(new, number, (BESIDE, 0), "summary", None)
    await put(
        "UPDATE threads SET summary_post_id = ?, summary_upto = ? WHERE id = ?",
        post_id, min(upto or number, number - 1), new.thread_id,
    )  # fmt: skip
    return Made(post_id, number, place_url(new.thread_id, thread["slug"], number, BESIDE))


async def _insert(new: NewRow, number: int, at: tuple[int, int], kind: str, parent_id: int | None) -> int:
    made = await put(
        _INSERT,
        new.thread_id, number, *at, kind, parent_id, new.author_id, new.body, new.html,
        new.votes, new.accepted_at, new.accepted_by_id, new.at, new.edited_at, new.once, new.author_id,
    )  # fmt: skip
    await put(
        "INSERT INTO post_revisions (post_id, number, title, body, editor_id, reason, created_at) "
        "VALUES (?, 1, '', ?, ?, '', ?)",
        made[0]["id"], new.body, new.author_id, new.at,
    )  # fmt: skip
    return int(made[0]["id"])


async def _parent(new: NewRow, *, comment: bool) -> dict[str, Any]:
    if new.parent is None:
        return {"id": None}
    if comment:
        found = await put(_UNDER, new.thread_id, new.parent)
    else:
        found = await lookup(
            "SELECT id FROM posts WHERE thread_id = ? AND number = ? AND state = 'published'", new.thread_id, new.parent
        )
    if not found:
        raise Missing(NO_POST)
    return found[0]
