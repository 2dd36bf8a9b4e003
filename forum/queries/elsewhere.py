"""What a closed thread says it is answered in: a thread here, or a practice, which stands on a higher floor."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import rows
from forum.addresses import thread_url
from forum.rules import visible_threads
from members.viewer import Viewer

# app/wiring.py says here how a practice is found by its number, for who may read it.
PRACTICES: Final[list[Callable[[Viewer, int], Awaitable[Any]]]] = []

_PATH: Final = re.compile(r"/(t|kb)/(\d{1,18})(?:-[a-z0-9-]*)?")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where something is answered; a practice has a state."""

    title: str
    url: str
    verification: str = ""
    until: datetime | None = None


async def elsewhere(viewer: Viewer, path: str) -> Elsewhere | None:
    """Return what is at an address such as /t/17 or /kb/3, if the viewer may see it."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    number = int(found[2])
    if found[1] == "kb":
        practice = await PRACTICES[0](viewer, number) if PRACTICES else None
        return Elsewhere(practice.title, practice.url, practice.verification, practice.until) if practice else None
    seen = visible_threads(viewer)
    threads = await rows(
        f"SELECT t.title, t.slug FROM threads t WHERE t.id = ? AND ({seen.sql})",  # noqa: S608
        number, *seen.values,
    )  # fmt: skip
    return Elsewhere(threads[0]["title"], thread_url(number, threads[0]["slug"])) if threads else None
