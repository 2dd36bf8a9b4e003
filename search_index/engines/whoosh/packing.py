"""How the postings of a term are packed: one string of bytes per term and segment, read as arrays without a loop.

A packed term is a row of sections, one per part of a document that has the term (title, body, names). A section is a
head (which part, how wide its numbers are, how many documents, how many places, the first document) and three arrays:
the steps between document numbers, how often each document has the term, and where. Each array is as narrow as its
largest number allows. A section without places (words as written) leaves the last two out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

# Numbers of documents are as wide as an index: taking by narrower ones costs a conversion each time.
Numbers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]

_HEAD: Final = Struct("<BIII")
_WIDTHS: Final = (np.dtype("u1"), np.dtype("<u2"), np.dtype("<u4"))


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents that have a term, how often, and (when asked for) where: `starts` cuts `places` by document."""

    ids: Numbers
    counts: Floats
    places: Numbers | None = None
    starts: Numbers | None = None


NOTHING: Final = Postings(np.empty(0, np.intp), np.empty(0, np.float32))


class _Narrow:
    """An array whose slices are had as bytes, each as narrow as its largest number allows: `codes` says how narrow."""

    def __init__(self, values: Any, starts: Any) -> None:
        self._values = values
        self._bytes: dict[int, bytes] = {}
        most = np.maximum.reduceat(values, starts)
        self.codes: list[int] = np.searchsorted((256, 65_536), most, side="right").tolist()

    def slice(self, code: int, first: int, last: int) -> bytes:
        """Return the numbers from `first` up to `last` as bytes."""
        if code not in self._bytes:
            self._bytes[code] = self._values.astype(_WIDTHS[code]).tobytes()
        width = 1 << code
        return self._bytes[code][first * width : last * width]


def pack(keys: Any, docs: Any, places: Any = None) -> Iterator[tuple[int, int, bytes]]:
    """Pack tokens: yield (key, number of documents, section) for every key, in order.

    The three arrays are parallel, one entry per token; among tokens of the same key, documents ascend and so do the
    places in a document. Without `places` a document counts once however many tokens it has.
    """
    if not len(keys):
        return
    order = np.argsort(keys, kind="stable")
    keys, docs = keys[order], docs[order]
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
    tokens = np.flatnonzero(fresh)  # where each posting begins among the tokens
    ids, of = docs[tokens], keys[tokens]
    first_of_key = np.ones(len(of), np.bool_)
    first_of_key[1:] = of[1:] != of[:-1]
    begins = np.flatnonzero(first_of_key)  # where each key begins among the postings
    steps = np.diff(ids, prepend=0)
    steps[begins] = 0
    bounds = np.append(begins, len(of)).tolist()
    narrow = _Narrow(steps, begins)
    rows = zip(of[begins].tolist(), ids[begins].tolist(), bounds[:-1], bounds[1:], narrow.codes, strict=True)
    if places is None:
        for key, head, a, b, code in rows:
            yield key, b - a, _HEAD.pack(code << 2, b - a, 0, head) + narrow.slice(code, a, b)
        return
    ends = np.append(tokens, len(keys))
    counts, where = _Narrow(np.diff(ends), begins), _Narrow(places[order], tokens[begins])
    cuts = ends[bounds].tolist()
    for (key, head, a, b, code), often, at, p, q in zip(
        rows, counts.codes, where.codes, cuts[:-1], cuts[1:], strict=True
    ):
        body = narrow.slice(code, a, b) + counts.slice(often, a, b) + where.slice(at, p, q)
        yield key, b - a, _HEAD.pack(code << 2 | often << 4 | at << 6, b - a, q - p, head) + body


def part(section: bytes, number: int) -> bytes:
    """Return a section as that of part `number`, 0 to 3."""
    return bytes((section[0] | number,)) + section[1:]


def unpack(packed: bytes, number: int = 0, *, placed: bool = False) -> Postings:
    """Return the postings of one part of a packed term."""
    at = 0
    while at < len(packed):
        widths, size, total, first = _HEAD.unpack_from(packed, at)
        at += _HEAD.size
        steps, often, where = (_WIDTHS[widths >> shift & 3] for shift in (2, 4, 6))
        length = size * steps.itemsize + (size * often.itemsize + total * where.itemsize if total else 0)
        if widths & 3 == number:
            found = _Section(packed, at, size, total, first)
            return found.read(steps, often, where, placed=placed)
        at += length
    return NOTHING


@dataclass(frozen=True, slots=True)
class _Section:
    """A section found in a packed term: where its arrays begin, and their lengths."""

    packed: bytes
    at: int
    size: int
    total: int
    first: int

    def read(self, steps: Any, often: Any, where: Any, *, placed: bool) -> Postings:
        """Return its postings; the arguments are the widths of its arrays."""
        ids = np.cumsum(np.frombuffer(self.packed, steps, self.size, self.at), dtype=np.intp)
        ids += self.first
        if not self.total:
            return Postings(ids, np.ones(self.size, np.float32))
        at = self.at + self.size * steps.itemsize
        counts = np.frombuffer(self.packed, often, self.size, at)
        if not placed:
            return Postings(ids, counts.astype(np.float32))
        places = np.frombuffer(self.packed, where, self.total, at + self.size * often.itemsize).astype(np.intp)
        starts = np.zeros(self.size + 1, np.intp)
        np.cumsum(counts, out=starts[1:])
        return Postings(ids, counts.astype(np.float32), places, starts)
