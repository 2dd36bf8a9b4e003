"""How postings and facts are packed: few bytes a row for PostgreSQL, plain arrays for numpy."""

from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Any, Final

import numpy as np

from search_index.query import MANY

# A posting is one 64-bit number: the document above; below it whether the word is written so (anywhere, in the title)
# and how often the stem stands in the title, the names and the body.
WRITTEN: Final = 1 << 31
HEAD: Final = 1 << 30
SHIFTS: Final = {"title": 22, "names": 16, "body": 0}
MOST: Final = {"title": 0xFF, "names": 0x3F, "body": 0xFFFF}
FIELD: Final = {name: most << SHIFTS[name] for name, most in MOST.items()}
STEM: Final = FIELD["title"] | FIELD["names"] | FIELD["body"]

# Facets with several values, in the order in which their labels are packed.
SEVERAL: Final = tuple(sorted(MANY))
SINGLE: Final = ("organisation", "country", "language", "direction", "year")

# The facts of a document that are ranked and counted; a post has type and section of its thread, so these stand first.
_FIXED: Final = (
    ("type", "i"), ("section", "i"), ("doc", "i"), ("kind", "i"),
    ("id", "q"), ("group", "q"), ("created", "q"), ("active", "q"), ("votes", "q"),
    *((name, "i") for name in SINGLE),
    ("title", "i"), ("body", "i"), ("names", "i"),
    *((f"many {name}", "H") for name in SEVERAL),
)  # fmt: skip
_SIZES: Final = {"i": "<i4", "q": "<i8", "H": "<u2"}
FACTS: Final = np.dtype([(name, _SIZES[size]) for name, size in _FIXED])
COLUMNS: Final = tuple(name for name, size in _FIXED if size != "H")
THREADED: Final = Struct("<ii")
_FACTS: Final = Struct("<" + "".join(size for _, size in _FIXED))
FORWARD: Final = np.dtype([("term", "<i8"), ("low", "<u4")])


@lru_cache(maxsize=200_000)
def term_of(text: str) -> int:
    """Return the number of a stem or word: 64 bits of its hash, so that no node must ask another for it."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little", signed=True)


def pack_facts(values: dict[str, int]) -> bytes:
    """Return the facts of a document as bytes."""
    return _FACTS.pack(*(values[name] for name, _ in _FIXED))


def read_postings(raw: bytes | None) -> Any:
    """Return packed postings as numbers in order of their documents; PostgreSQL sends the highest byte first."""
    found = np.frombuffer(raw or b"", ">i8").astype(np.int64)
    return found if len(found) < 2 or bool((found[1:] > found[:-1]).all()) else np.sort(found)


def documents_of(postings: Any) -> Any:
    """Return the documents of postings."""
    return (postings >> 32).astype(np.int32)


def counts_of(postings: Any, field: str) -> Any:
    """Return how often the stem stands in a field, posting by posting."""
    return (postings >> SHIFTS[field]) & MOST[field]


def places_in(docs: Any, wanted: Any) -> Any:
    """Return where each of `wanted` stands in `docs`, -1 where it does not; both are in order."""
    if not len(docs) or not len(wanted):
        return np.full(len(wanted), -1, np.int32)
    if len(wanted) < 1000:
        at = np.searchsorted(docs, wanted)
        at[at == len(docs)] = 0
        return np.where(docs[at] == wanted, at, -1)
    table = np.full(max(int(docs[-1]), int(wanted[-1])) + 1, -1, np.int32)
    table[docs] = np.arange(len(docs), dtype=np.int32)
    return table[wanted]
