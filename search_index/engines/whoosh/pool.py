"""Where a writer gathers postings before it sorts them: packed by term, so that a large build stays in memory."""

from array import array
from collections.abc import Iterator
from typing import Any

Item = tuple[str, bytes, int, float, bytes | None]
Kept = tuple["array[int]", "array[float]", "array[int]", bytearray]


class Pool:
    """Takes the place of a Whoosh writer's own pool, which keeps a tuple per posting and sorts them all."""

    def __init__(self) -> None:
        self.fieldnames: set[str] = set()
        self.size = 0
        self._fields: dict[str, dict[bytes, Kept]] = {}

    def add(self, item: Item) -> None:
        """Take a posting; documents come in order."""
        field, term, number, weight, value = item[0], item[1], item[2], item[3], item[4] or b""  # none when merged
        terms = self._fields.get(field)
        if terms is None:
            terms = self._fields[field] = {}
            self.fieldnames.add(field)
        kept = terms.get(term)
        if kept is None:
            kept = terms[term] = (array("I"), array("f"), array("H"), bytearray())
        kept[0].append(number)
        kept[1].append(weight)
        kept[2].append(len(value))
        kept[3].extend(value)
        self.size += 10 + len(value)

    def iter_postings(self) -> Iterator[Item]:
        """Yield the postings by field, term and document."""
        for field in sorted(self._fields):
            terms = self._fields[field]
            for term in sorted(terms):
                numbers, weights, sizes, values = terms[term]
                if not values:
                    for number, weight in zip(numbers, weights, strict=True):
                        yield field, term, number, weight, b""
                    continue
                at = 0
                whole = bytes(values)
                for number, weight, size in zip(numbers, weights, sizes, strict=True):
                    yield field, term, number, weight, whole[at : at + size]
                    at += size

    def items(self) -> Iterator[Item]:
        """Yield the postings, under the other name that a writer knows."""
        return self.iter_postings()

    def cleanup(self) -> None:
        """Let go of everything."""
        self._fields = {}


def give(writer: Any) -> None:
    """Give a writer this pool, where it has one to be replaced."""
    if hasattr(writer, "pool") and hasattr(writer.pool, "iter_postings"):
        writer.pool = Pool()
