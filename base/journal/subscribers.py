"""Who wants to be told of what; wired once at the start of every process."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from base.journal.models import Entry

Handler = Callable[[Sequence[Entry]], Awaitable[None]]


class NotNow(Exception):
    """Raised by a handler that can take nothing at present: the entries come again soon, and no try is counted."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A handler and the beginnings of the kinds it wants; `imports` when it wants to hear of imported things too."""

    name: str
    prefixes: tuple[str, ...]
    handler: Handler
    imports: bool = False


_known: Final[dict[str, Subscriber]] = {}


def subscribe(name: str, prefixes: Sequence[str], handler: Handler, *, imports: bool = False) -> None:
    """Owe every coming entry whose kind begins with one of `prefixes` to `handler`, under `name`.

    The handler re-reads its subjects and may be called more than once for an entry.
    """
    _known[name] = Subscriber(name, tuple(prefixes), handler, imports)


def subscribers() -> Mapping[str, Subscriber]:
    """Return the subscribers by name."""
    return _known


def forget_all() -> None:
    """Forget every subscriber, as a process does when its site closes."""
    _known.clear()
