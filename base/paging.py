"""Numbered pages of a list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from base.errors import Missing

DEEPEST: Final = 10_000
_WHOLE: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (from 1) of a list of `total` things, `size` on a page."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """Return how many things stand before this page."""
        return (self.number - 1) * self.size


def whole_number(text: object) -> int | None:
    """Read a whole number that somebody typed; None for anything else, and for what no table could hold."""
    return int(text) if isinstance(text, str) and _WHOLE.fullmatch(text) else None


def page_number(given: Mapping[str, str], name: str = "page") -> int:
    """Read a page number from a query string; nonsense is no page."""
    number = whole_number(given.get(name) or "1")
    if number is None or not 0 < number <= DEEPEST:
        raise Missing("There is no such page.")
    return number
