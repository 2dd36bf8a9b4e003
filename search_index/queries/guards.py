"""Look again, in the database, whether a viewer may see what the index found: the index may be seconds behind."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from members.viewer import Viewer
from search_index.found import Hit

Guard = Callable[[Viewer, Sequence[Hit]], Awaitable[set[str]]]

_guards: Final[dict[str, Guard]] = {}


def register_guard(kind: str, visible: Guard) -> None:
    """Ask `visible` for the keys that a viewer may see among hits of this kind."""
    _guards[kind] = visible


def guarded_kinds() -> frozenset[str]:
    """Return the kinds of documents that are looked at again."""
    return frozenset(_guards)


async def visible_keys(viewer: Viewer, hits: Iterable[Hit]) -> set[str]:
    """Return the keys of the hits that the viewer may see now; one question per kind of document."""
    kinds: dict[str, dict[str, Hit]] = {}
    for hit in hits:
        kinds.setdefault(hit.kind, {})[hit.key] = hit
    seen: set[str] = set()
    for kind, found in kinds.items():
        guard = _guards.get(kind)
        seen |= found.keys() if guard is None else found.keys() & await guard(viewer, tuple(found.values()))
    return seen


async def only_visible(viewer: Viewer, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits that the viewer may see now."""
    seen = await visible_keys(viewer, hits)
    return tuple(hit for hit in hits if hit.key in seen)
