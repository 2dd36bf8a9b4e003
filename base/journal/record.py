"""Append to the journal, inside the caller's transaction."""

from collections.abc import Mapping
from typing import Any

from base.clock import now
from base.db import is_in_transaction
from base.journal.models import Delivery, Entry
from base.journal.subscribers import subscribers


async def record(
    kind: str, *, actor_id: int | None, subject_id: int, data: Mapping[str, Any] | None = None, quiet: bool = False
) -> Entry:
    """Write one entry and owe it to every interested subscriber; `quiet` (imports) tells only who wants them."""
    if not is_in_transaction():
        raise RuntimeError(f"{kind} must be recorded in the transaction of what it tells of")
    at = now()
    entry = await Entry.create(kind=kind, actor_id=actor_id, subject_id=subject_id, data=dict(data or {}), at=at)
    owed = [
        Delivery(entry=entry, subscriber=subscriber.name, due=at)
        for subscriber in subscribers().values()
        if kind.startswith(subscriber.prefixes) and (subscriber.imports or not quiet)
    ]
    if owed:
        await Delivery.bulk_create(owed)
    return entry
