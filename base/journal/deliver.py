"""Hand owed entries to their subscribers: at least once, in order of arrival, with retries and dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tortoise.expressions import F

from base.clock import now
from base.condition import Condition
from base.db import dialect, execute, marks, rows
from base.journal.models import Delivery, Entry
from base.journal.subscribers import NotNow, Subscriber, subscribers
from base.log import logger

BATCH: Final = 100
LEASE: Final = timedelta(seconds=60)
MOST_TRIES: Final = 8
_FIRST_WAIT: Final = 2.0
# Nothing is put off for longer: what seems to be is of a moment when the clock was wrong.
_NEVER_SO_LATE: Final = timedelta(seconds=_FIRST_WAIT * 2 ** (MOST_TRIES + 1))
_SOON: Final = timedelta(seconds=3)


# Each is claimed by one worker alone; those that another one is just claiming are left to it.
_CLAIM: Final = """
WITH owed AS MATERIALIZED (
  SELECT id FROM journal_deliveries WHERE subscriber = ? AND {due} ORDER BY id LIMIT {batch} {lock}
)
UPDATE journal_deliveries SET due = ?, tries = tries + 1 WHERE id IN (SELECT id FROM owed)
RETURNING id, entry_id, tries"""


@dataclass(frozen=True, slots=True)
class _Owed:
    """An entry that a subscriber is to be told of; `tries` counts this one, too."""

    id: int
    entry_id: int
    tries: int


def _due(at: datetime) -> Condition:
    """Return which deliveries may be tried now."""
    return Condition("dead = ? AND (due <= ? OR due > ?)", (False, at, at + _NEVER_SO_LATE))


async def _claim(name: str) -> list[_Owed]:
    """Take a batch for a minute, so that no other worker has it meanwhile; a crash gives it back."""
    if not await waiting_for([name]):  # a read: who finds nothing takes no write lock
        return []
    due = _due(now())
    lock = "FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
    claim = _CLAIM.format(due=due.sql, batch=BATCH, lock=lock)
    found = await rows(claim, name, *due.values, now() + LEASE)
    return sorted((_Owed(**row) for row in found), key=lambda one: one.id)


async def waiting_for(names: Sequence[str]) -> list[str]:
    """Return those subscribers to whom something is due, in one statement."""
    if not names:
        return []
    due = _due(now())
    one = f"EXISTS (SELECT 1 FROM journal_deliveries WHERE subscriber = ? AND {due.sql})"  # noqa: S608
    values = [value for name in names for value in (name, *due.values)]
    asked = ", ".join(f"{one} AS s{number}" for number in range(len(names)))
    found = (await rows(f"SELECT {asked}", *values))[0]
    return [name for number, name in enumerate(names) if found[f"s{number}"]]


async def _hand_over(subscriber: Subscriber, owed: Sequence[_Owed]) -> bool:
    """Call the handler; a batch that fails is tried one by one, so that one bad entry holds up nobody."""
    entries = await Entry.filter(id__in=[one.entry_id for one in owed]).order_by("id")
    try:
        await subscriber.handler(entries)
    except NotNow:
        again = Delivery.filter(id__in=[one.id for one in owed])
        await again.update(due=now() + _SOON, tries=F("tries") - 1)
        return False
    except Exception as error:
        if len(owed) > 1:
            for one in owed:
                await _hand_over(subscriber, [one])
            return False
        await _put_back(subscriber.name, owed[0], error)
        return False
    ids = [one.id for one in owed]
    await execute(f"DELETE FROM journal_deliveries WHERE id IN ({marks(ids)})", *ids)  # noqa: S608
    return True


async def _put_back(name: str, delivery: _Owed, error: Exception) -> None:
    tries = delivery.tries
    logger("journal").warning("delivery failed", subscriber=name, id=delivery.id, tries=tries, exc_info=error)
    await Delivery.filter(id=delivery.id).update(
        dead=tries >= MOST_TRIES,
        due=now() + timedelta(seconds=_FIRST_WAIT * 2**tries),
        error=f"{type(error).__name__}: {error}"[:2000],
    )


async def deliver(name: str) -> int:
    """Deliver one batch to the subscriber `name`; return how many entries were tried."""
    owed = await _claim(name)
    if owed:
        await _hand_over(subscribers()[name], owed)
    return len(owed)


async def deliver_all() -> int:
    """Deliver until nothing is due; for commands and tests."""
    total = 0
    while done := sum([await deliver(name) for name in subscribers()]):
        total += done
    return total


async def take_back() -> int:
    """Make due what a killed process had claimed; for whoever is sure that nobody else delivers. Return how many."""
    claimed = Delivery.filter(dead=False, tries__gt=0, error="", due__gt=now())
    return await claimed.update(due=now(), tries=F("tries") - 1)


async def revive(ids: Sequence[int] | None = None) -> int:
    """Give dead deliveries (all, or these) a new life; return how many."""
    dead = Delivery.filter(dead=True) if ids is None else Delivery.filter(dead=True, id__in=list(ids))
    return await dead.update(dead=False, tries=0, due=now(), error="")
