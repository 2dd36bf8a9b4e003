"""Append to the journal, inside the caller's transaction."""

import json
from collections.abc import Mapping
from typing import Any, Final

from base.clock import now
from base.db import is_in_transaction, put
from base.journal.subscribers import subscribers

_ENTRY: Final = "INSERT INTO journal_entries (kind, actor_id, subject_id, data, at) VALUES (?, ?, ?, ?, ?) RETURNING id"
_OWED: Final = "INSERT INTO journal_deliveries (entry_id, subscriber, due) VALUES "


async def record(
    kind: str, *, actor_id: int | None, subject_id: int, data: Mapping[str, Any] | None = None, quiet: bool = False
) -> int:
    """Write one entry and owe it to every interested subscriber; `quiet` (imports) tells only who wants them.

    Returns the number of the entry.
    """
    if not is_in_transaction():
        raise RuntimeError(f"{kind} must be recorded in the transaction of what it tells of")
    at = now()
    told = json.dumps(dict(data or {}), separators=(",", ":"))  # to the letter as the model writes it
    entry_id = int((await put(_ENTRY, kind, actor_id, subject_id, told, at))[0]["id"])
    owed = [
        value
        for subscriber in subscribers().values()
        if kind.startswith(subscriber.prefixes) and (subscriber.imports or not quiet)
        for value in (entry_id, subscriber.name, at)
    ]
    if owed:
        await put(_OWED + ", ".join(["(?, ?, ?)"] * (len(owed) // 3)), *owed)
    return entry_id
