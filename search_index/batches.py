"""A source of documents whose rows are read by number, a batch at a time."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from base.condition import ALWAYS, Condition, one_of
from search_index.document import Document, Showing, Source

Load = Callable[[Condition, int], AsyncIterator[Document]]
"""Yields at most a batch of the documents that a condition picks, behind a number, by their numbers."""


def in_batches(kind: str, column: str, load: Load, size: int, follows: Mapping[str, Showing] | None = None) -> Source:
    """Return a source that loads `size` documents at a time; `column` is the number in the statement of `load`."""

    async def some(ids: Sequence[int]) -> AsyncIterator[Document]:
        for start in range(0, len(ids), size):
            async for document in load(one_of(column, ids[start : start + size]), 0):
                yield document

    async def everything() -> AsyncIterator[Document]:
        last: int | None = 0
        while last is not None:
            batch = [document async for document in load(ALWAYS, last)]
            for document in batch:
                yield document
            last = batch[-1].id if len(batch) == size else None

    return Source(kind, some, everything, follows or {})
