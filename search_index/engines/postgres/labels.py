"""The labels of the facets of one build: few, only ever more, and so kept in memory."""

from collections.abc import Iterable, Iterator
from typing import Any

from search_index.engines.naming import normal
from search_index.engines.postgres.layout import Names, State


class Labels:
    """From a label to its number and back."""

    def __init__(self, number: int) -> None:
        self.build = number
        self.last = 0
        self.names: dict[int, str] = {}
        self.numbers: dict[tuple[str, str], int] = {}
        self._typed: dict[str, dict[str, list[int]]] = {}

    async def follow(self, connection: Any, names: Names, state: State) -> None:
        """Read the labels that were added since."""
        if state.last_label > self.last:
            found = await connection.fetch(
                f"SELECT number, facet, label FROM {names.labels} WHERE number > $1 ORDER BY number",  # noqa: S608
                self.last,
            )
            self.add((row["number"], row["facet"], row["label"]) for row in found)

    def add(self, found: Iterable[tuple[int, str, str]]) -> None:
        """Take in labels, in order; known ones are passed over."""
        for number, facet, label in found:
            if number > self.last:
                self.last = number
                self.names[number] = label
                self.numbers[facet, label] = number
                self._typed.setdefault(facet, {}).setdefault(normal(label), []).append(number)

    def find(self, facet: str, label: str) -> int:
        """Return the number of exactly this label, -1 when there is none."""
        return self.numbers.get((facet, label), -1)

    def typed(self, facet: str, text: str) -> list[int]:
        """Return the numbers of the labels meant by what somebody typed."""
        return self._typed.get(facet, {}).get(normal(text), [])

    def with_part(self, facet: str, text: str) -> list[int]:
        """Return the numbers of the labels that have what somebody typed among their words."""
        inside = f"-{normal(text)}-"
        known = self._typed.get(facet, {})
        return [number for label, numbers in known.items() if inside in f"-{label}-" for number in numbers]

    def beginning(self, facet: str, text: str) -> Iterator[int]:
        """Yield the numbers of the labels that begin with what is typed, or have a word that does."""
        wanted = normal(text)
        for label, numbers in self._typed.get(facet, {}).items():
            if wanted and f"-{wanted}" in f"-{label}":
                yield from numbers
