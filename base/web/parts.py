"""Parts of pages that depend on nothing but their arguments: rendered once for each language."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Final, Generic, TypeVar

from markupsafe import Markup

from base.web.words import reading_in

Macro = Callable[..., Markup]
V = TypeVar("V")

_MOST: Final = 16 * 1024 * 1024


def remembered(macro: Macro) -> Macro:
    """Return `macro` with a memory; only for icons, kinds and states, never for what belongs to a viewer."""

    @lru_cache(maxsize=512)
    def drawn(locale: str, given: tuple[object, ...], named: tuple[tuple[str, object], ...]) -> Markup:
        return macro(*given, **dict(named))

    def draw(*given: object, **named: object) -> Markup:
        return drawn(reading_in(), given, tuple(named.items()))

    return draw


class Kept(Generic[V]):
    """Values under keys, `most` in size; what was not asked for the longest is forgotten first."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._values: OrderedDict[Hashable, tuple[int, V]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """Return what is kept under `key`."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[1]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep `value`, unless it is so large that it would push out everything else."""
        if size > self._most // 8:
            return
        before = self._values.pop(key, None)
        self._size += size - (before[0] if before else 0)
        self._values[key] = (size, value)
        while self._size > self._most:
            _, (gone, _) = self._values.popitem(last=False)
            self._size -= gone

    def forget(self) -> None:
        """Forget everything."""
        self._values.clear()
        self._size = 0


_drawn: Final[Kept[Markup]] = Kept(_MOST)


def kept(macro: Macro) -> Macro:
    """Return `macro` with a memory of what it drew from the very same values.

    Everything that shows must be in its arguments, by value: a name that changes is another argument, so nothing
    old is ever shown, and what belongs to one viewer is never shown to another. Arguments that cannot be compared
    by value (a form with what was typed) are drawn each time.
    """

    def draw(*given: Hashable) -> Markup:
        key = (macro, reading_in(), given)
        try:
            found = _drawn.get(key)
        except TypeError:
            return macro(*given)
        if found is None:
            found = macro(*given)
            # The arguments hold about as much text as what is drawn from them.
            _drawn.put(key, found, 2 * len(found))
        return found

    return draw
