"""Let notices follow posts and threads that were moved: a subscriber, so it reads everything again."""

from collections.abc import Sequence
from typing import Any, Final

from base.db import marks, rows
from base.errors import Missing
from base.journal.models import Entry
from forum.addresses import place_url
from forum.queries.facts import thread_facts
from forum.queries.interested import who_may_see
from forum.queries.standing import parts
from members.actions.retell import Told, retell, told_in, withdraw_from

KINDS: Final = ("thread.moved", "thread.split", "thread.merged", "thread.converted", "thread.undone")


async def follow_moves(entries: Sequence[Entry]) -> None:
    """Tell inboxes where posts are now, and take back what somebody may not see any more."""
    for entry in entries:
        posts: list[int] = entry.data.get("posts", [])
        begun = _begun(entry)
        followed = (entry.data["from"], entry.data["to"]) if begun else (0, 0)
        for some in parts(posts):
            await retell(await _places(some, begun), followed=followed)
        threads = {entry.subject_id, entry.data.get("from"), entry.data.get("to")}
        for thread_id in sorted(one for one in threads if isinstance(one, int)):
            await _only_who_may_see(thread_id)


def _begun(entry: Entry) -> tuple[int, int] | None:
    """Return the thread that was merged or is one again, and the post that began it: it was told of as a thread."""
    data: dict[str, Any] = entry.data
    if entry.kind == "thread.merged":
        return data["from"], data["posts"][0]
    return (data["to"], data["posts"][0]) if data.get("undid") == "merged" else None


async def _places(posts: Sequence[int], begun: tuple[int, int] | None) -> dict[str, Told]:
    found = await rows(
        "SELECT p.id, p.number, p.position, p.place, t.id AS thread_id, t.slug, t.title "  # noqa: S608
        f"FROM posts p JOIN threads t ON t.id = p.thread_id WHERE p.id IN ({marks(posts)})",
        *posts,
    )
    places: dict[str, Told] = {}
    for row in found:
        url = place_url(row["thread_id"], row["slug"], row["number"], row["position"], row["place"])
        told = Told(url, f"thread:{row['thread_id']}", row["title"])
        places |= {f"post:{row['id']}": told, f"accepted:{row['id']}": told}
        if begun and begun[1] == row["id"]:
            places[f"thread:{begun[0]}"] = told
    return places


async def _only_who_may_see(thread_id: int) -> None:
    group = f"thread:{thread_id}"
    told = await told_in(group)
    if not told:
        return
    try:
        thread = await thread_facts(thread_id)
    except Missing:
        return
    await withdraw_from(group, told - await who_may_see(told, thread))
