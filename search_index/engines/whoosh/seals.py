"""Checksums of what is read while serving: a file that is overwritten under a reader must not give a wrong answer.

Files are compared with the manifest when an index is opened and every few minutes; between two looks, what comes from
the disk answers for itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from search_index.engines.whoosh.manifest import Damaged

_BYTES: Final = 4


def sealed(term: bytes, value: bytes) -> bytes:
    """Return a value with a checksum of the term it belongs to and of itself."""
    return crc32(value, crc32(term)).to_bytes(_BYTES, "little") + value


def unsealed(term: bytes, found: bytes) -> bytes:
    """Return a value without its checksum, when that is right."""
    value = found[_BYTES:]
    if crc32(value, crc32(term)).to_bytes(_BYTES, "little") != found[:_BYTES]:
        raise Damaged("postings are not what was written")
    return value


def check_of(texts: Sequence[str]) -> int:
    """Return the checksum of some texts."""
    return crc32("\0".join(texts).encode(errors="surrogatepass"))


def checks_of(rows: Iterable[bytes]) -> npt.NDArray[np.uint32]:
    """Return the checksum of each row."""
    return np.fromiter(map(crc32, rows), np.uint32)


def marks_of(terms: Iterable[bytes]) -> npt.NDArray[np.uint64]:
    """Return a number for each term, ascending, so that a term that is not found can be told from one that never was.

    Two terms of a segment hardly ever have the same one of 64 bits.
    """
    return np.sort(np.fromiter(map(mark_of, terms), np.uint64))


def mark_of(term: bytes) -> int:
    """Return the number of a term."""
    return crc32(term) << 32 | crc32(term[::-1], 1)


def is_marked(marks: Any, term: bytes) -> bool:
    """Say whether a term is among those marked."""
    mark = np.uint64(mark_of(term))
    at = int(np.searchsorted(marks, mark))
    return at < len(marks) and bool(marks[at] == mark)
