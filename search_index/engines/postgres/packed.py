"""How postings and facts are packed: few bytes a row for PostgreSQL, plain arrays for numpy."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of documents, in order of their numbers, and the labels of the facets that have several."""

    rows: Any
    owners: Any
    facets: Any
    labels: Any

    @property
    def size(self) -> int:
        """Return the bytes it takes."""
        return 200 + sum(int(one.nbytes) for one in (self.rows, self.owners, self.facets, self.labels))

    def pairs(self, facet: str) -> tuple[Any, Any]:
        """Return (places in rows, labels) of a facet with several values."""
        chosen = self.facets == SEVERAL.index(facet)
        return self.owners[chosen], self.labels[chosen]

    def changed(self, gone: Any, new: "Facts") -> "Facts":
        """Return the facts without some documents, and with new ones in their place or behind them."""
        if len(gone) or len(new.rows):
            kept = self.only(~np.isin(self.rows["doc"], np.concatenate([gone, new.rows["doc"]])))
            return Facts(
                np.concatenate([kept.rows, new.rows]),
                np.concatenate([kept.owners, new.owners + len(kept.rows)]),
                np.concatenate([kept.facets, new.facets]),
                np.concatenate([kept.labels, new.labels]),
            ).in_order()
        return self

    def in_order(self) -> "Facts":
        """Return the facts in order of their documents."""
        docs = self.rows["doc"]
        if len(docs) < 2 or bool((docs[1:] > docs[:-1]).all()):
            return self
        order = np.argsort(docs)
        places = np.empty(len(docs), np.int64)
        places[order] = np.arange(len(docs))
        return Facts(self.rows[order], places[self.owners], self.facets, self.labels)

    def only(self, mask: Any) -> "Facts":
        """Return the facts of the documents in a mask."""
        places = np.cumsum(mask) - 1
        kept = mask[self.owners]
        return Facts(self.rows[mask], places[self.owners[kept]], self.facets[kept], self.labels[kept])


def read_facts(fixed: bytes | None, many: bytes | None) -> Facts:
    """Return packed facts as arrays."""
    rows = np.frombuffer(fixed or b"", FACTS)
    labels = np.frombuffer(many or b"", "<i4")
    numbers = np.stack([rows[f"many {name}"] for name in SEVERAL], axis=1) if len(rows) else np.empty((0, 4), np.uint16)
    owners = np.repeat(np.arange(len(rows)), numbers.sum(axis=1, dtype=np.int64))
    facets = np.repeat(np.tile(np.arange(len(SEVERAL), dtype=np.int8), len(rows)), numbers.ravel())
    return Facts(rows, owners, facets, labels).in_order()
