"""Numbered pages of a list."""

from collections.abc import Mapping
from dataclasses import dataclass

from base.errors import Missing

DEEPEST = 10_000


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

    @property
    def has_previous(self) -> bool:
        """Say whether a page stands before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Say whether a page follows this one."""
        return self.number < self.pages


def page_number(given: Mapping[str, str], name: str = "page") -> int:
    """Read a page number from a query string; nonsense is no page."""
    text = given.get(name) or "1"
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= DEEPEST):
        raise Missing("There is no such page.")
    return int(text)
