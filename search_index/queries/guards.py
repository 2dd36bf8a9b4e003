"""Look again, in the database, whether a viewer may see what the index found: the index may be seconds behind."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from base.db import marks, rows
from members.viewer import Viewer
from search_index.found import Found, Hit, Section

Guard = Callable[[Viewer, Sequence[Hit]], Awaitable[set[str]]]

_guards: Final[dict[str, Guard]] = {}
Vendors = Callable[[Sequence[Hit]], Awaitable[dict[str, str]]]
_vendors: Final[list[Vendors]] = []


def register_guard(kind: str, visible: Guard) -> None:
    """Ask `visible` for the keys that a viewer may see among hits of this kind."""
    _guards[kind] = visible


def register_vendors(find: Vendors) -> None:
    """Ask `find` which vendors are behind hits, by their keys."""
    _vendors[:] = [find]


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


async def looked_again(viewer: Viewer, found: Found) -> Found:
    """Take out what the database says the viewer may no longer see, and the names of who is gone.

    Facets count what was taken out, and what has it cannot be told from here: then there are none this time.
    """
    every = (*found.hits, *(hit for section in found.sections for hit in section.hits))
    seen = await visible_keys(viewer, every)
    left = [hit for hit in every if hit.key in seen]
    names = await _names_of(hit.handle for hit in left)
    vendors = {key: name for find in _vendors for key, name in (await find(left)).items()}

    def kept(hits: Sequence[Hit]) -> tuple[Hit, ...]:
        return tuple(_by(hit, names, vendors.get(hit.key, "")) for hit in hits if hit.key in seen)

    sections = tuple(
        Section(one.name, one.total - len(one.hits) + len(still), still)
        for one in found.sections
        for still in (kept(one.hits),)
    )
    gone = len({hit.key for hit in every} - seen)
    shown = replace(found, total=max(0, found.total - gone), hits=kept(found.hits), sections=sections)
    return replace(shown, facets={}) if gone else shown


def _by(hit: Hit, names: Mapping[str, str], vendor: str) -> Hit:
    """Return a hit with its author's name of today, and without one who is not there any more."""
    hit = replace(hit, industry=vendor) if vendor else hit
    if not hit.handle or names.get(hit.handle) == hit.author:
        return hit
    return replace(hit, author=names[hit.handle]) if hit.handle in names else replace(hit, author="", handle="")


async def _names_of(handles: Iterable[str]) -> dict[str, str]:
    """Return what people are called now, by handle."""
    wanted = sorted({handle for handle in handles if handle})
    if not wanted:
        return {}
    found = await rows(f"SELECT handle, name FROM members WHERE handle IN ({marks(wanted)})", *wanted)  # noqa: S608
    return {row["handle"]: row["name"] for row in found}
