"""Read a posting list into arrays: block by block where Whoosh's codec is the known one, else through its matchers."""

from collections.abc import Callable
from dataclasses import dataclass
from pickle import loads
from typing import Any, Final
from zlib import decompress

import numpy as np
import numpy.typing as npt
from whoosh.codec import whoosh3
from whoosh.reading import TermNotFound

Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

_KNOWN: Final = (
    "reset", "is_active", "_goto", "_next_block", "_read_data",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents that have a term, how often, and (when asked for) where: `starts` cuts `places` by document."""

    ids: Numbers
    counts: Floats
    places: Numbers | None = None
    starts: Numbers | None = None

    @property
    def size(self) -> int:
        """Return the bytes it takes."""
        held = (self.ids, self.counts, self.places, self.starts)
        return 200 + sum(array.nbytes for array in held if array is not None)


NOTHING: Final = Postings(np.empty(0, np.int32), np.empty(0, np.float32))

Decode = Callable[[Any, str, bytes, bool], Postings]


def _gather(ids: Any, counts: Any, values: list[bytes] | None) -> Postings:
    if values is None:
        return Postings(ids, counts)
    lengths = np.fromiter(map(len, values), np.int32, len(values)) // 4
    starts = np.zeros(len(values) + 1, np.int32)
    np.cumsum(lengths, out=starts[1:])
    return Postings(ids, counts, np.frombuffer(b"".join(values), np.uint32).astype(np.int32), starts)


def through_matchers(reader: Any, field: str, term: bytes, placed: bool) -> Postings:
    """Read a posting list with nothing but Whoosh's public interface."""
    try:
        matcher = reader.postings(field, term)
    except TermNotFound:
        return NOTHING
    ids: list[int] = []
    counts: list[float] = []
    values: list[bytes] | None = [] if placed else None
    while matcher.is_active():
        ids.append(matcher.id())
        counts.append(matcher.weight())
        if values is not None:
            values.append(matcher.value())
        matcher.next()
    return _gather(np.array(ids, np.int32), np.array(counts, np.float32), values)


def by_block(reader: Any, field: str, term: bytes, placed: bool) -> Postings:
    """Read a posting list block by block: differences of ids, weights and values as the codec pickled them."""
    try:
        matcher = reader.postings(field, term)
    except TermNotFound:
        return NOTHING
    matcher = getattr(matcher, "child", matcher)  # without the filter that leaves deleted documents out
    if not isinstance(matcher, whoosh3.W3LeafMatcher):
        return through_matchers(reader, field, term, placed)
    matcher.reset()
    ids: list[Numbers] = []
    counts: list[Floats] = []
    values: list[bytes] | None = [] if placed else None
    while matcher.is_active():
        raw = matcher._postfile.get(matcher._dataoffset, matcher._nextoffset - matcher._dataoffset)
        steps, weights, kept = loads(decompress(raw) if matcher._compression else raw)  # noqa: S301 our own index
        ids.append(np.cumsum(np.array(steps, np.int32), dtype=np.int32))
        size = len(steps)
        counts.append(np.array(weights, np.float32) if isinstance(weights, tuple)
                      else np.full(size, 1.0 if weights is None else weights, np.float32))  # fmt: skip
        if values is not None:
            values.extend(kept)
        matcher._next_block()
    return _gather(np.concatenate(ids), np.concatenate(counts), values)


def best_decoder(reader: Any, field: str, terms: list[bytes]) -> Decode:
    """Return the block reader when it agrees with the public one on these terms of this index, else the public one."""
    if not all(hasattr(whoosh3.W3LeafMatcher, name) for name in _KNOWN):
        return through_matchers
    try:
        for term in terms:
            fast, slow = by_block(reader, field, term, True), through_matchers(reader, field, term, True)
            pairs = zip(
                (fast.ids, fast.counts, fast.places, fast.starts),
                (slow.ids, slow.counts, slow.places, slow.starts),
                strict=True,
            )
            if not all(np.array_equal(a, b) for a, b in pairs if a is not None and b is not None):
                return through_matchers
    except Exception:  # any surprise in private names means: not the codec this was written for
        return through_matchers
    return by_block
