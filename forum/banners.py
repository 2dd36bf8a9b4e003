"""The announcements that stand above every page, kept in memory: pages ask nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from base import settings
from base.clock import now
from base.db import as_datetime, rows
from forum.addresses import thread_url

_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Banner:
    """An announcement above every page; `key` names it as it is now, so that another one is not dismissed with it."""

    id: int
    title: str
    url: str
    audience: str
    until: datetime

    @property
    def key(self) -> str:
        """Return the name under which it is dismissed."""
        return f"{self.id}-{int(self.until.timestamp()) // 60:x}"


_known: Final[dict[str, tuple[Banner, ...]]] = {}


async def look_again() -> None:
    """Read the announcements that stand above every page; a chore of every process, and after each act on one."""
    found = await rows(
        "SELECT t.id, t.title, t.slug, t.audience, t.banner_until FROM threads t WHERE t.banner_until > ? "
        "AND t.state = 'published' AND t.kind = 'announcement' ORDER BY t.banner_until DESC, t.id DESC",
        now(),
    )  # fmt: skip
    banners = [
        Banner(row["id"], row["title"], thread_url(row["id"], row["slug"]), row["audience"], until)
        for row in found
        if (until := as_datetime(row["banner_until"])) is not None
    ]
    _known[settings.get().database] = tuple(banners)


def forget_banners() -> None:
    """Forget what was read; for tests, which use the address of one database for several."""
    _known.clear()


def are_there() -> bool:
    """Say whether anything may stand above the pages of somebody."""
    return bool(_known.get(settings.get().database))


def banners(audiences: frozenset[str], dismissed: frozenset[str] = frozenset()) -> tuple[Banner, ...]:
    """Return what stands above the pages of who has these audiences and has not dismissed it."""
    known = _known.get(settings.get().database, ())
    if not known:
        return ()
    at = now()
    seen = (one for one in known if one.audience in audiences and one.until > at and one.key not in dismissed)
    return tuple(seen)[:_MOST]
