"""Take back everything that somebody who leaves wrote; threads stay readable, and what others wrote in them stays."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from base.clock import now
from base.db import execute, marks, rows, transaction
from base.journal import record
from base.text.markdown import to_html
from base.text.slug import slugify
from forum.actions.settle import settle, touches
from members.leaving import Leaver

WORDS: Final = "*Withdrawn by its author.*"
TITLES: Final = {
    "question": "A question that was withdrawn",
    "case_study": "A case study that was withdrawn",
    "discussion": "A discussion that was withdrawn",
    "announcement": "An announcement that was withdrawn",
}
_BATCH: Final = 100
# A case study that speaks for an organisation stays with it; its text is edited there.
_OF_ORGANISATION: Final = "t.kind = 'case_study' AND t.organisation_id IS NOT NULL AND p.number = 1"
_LEFT: Final = f"""
SELECT p.id, p.thread_id, p.number, p.kind, t.kind AS thread_kind, t.state AS thread_state,
  EXISTS (SELECT 1 FROM posts x WHERE x.thread_id = t.id AND x.number > 1 AND x.state = 'published'
    AND x.author_id NOT IN ({{ids}})) AS answered
FROM posts p JOIN threads t ON t.id = p.thread_id
WHERE p.author_id IN ({{ids}}) AND p.id > ? AND NOT ({_OF_ORGANISATION}) ORDER BY p.id LIMIT {_BATCH}"""  # noqa: S608
_CASE_TEXTS: Final = (
    "summary", "problem", "audience_served", "what_we_did", "planning", "tools", "results", "unintended", "lessons",
    "getting_started", "sustaining", "patient_involvement", "sponsorship", "vendor_ties", "references", "evidence_why",
    "staff_hours", "cost_band", "approvals",
)  # fmt: skip
_HTML: Final = str(to_html(WORDS))


async def withdraw(leaver: Leaver) -> None:
    """Replace every text of somebody who takes back what they wrote; may be broken off and done again."""
    if not leaver.withdraws:
        return
    last = 0
    while found := await rows(_LEFT.format(ids=marks(leaver.ids)), *leaver.ids, *leaver.ids, last):
        last = found[-1]["id"]
        by_thread: dict[int, list[dict[str, Any]]] = {}
        for row in found:
            by_thread.setdefault(row["thread_id"], []).append(row)
        for thread_id in sorted(by_thread):
            await _withdraw_in(thread_id, by_thread[thread_id])


async def _withdraw_in(thread_id: int, posts: Sequence[Mapping[str, Any]]) -> None:
    async with transaction():
        # Whoever writes in this thread waits, as in every action that changes its posts.
        await execute("UPDATE threads SET version = version + 1 WHERE id = ?", thread_id)
        for post in posts:
            if post["number"] == 1:
                await _withdraw_opening(post)
            await _withdraw_post(post)
        if posts[0]["thread_state"] == "published":
            await settle(thread_id)
        for post in posts:
            # What is read by others goes on as it stands; everything else is told as deleted.
            kind = "post.withdrawn" if post["number"] == 1 and post["answered"] else "post.deleted"
            touched = await touches(thread_id, posts=post["number"] == 1)
            data = {"thread_id": thread_id, "number": post["number"], "touches": touched}
            await record(kind, actor_id=None, subject_id=post["id"], data=data)


async def _withdraw_post(post: Mapping[str, Any]) -> None:
    goes = post["number"] > 1 or not post["answered"]
    at = now()
    await execute(
        "UPDATE posts SET body = ?, html = ?, outdated_why = '', industry = '', once = NULL, accepted_at = NULL, "
        "accepted_by_id = NULL, state = CASE WHEN ? THEN 'deleted' ELSE state END, "
        "deleted_at = CASE WHEN ? THEN COALESCE(deleted_at, ?) ELSE deleted_at END, "
        "deleted_by_id = CASE WHEN ? THEN author_id ELSE deleted_by_id END WHERE id = ?",
        WORDS, _HTML, goes, goes, at, goes, post["id"],
    )  # fmt: skip
    title = TITLES[post["thread_kind"]] if post["number"] == 1 else ""
    await execute(
        "UPDATE post_revisions SET body = ?, title = ?, reason = '' WHERE post_id = ?", WORDS, title, post["id"]
    )
    await execute("DELETE FROM quotes WHERE post_id = ?", post["id"])
    await execute("UPDATE quotes SET text = ? WHERE source_id = ?", "Withdrawn by its author.", post["id"])
    await execute("DELETE FROM upload_uses WHERE target IN ('post', 'dropped') AND target_id = ?", post["id"])
    if post["kind"] == "summary":
        await execute(
            "UPDATE threads SET summary_post_id = NULL, summary_upto = 0 WHERE id = ? AND summary_post_id = ?",
            post["thread_id"], post["id"],
        )  # fmt: skip


async def _withdraw_opening(post: Mapping[str, Any]) -> None:
    """Generalise what a thread says beside its posts; one that nobody else wrote in goes."""
    thread_id, title = post["thread_id"], TITLES[post["thread_kind"]]
    state = "state" if post["answered"] else "CASE WHEN state = 'published' THEN 'deleted' ELSE state END"
    await execute(
        f"UPDATE threads SET title = ?, slug = ?, excerpt = ?, closed_reason = '', once = NULL, state = {state} "  # noqa: S608
        "WHERE id = ?",
        title, slugify(title), "Withdrawn by its author.", thread_id,
    )  # fmt: skip
    await execute(
        "UPDATE question_details SET goal = '', setting = '', audience_served = '' WHERE thread_id = ?", thread_id
    )
    await execute("UPDATE thread_changes SET reason = '' WHERE thread_id = ?", thread_id)
    texts = ", ".join(f'"{name}" = ?' for name in _CASE_TEXTS)
    await execute(
        f"UPDATE case_studies SET {texts} WHERE thread_id = ?",  # noqa: S608
        *["" for _ in _CASE_TEXTS], thread_id,
    )  # fmt: skip
    await execute("DELETE FROM metrics WHERE case_id IN (SELECT id FROM case_studies WHERE thread_id = ?)", thread_id)
    # What others were told of it holds its title and its words.
    await execute('DELETE FROM notices WHERE "group" = ?', f"thread:{thread_id}")
