"""What was done between two versions of the database: whether it changes a page that is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from base.db import Recalled, Version, lookup

_MOST: Final = 50
_OWN_AFFAIRS: Final = (
    "session.",
    "bookmark.",
    "mail.",
    "notices.",
    "token.",
    "password.",
    "watch.",
    "two_factor.",
    "identity.",
    "provider.",
    "letter.",
    "data.",
    "consent.",
)
"""What people do for themselves: others are shown nothing of it."""
_ENTRIES: Final = "SELECT id, kind, subject_id, data FROM journal_entries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"

_found: Final[Recalled[tuple["Act", ...]]] = Recalled(256)


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the journal."""

    kind: str
    subject_id: int
    data: Mapping[str, Any]


async def done_since(before: Version, now: Version) -> tuple[Act, ...] | None:
    """Return what was done for others between two versions, oldest first; none when that is not known.

    It is not when much was done; nor on PostgreSQL, where an entry may be committed after one with a higher number.
    """
    first, last = before.acts, now.acts
    if not isinstance(first, int) or not isinstance(last, int) or last - first > _MOST:
        return None
    known = _found.get((first, last), now)
    if known is None:
        entries = await lookup(_ENTRIES, first, last, _MOST)
        acts = (Act(one["kind"], one["subject_id"], json.loads(one["data"])) for one in entries)
        known = tuple(act for act in acts if not act.kind.startswith(_OWN_AFFAIRS))
        _found.put((first, last), now, known)
    return known
