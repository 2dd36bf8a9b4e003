"""Who follows a thread, what it is labelled with, who wrote it and for whom; and who wants to hear nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from base.db import lookup, marks, rows
from forum.queries.topic_tree import carried_and_above

CLOSE: Final = ("watching", "following")
# Who follows a topic hears of narrower ones, too.
_TOPICS: Final = carried_and_above("thread_tags", "thread_id", "?")
# Of a new thread, the organisation it was written for; of a post, that of its author. A mask belongs to none.
_ORGANISATION: Final = {
    "thread": "SELECT x.organisation_id FROM threads x WHERE x.id = ?",
    "post": "SELECT x.organisation_id FROM memberships x WHERE x.member_id = ? AND x.state = 'active' AND x.main",
}
_BESIDE: Final = f"""
SELECT w.member_id, w.target, w.target_id, w.level, COALESCE(g.name, f.name, c.name, m.name, o.name) AS name
FROM watches w
LEFT JOIN tags g ON w.target = 'tag' AND g.id = w.target_id
LEFT JOIN platforms f ON w.target = 'platform' AND f.id = w.target_id
LEFT JOIN categories c ON w.target = 'category' AND c.id = w.target_id
LEFT JOIN members m ON w.target = 'member' AND m.id = w.target_id
LEFT JOIN organisations o ON w.target = 'organisation' AND o.id = w.target_id
WHERE (w.target = 'tag' AND w.target_id IN ({_TOPICS}))
  OR (w.target = 'platform' AND w.target_id IN (SELECT x.platform_id FROM thread_platforms x WHERE x.thread_id = ?))
  OR (w.target = 'category' AND w.target_id IN (SELECT x.category_id FROM threads x WHERE x.id = ?))
  OR (w.target = 'member' AND w.target_id = ?)
  OR (w.target = 'organisation' AND w.target_id IN ({{organisation}}))
ORDER BY w.id"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Beside:
    """Something beside the thread itself that members follow: which, what it is called, and who how closely."""

    target: str
    target_id: int
    name: str
    level: str
    members: frozenset[int]

    @property
    def reason(self) -> str:
        """Return the sentence that says why they are told."""
        verb = "watch" if self.level == "watching" else "follow"
        return f"Because you {verb} {f'#{self.name}' if self.target == 'tag' else self.name}."


async def levels(thread_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """Return how closely each member follows each of these threads."""
    found: dict[int, dict[int, str]] = {one: {} for one in thread_ids}
    sql = "SELECT target_id, member_id, level FROM watches WHERE target = 'thread' AND target_id"
    for row in await rows(f"{sql} IN ({marks(thread_ids)})", *thread_ids):
        found[row["target_id"]][row["member_id"]] = row["level"]
    return found


async def followers_beside(thread_id: int, author_id: int, *, of_post: bool = False) -> tuple[Beside, ...]:
    """Return who follows what stands beside a thread, each once, by what they followed first.

    Whoever muted one of these things does not hear of the thread because of another. Of a new thread both levels
    hear; of a post (`of_post`) those who watch.
    """
    found = await lookup(
        _BESIDE.format(organisation=_ORGANISATION["post" if of_post else "thread"]),
        *(thread_id,) * 5, author_id, author_id if of_post else thread_id,
    )  # fmt: skip
    mute = {row["member_id"] for row in found if row["level"] == "muted"}
    wanted = ("watching",) if of_post else CLOSE
    first = {row["member_id"]: row for row in reversed(found) if row["level"] in wanted}
    groups: dict[tuple[str, int, str, str], set[int]] = {}
    for row in found:
        if row["member_id"] not in mute and first.get(row["member_id"]) is row:
            what = (row["target"], row["target_id"], row["name"] or "", row["level"])
            groups.setdefault(what, set()).add(row["member_id"])
    return tuple(Beside(*what, frozenset(members)) for what, members in groups.items())


async def deaf_to_labels(thread_id: int, author_id: int) -> set[int]:
    """Return who muted a label of a thread, its category or its author: nobody asks them for help with it."""
    found = await rows(
        f"SELECT DISTINCT member_id FROM ({_BESIDE.format(organisation=_ORGANISATION['thread'])}) w "  # noqa: S608
        "WHERE w.level = 'muted'",
        *(thread_id,) * 5, author_id, thread_id,
    )  # fmt: skip
    return {row["member_id"] for row in found}


async def deaf_to(author_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return who muted each of these people: what these write makes no notices for them."""
    found: dict[int, set[int]] = {one: set() for one in author_ids}
    sql = "SELECT target_id, member_id FROM watches WHERE target = 'member' AND level = 'muted' AND target_id"
    for row in await rows(f"{sql} IN ({marks(author_ids)})", *author_ids):
        found[row["target_id"]].add(row["member_id"])
    return found
