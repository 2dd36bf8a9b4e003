"""Parts of pages that depend on nothing but their arguments: rendered once for each language."""

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup

from base.web.words import reading_in

Macro = Callable[..., Markup]


def remembered(macro: Macro) -> Macro:
    """Return `macro` with a memory; only for icons, kinds and states, never for what belongs to a viewer."""

    @lru_cache(maxsize=512)
    def drawn(locale: str, given: tuple[object, ...], named: tuple[tuple[str, object], ...]) -> Markup:
        return macro(*given, **dict(named))

    def draw(*given: object, **named: object) -> Markup:
        return drawn(reading_in(), given, tuple(named.items()))

    return draw
