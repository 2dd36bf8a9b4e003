"""Where a writer gathers postings before it sorts them: packed by term, so that a large build stays in memory."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Item = tuple[str, bytes, int, float, bytes | None]
Posting = tuple[bytes, int, float, bytes]
Kept = tuple["array[int]", "array[float]", "array[int]", bytearray]


class Pool:
    """Takes the place of a Whoosh writer's own pool, which keeps a tuple per posting and sorts them all."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[bytes, Kept]] = {}

    def add(self, item: Item) -> None:
        """Take a posting; documents come in order."""
        field, term, number, weight, value = item
        self.take(number, {field: ((term, 1, weight, value or b""),)})  # merged ones may come without a value

    def take(self, number: int, postings: Mapping[str, Iterable[Posting]]) -> None:
        """Take all postings of a document."""
        for field, items in postings.items():
            terms = self._fields.setdefault(field, {})
            for term, _, weight, value in items:
                kept = terms.get(term)
                if kept is None:
                    kept = terms[term] = (array("I"), array("f"), array("H"), bytearray())
                numbers, weights, sizes, values = kept
                numbers.append(number)
                weights.append(weight)
                sizes.append(len(value))
                values += value

    @property
    def fieldnames(self) -> set[str]:
        """Return the fields that have postings."""
        return set(self._fields)

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
    if hasattr(writer, "docnum") and hasattr(writer, "pool") and hasattr(writer.pool, "iter_postings"):
        writer.pool = Pool()


def add(writer: Any, fields: Mapping[str, Any], postings: Mapping[str, tuple[Posting, ...]]) -> None:
    """Add a document to a writer: its postings straight to the pool, where that is ours."""
    if isinstance(writer.pool, Pool):
        writer.pool.take(writer.docnum, postings)
        writer.add_document(**fields)
    else:
        writer.add_document(**fields, **postings)
