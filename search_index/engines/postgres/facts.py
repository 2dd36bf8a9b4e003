"""The facts of documents as arrays: what is ranked, filtered out and counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from search_index.engines.postgres.packed import COLUMNS, FACTS, SEVERAL


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of documents in order of their numbers, and the labels of the facets that have several.

    They never change; what is worked out from them is kept with them, for those who ask the same.
    """

    columns: Mapping[str, Any]
    owners: Any
    facets: Any
    labels: Any
    _kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return the bytes it takes, with what is worked out from it."""
        arrays = (*self.columns.values(), self.owners, self.facets, self.labels)
        return 200 + sum(int(one.nbytes) for one in arrays) + 24 * self.count

    @property
    def count(self) -> int:
        """Return how many documents there are."""
        return len(self.columns["doc"])

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what is worked out once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @property
    def groups(self) -> tuple[Any, int]:
        """Return the groups numbered from 0, document by document, and how many there are."""

        def number() -> tuple[Any, int]:
            distinct, numbers = np.unique(self.columns["group"], return_inverse=True)
            return numbers, len(distinct)

        found: tuple[Any, int] = self.kept("numbered groups", number)
        return found

    def pairs(self, facet: str) -> tuple[Any, Any]:
        """Return (places, labels) of a facet with several values."""

        def choose() -> tuple[Any, Any]:
            chosen = self.facets == SEVERAL.index(facet)
            return self.owners[chosen], self.labels[chosen]

        found: tuple[Any, Any] = self.kept(("pairs", facet), choose)
        return found

    def changed(self, gone: Any, new: "Facts") -> "Facts":
        """Return the facts without some documents, and with new ones in their place or behind them."""
        if not len(gone) and not new.count:
            return self
        kept = self.only(~np.isin(self.columns["doc"], np.concatenate([gone, new.columns["doc"]])))
        return Facts(
            {name: np.concatenate([column, new.columns[name]]) for name, column in kept.columns.items()},
            np.concatenate([kept.owners, new.owners + np.int32(kept.count)]),
            np.concatenate([kept.facets, new.facets]),
            np.concatenate([kept.labels, new.labels]),
        ).in_order()

    def in_order(self) -> "Facts":
        """Return the facts in order of their documents."""
        docs = self.columns["doc"]
        if len(docs) < 2 or bool((docs[1:] > docs[:-1]).all()):
            return self
        order = np.argsort(docs)
        places = np.empty(len(docs), np.int32)
        places[order] = np.arange(len(docs))
        columns = {name: column[order] for name, column in self.columns.items()}
        return Facts(columns, places[self.owners], self.facets, self.labels)

    def only(self, mask: Any) -> "Facts":
        """Return the facts of the documents in a mask."""
        places = np.cumsum(mask, dtype=np.int32) - 1
        kept = mask[self.owners]
        columns = {name: column[mask] for name, column in self.columns.items()}
        return Facts(columns, places[self.owners[kept]], self.facets[kept], self.labels[kept])


def read_facts(fixed: bytes | None, many: bytes | None) -> Facts:
    """Return packed facts as arrays."""
    rows = np.frombuffer(fixed or b"", FACTS)
    labels = np.frombuffer(many or b"", "<i4")
    numbers = np.stack([rows[f"many {name}"] for name in SEVERAL], axis=1) if len(rows) else np.empty((0, 4), np.uint16)
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), numbers.sum(axis=1, dtype=np.int64))
    facets = np.repeat(np.tile(np.arange(len(SEVERAL), dtype=np.int8), len(rows)), numbers.ravel())
    columns = {name: np.ascontiguousarray(rows[name]) for name in COLUMNS}
    return Facts(columns, owners, facets, labels).in_order()
