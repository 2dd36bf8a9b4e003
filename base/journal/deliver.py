"""Hand owed entries to their subscribers: at least once, in order of arrival, with retries and dead letters."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tortoise.expressions import F, Q

from base.clock import now
from base.db import rows, transaction
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


async def _claim(name: str) -> list[Delivery]:
    """Take a batch for a minute, so that no other worker has it meanwhile; a crash gives it back."""
    at = now()
    waiting = Delivery.filter(Q(due__lte=at) | Q(due__gt=at + _NEVER_SO_LATE), subscriber=name, dead=False)
    if not await waiting.exists():  # a read: who finds nothing takes no write lock
        return []
    async with transaction():
        owed = await waiting.select_for_update(skip_locked=True).order_by("id").limit(BATCH)
        if owed:
            await Delivery.filter(id__in=[one.id for one in owed]).update(due=now() + LEASE, tries=F("tries") + 1)
    return owed


async def waiting_for(names: Sequence[str]) -> list[str]:
    """Return those subscribers to whom something is due, in one statement."""
    if not names:
        return []
    due = "d.subscriber = ? AND d.dead = ? AND (d.due <= ? OR d.due > ?)"
    one = f"EXISTS (SELECT 1 FROM journal_deliveries d WHERE {due})"  # noqa: S608
    at = now()
    values = [value for name in names for value in (name, False, at, at + _NEVER_SO_LATE)]
    asked = ", ".join(f"{one} AS s{number}" for number in range(len(names)))
    found = (await rows(f"SELECT {asked}", *values))[0]
    return [name for number, name in enumerate(names) if found[f"s{number}"]]


async def _hand_over(subscriber: Subscriber, owed: Sequence[Delivery]) -> bool:
    """Call the handler; a batch that fails is tried one by one, so that one bad entry holds up nobody."""
    entries = await Entry.filter(id__in=[one.entry_id for one in owed]).order_by("id")  # type: ignore[attr-defined]
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
        await _put_back(owed[0], error)
        return False
    await Delivery.filter(id__in=[one.id for one in owed]).delete()
    return True


async def _put_back(delivery: Delivery, error: Exception) -> None:
    tries = delivery.tries + 1
    logger("journal").warning(
        "delivery failed", subscriber=delivery.subscriber, id=delivery.id, tries=tries, exc_info=error
    )
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
