"""Put something into inboxes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base import settings
from base.clock import now
from base.db import execute, marks, rows
from members.inbox_bell import ring_for
from members.queries.masks import people_behind
from members.rules import listed_to_be_told

_BATCH: Final = 500
_COLUMNS: Final = (
    'member_id, mail_state, created_at, "key", kind, "group", subject, text, url, reason, because, because_id, actor_id'
)
_MARKS: Final = f"({', '.join('?' * len(_COLUMNS.split(',')))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What some members are to be told once per `key`, however often it is said.

    `subject` is the title of what it is about (a thread's title), the same for a whole `group` such as "thread:17";
    `kind` says what happened (templates/mail/notice_words.txt has the words for each). `text` is a plain excerpt, `url`
    a path of this site, `reason` a whole sentence such as "You asked this question."; `because` is one of
    members/reasons.py, with `because_id` the thing that is followed.
    """

    members: frozenset[int]
    key: str
    kind: str
    group: str
    subject: str
    text: str
    url: str
    reason: str
    because: str
    actor_id: int | None
    because_id: int | None = None

    @property
    def columns(self) -> tuple[object, ...]:
        """Return what is stored of it for each member."""
        return (
            self.key[:120], self.kind[:40], self.group[:60], self.subject[:300], self.text[:2000], self.url[:300],
            self.reason[:120], self.because, self.because_id, self.actor_id,
        )  # fmt: skip


async def notify(member_ids: Iterable[int], **about: Any) -> int:
    """Say one Word to members; return how many could be told."""
    return await notify_all([Word(members=frozenset(member_ids), **about)])


async def notify_all(words: Sequence[Word]) -> int:
    """Say these to whom they are for; return how many could be told, each counted for each word.

    Who did it is not told, nor who switched the reason off. Of masks those behind them are told.
    """
    masks = await people_behind({one for word in words for one in (*word.members, word.actor_id or 0) if word.members})
    wanted = [(word, _people(word, masks)) for word in words]
    here = await _here({one for _, people in wanted for one in people})
    at = now()
    made = [
        (one, here[one]["mail_state"], at, *word.columns)
        for word, people in wanted
        for one in sorted(people & here.keys())
        if word.because not in (here[one]["off"] or "").split()
    ]
    for start in range(0, len(made), _BATCH):
        some = made[start : start + _BATCH]
        await execute(
            f"INSERT INTO notices ({_COLUMNS}) VALUES {', '.join([_MARKS] * len(some))} ON CONFLICT DO NOTHING",  # noqa: S608
            *(value for row in some for value in row),
        )
    await ring_for(row[0] for row in made)
    return len(made)


def _people(word: Word, masks: Mapping[int, int]) -> set[int]:
    """Return whom to tell, those behind masks in their place, and never who did it."""
    actor = word.actor_id or 0
    return {masks.get(one, one) for one in word.members} - {masks.get(actor, actor)}


async def _here(member_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return those of the members who can be told, whether by mail too, and what they want no notices for."""
    ids = sorted(member_ids)
    told = listed_to_be_told(settings.get().private, now())
    here: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        found = await rows(
            "SELECT m.id, CASE WHEN m.mail_notices AND COALESCE(m.email, '') <> '' THEN 'waiting' ELSE 'none' END "  # noqa: S608
            "AS mail_state, (SELECT string_agg(s.because, ' ') FROM notice_switches s WHERE s.member_id = m.id) AS off "
            f"FROM members m WHERE m.id IN ({marks(some)}) AND m.state = 'active' AND {told.sql}",
            *some, *told.values,
        )  # fmt: skip
        here |= {row["id"]: row for row in found}
    return here


async def withdraw(*, key: str = "", group: str = "") -> int:
    """Take back what was told under a key, or of a whole group, for its cause is gone; return how many notices."""
    column, value = ("key", key) if key else ('"group"', group)
    gone = await rows(f"DELETE FROM notices WHERE {column} = ? RETURNING member_id", value)  # noqa: S608
    await ring_for(row["member_id"] for row in gone)
    return len(gone)
