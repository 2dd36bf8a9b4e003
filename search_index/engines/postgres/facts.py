"""The facts of documents as arrays: what is ranked, filtered out and counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from search_index.engines.postgres.packed import FACTS, SEVERAL


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of documents in order of their numbers, and the labels of the facets that have several.

    They never change; what is worked out from them is kept with them, for those who ask the same.
    """

    rows: Any
    owners: Any
    facets: Any
    labels: Any
    _kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return the bytes it takes, with columns worked out."""
        return 200 + sum(int(one.nbytes) for one in (self.rows, self.rows, self.owners, self.facets, self.labels))

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what is worked out once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def column(self, name: str) -> Any:
        """Return a column, side by side."""
        return self.kept(name, lambda: np.ascontiguousarray(self.rows[name]))

    @property
    def groups(self) -> tuple[Any, int]:
        """Return the groups numbered from 0, document by document, and how many there are."""

        def number() -> tuple[Any, int]:
            distinct, numbers = np.unique(self.rows["group"], return_inverse=True)
            return numbers, len(distinct)

        found: tuple[Any, int] = self.kept("numbered groups", number)
        return found

    def pairs(self, facet: str) -> tuple[Any, Any]:
        """Return (places in rows, labels) of a facet with several values."""

        def choose() -> tuple[Any, Any]:
            chosen = self.facets == SEVERAL.index(facet)
            return self.owners[chosen], self.labels[chosen]

        found: tuple[Any, Any] = self.kept(("pairs", facet), choose)
        return found

    def changed(self, gone: Any, new: "Facts") -> "Facts":
        """Return the facts without some documents, and with new ones in their place or behind them."""
        if not len(gone) and not len(new.rows):
            return self
        kept = self.only(~np.isin(self.rows["doc"], np.concatenate([gone, new.rows["doc"]])))
        return Facts(
            np.concatenate([kept.rows, new.rows]),
            np.concatenate([kept.owners, new.owners + len(kept.rows)]),
            np.concatenate([kept.facets, new.facets]),
            np.concatenate([kept.labels, new.labels]),
        ).in_order()

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
