"""Structured logs: readable lines, or JSON for machines."""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, Final

# Where these are installed for something else, structlog takes 4 MiB for them, which nothing here uses.
_UNUSED: Final = [name for name in ("rich", "greenlet") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_UNUSED))  # type: ignore[arg-type]
import structlog  # noqa: E402

for _name in _UNUSED:
    del sys.modules[_name]

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
"""The id of the request that this task answers: it stands in every line of the log."""


def _with_request(_log: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if known_as := REQUEST.get():
        line.setdefault("request", known_as)
    return line


def configure(level: str = "info", *, as_json: bool = False) -> None:
    """Set up the log once, at the start of a process; it goes to standard error."""
    last: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            _with_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else []),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> Any:
    """Return the log of one part of the program."""
    return structlog.get_logger(part=name)
