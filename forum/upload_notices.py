"""Tell moderators that a picture waits, and its owner what was decided; draw the posts anew that show it."""

from collections.abc import Sequence
from typing import Any, Final

from base.db import rows
from base.journal.models import Entry
from forum.actions.redraw import redraw_posts_with
from members.actions.notify import notify, withdraw
from members.queries.masks import people_behind
from members.queries.staff import holders


async def tell_of_uploads(entries: Sequence[Entry]) -> None:
    """Tell whom each entry concerns; a subscriber, so it reads everything again and may be repeated."""
    for entry in entries:
        found = await rows("SELECT id, owner_id, name, state FROM uploads WHERE id = ?", entry.subject_id)
        if not found:
            continue
        if entry.kind == "upload.waiting":
            await _waiting(found[0])
        else:
            await _decided(entry, found[0])


async def _waiting(upload: dict[str, Any]) -> None:
    if upload["state"] != "review":
        return
    await notify(
        await holders("moderator", "admin"),
        key=f"upload-waiting:{upload['id']}",
        kind="upload",
        group="uploads",
        subject="A picture waits to be looked at",
        text="Its owner is not sure whether it shows a patient, a badge, a screen or a chart.",
        url="/moderate/uploads",
        reason="You moderate this site.",
        because="deciding",
        actor_id=None,
    )


async def _decided(entry: Entry, upload: dict[str, Any]) -> None:
    await redraw_posts_with(upload["id"])
    await withdraw(key=f"upload-waiting:{upload['id']}")
    post = await rows(
        "SELECT p.thread_id, p.number, t.slug FROM upload_uses x JOIN posts p ON p.id = x.target_id "
        "JOIN threads t ON t.id = p.thread_id WHERE x.target = 'post' AND x.upload_id = ? ORDER BY x.id LIMIT 1",
        upload["id"],
    )
    url = f"/t/{post[0]['thread_id']}-{post[0]['slug']}/{post[0]['number']}" if post else "/inbox"
    approved = entry.kind == "upload.approved"
    # A letter to somebody behind a mask does not say that the picture is theirs.
    masked = bool(await people_behind([upload["owner_id"]]))
    whose = "A picture" if masked else f"Your picture {upload['name']}"
    await notify(
        [upload["owner_id"]],
        key=f"upload-decided:{entry.id}",
        kind="upload",
        group=f"upload:{upload['id']}",
        subject=f"{whose} {'is shown now' if approved else 'was taken away'}",
        text=str(entry.data.get("reason") or ("A moderator looked at it." if approved else "")),
        url=url,
        reason="It concerns your account." if masked else "It is your picture.",
        because="account",
        actor_id=None,
    )


KINDS: Final = ("upload.waiting", "upload.approved", "upload.refused")
