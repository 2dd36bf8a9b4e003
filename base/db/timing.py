"""How long statements take, as they were waited for; slow ones are logged and kept an hour, without their values."""

import re
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final

from base import settings
from base.clock import now
from base.log import REQUEST, logger

_KEPT: Final = 200
_LONGEST: Final = 1000
_HOUR: Final = timedelta(hours=1)
# What Tortoise or we write into a statement as words is ours, but a number may be somebody's.
_WORDS: Final = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")


@dataclass(frozen=True, slots=True)
class SlowStatement:
    """A statement that took long, and the id of the request it was for, if it was for one."""

    at: datetime
    milliseconds: int
    statement: str
    request: str


@dataclass(slots=True)
class Tallies:
    """What this process has sent to the database since it started."""

    statements: int = 0
    seconds: float = 0.0
    slow: int = 0


TALLIES: Final = Tallies()
_slow: Final[deque[SlowStatement]] = deque(maxlen=_KEPT)


class Timed:
    """Times the statement within the block."""

    __slots__ = ("_began", "_statement")

    def __init__(self, statement: str) -> None:
        self._statement = statement

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        took = time.perf_counter() - self._began
        TALLIES.statements += 1
        TALLIES.seconds += took
        if took * 1000 >= settings.get().slow_query_ms:
            _note(self._statement, round(took * 1000))


def _note(statement: str, milliseconds: int) -> None:
    TALLIES.slow += 1
    words = without_values(statement)
    _slow.append(SlowStatement(now(), milliseconds, words, REQUEST.get()))
    logger("database").warning("slow statement", ms=milliseconds, statement=words)


def without_values(statement: str) -> str:
    """Return a statement on one line, with what is written into it as a value left out."""
    return _WORDS.sub("?", " ".join(statement.split()))[:_LONGEST]


def slow_statements() -> list[SlowStatement]:
    """Return the slow statements of the last hour that are kept, the slowest first."""
    since = now() - _HOUR
    return sorted((one for one in _slow if one.at > since), key=lambda one: -one.milliseconds)
