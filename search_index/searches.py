"""What is searched and what it finds, counted by day; never by whom, and nothing that looks like personal data."""

import re
from datetime import timedelta
from typing import Final

from base.clock import now
from base.db import execute, transaction
from search_index.wording import clean

# So long are searches kept, and gaps that were set aside.
KEPT_DAYS: Final = 90
_LONGEST: Final = 100
_MOST_HELD: Final = 5_000
# Addresses, long numbers (telephone, patient, date of birth) and mentions are not kept.
_PERSONAL: Final = re.compile(r"@|\d{5,}|\d+[-/.]\d+[-/.]\d+|://")

_ADD: Final = """
INSERT INTO search_log (query, language, day, searches, total, clicks) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (query, language, day) DO UPDATE SET
  searches = search_log.searches + excluded.searches,
  clicks = search_log.clicks + excluded.clicks,
  total = CASE WHEN ? THEN excluded.total ELSE search_log.total END"""

_Key = tuple[str, str]
_held: Final[dict[_Key, list[int]]] = {}


def normal(text: str) -> str:
    """Return a query as it is counted, empty for one that may hold personal data."""
    words = clean(text).casefold()[:_LONGEST]
    return "" if _PERSONAL.search(words) else words


def note(text: str, total: int, language: str = "en") -> None:
    """Remember a search until the next `flush`: a page that is only read writes nothing."""
    if query := normal(text):
        held = _hold(query, language)
        if held is not None:
            held[0] += 1
            held[1] = total


def opened(text: str, language: str = "en") -> None:
    """Remember that a result of a search was opened."""
    if (query := normal(text)) and (held := _hold(query, language)) is not None:
        held[2] += 1


def _hold(query: str, language: str) -> list[int] | None:
    key = (query, language[:8])
    if key not in _held and len(_held) >= _MOST_HELD:
        return None
    return _held.setdefault(key, [0, -1, 0])


def forget() -> None:
    """Forget what was remembered; for tests."""
    _held.clear()


async def flush() -> int:
    """Add what was remembered to the table; return how many rows it touched."""
    if not _held:
        return 0
    held = dict(_held)
    _held.clear()
    day = now().date()
    try:
        async with transaction():
            # In one order, so that two servers never wait for each other.
            for (query, language), (searches, total, clicks) in sorted(held.items()):
                await execute(_ADD, query, language, day, searches, max(total, 0), clicks, total >= 0)
    except Exception:
        _keep(held)
        raise
    return len(held)


def _keep(held: dict[_Key, list[int]]) -> None:
    """Remember again what could not be written down."""
    for (query, language), (searches, total, clicks) in held.items():
        there = _hold(query, language)
        if there is not None:
            there[0], there[2] = there[0] + searches, there[2] + clicks
            there[1] = total if there[1] < 0 else there[1]


async def forget_old() -> int:
    """Delete the searches, and the gaps set aside, of more than 90 days ago; return how many."""
    oldest = now() - timedelta(days=KEPT_DAYS)
    searches = await execute("DELETE FROM search_log WHERE day < ?", oldest.date())
    return searches + await execute("DELETE FROM search_gaps_dismissed WHERE at < ?", oldest)
