"""The network in a few figures for the front page, counted at most every five minutes; nothing of a viewer in them."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from base import settings
from base.clock import now
from base.db import as_datetime, rows
from forum.rules import listed_threads
from members.viewer import VISITOR

_KEEP_SECONDS: Final = 300.0
_PERIOD: Final = timedelta(days=90)
_SOON: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Network:
    """How large the network is, and how well it answers: questions of 90 days, and those answered in 48 hours.

    `topics` are the names and slugs of the tags most written about in public.
    """

    members: int
    organisations: int
    countries: int
    asked: int
    answered_soon: int
    topics: tuple[tuple[str, str], ...]

    @property
    def share(self) -> int:
        """Return the share of questions answered within 48 hours, in percent."""
        return round(100 * self.answered_soon / self.asked) if self.asked else 0


# The figures of the site that is open, by its database, and until when they are kept.
_kept: Final[dict[str, tuple[float, Network]]] = {}


async def network() -> Network:
    """Return the figures."""
    site = settings.get().database
    until, found = _kept.get(site, (0.0, None))
    if found is None or until < time.monotonic():
        found = await _count()
        _kept.clear()
        _kept[site] = time.monotonic() + _KEEP_SECONDS, found
    return found


async def _count() -> Network:
    at = now()
    row = (
        await rows(
            "SELECT (SELECT COUNT(*) FROM members WHERE state = 'active') AS members,"
            " (SELECT COUNT(*) FROM organisations WHERE state = 'active') AS organisations,"
            " (SELECT COUNT(DISTINCT country) FROM organisations"
            "   WHERE state = 'active' AND country <> '') AS countries",
        )
    )[0]
    # An answer is soon when it came within 48 hours; questions younger than that are not counted yet.
    seen = listed_threads(VISITOR)
    firsts = await rows(
        "SELECT t.created_at AS asked, MIN(p.created_at) AS answered FROM threads t"  # noqa: S608
        " LEFT JOIN posts p ON p.thread_id = t.id AND p.kind = 'answer' AND p.state = 'published'"
        f" WHERE t.kind = 'question' AND {seen.sql}"
        " AND t.created_at > ? AND t.created_at < ? GROUP BY t.id, t.created_at",
        *seen.values,
        at - _PERIOD,
        at - _SOON,
    )
    pairs = [(as_datetime(one["asked"]), as_datetime(one["answered"])) for one in firsts]
    soon = sum(1 for asked, answered in pairs if asked and answered and answered - asked <= _SOON)
    topics = await rows(
        "SELECT g.name, g.slug, COUNT(*) AS n FROM thread_tags x JOIN tags g ON g.id = x.tag_id"  # noqa: S608
        f" JOIN threads t ON t.id = x.thread_id WHERE {seen.sql}"
        " GROUP BY g.id, g.name, g.slug ORDER BY n DESC, g.name LIMIT 4",
        *seen.values,
    )
    names = tuple((one["name"], one["slug"]) for one in topics)
    return Network(row["members"], row["organisations"], row["countries"], len(firsts), soon, names)
