"""Who may see it, and what it must be: questions about documents, asked of those that a word has already found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engine import Audiences
from search_index.engines.naming import normal
from search_index.engines.whoosh.evaluate import Deadline, has, look
from search_index.engines.whoosh.view import Mask, View
from search_index.query import MANY, Choice, Leaf, Query

# A typed name of an organisation may be a part of it, when no visible one is called exactly so.
_PARTIAL: Final = frozenset({"organisation"})


def _among(column: npt.NDArray[Any], numbers: Iterable[int], size: int) -> Mask:
    table = np.zeros(size + 1, np.bool_)
    table[[number for number in numbers if number >= 0]] = True
    table[-1] = False
    mask: Mask = table[column]
    return mask


def allowed(view: View, audiences: Audiences) -> Mask:
    """Return the living documents that somebody of these audiences may find; the same for all who ask alike."""
    return view.mask(("audience", audiences), lambda: _allowed(view, audiences))


def _allowed(view: View, audiences: Audiences) -> Mask:
    labels = view.labels["audience"]
    mask = _among(view.column("audience"), (labels.find(audience) for audience in audiences), len(labels))
    return mask & view.live


def _one(view: View, facet: str, value: str, audiences: Audiences) -> Mask:
    """Return the documents with a value of a facet."""
    by = audiences if facet in _PARTIAL else None
    return view.mask((facet, value, by), lambda: _with_value(view, facet, value, audiences))


def _with_value(view: View, facet: str, value: str, audiences: Audiences) -> Mask:
    labels = view.labels[facet]
    numbers = labels.typed(value)
    if facet not in MANY:
        mask = _among(view.column(facet), numbers, len(labels))
        if facet in _PARTIAL and normal(value) and not (mask & allowed(view, audiences)).any():
            mask = _among(view.column(facet), labels.with_part(value), len(labels))
        if facet == "type":  # "answer" is a type too, though its thread's counts
            mask |= _among(view.column("own type"), numbers, len(labels))
        return mask
    mask = np.zeros(view.count, np.bool_)
    for name, wanted in ((facet, numbers), *_other_names(view, facet, value)):
        docs, values = view.pairs(name)
        for number in wanted:
            mask[docs[values == number]] = True
    return mask


def _other_names(view: View, facet: str, value: str) -> tuple[tuple[str, list[int]], ...]:
    if facet != "platform":
        return ()
    return (("alias", view.labels["alias"].typed(value)),)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a query asks besides words: who asks, facets, unwanted words, dates and votes."""

    view: View
    query: Query
    audiences: Audiences
    deadline: Deadline

    def kept(self, docs: Any) -> Any:
        """Return which of these documents pass, as one truth value each; a slice stands for all of them."""
        view, query = self.view, self.query
        passed = np.array(allowed(view, self.audiences)[docs])
        for facet, values in query.only.items():
            if values:
                passed &= self._each(facet, values, docs)
        for facet, values in query.without.items():
            for value in values:
                passed &= ~_one(view, facet, value, self.audiences)[docs]
        for leaf in query.unwanted:
            passed &= ~self._has(leaf, docs)
        if query.kinds:
            labels = view.labels["kind"]
            passed &= _among(view.column("kind")[docs], (labels.find(kind) for kind in query.kinds), len(labels))
        if query.handle:
            passed &= view.column("handle")[docs] == view.labels["handle"].find(query.handle.casefold())
        if query.group:
            passed &= view.column("group")[docs] == view.labels["group"].find(query.group)
        return self._between(passed, docs)

    def _each(self, facet: str, values: Iterable[str], docs: Any) -> Any:
        masks = [_one(self.view, facet, value, self.audiences)[docs] for value in values]
        return (np.logical_and if facet in MANY else np.logical_or).reduce(masks)

    def _has(self, leaf: Leaf, docs: Any) -> Any:
        looked = look(self.view, Choice((leaf,)), self.deadline)
        numbers = np.arange(self.view.count, dtype=np.intp)[docs] if isinstance(docs, slice) else docs
        return has(looked.ids, numbers) if looked else np.zeros(len(numbers), np.bool_)

    def _between(self, passed: Any, docs: Any) -> Any:
        query = self.query
        for column, least, most in (
            ("created", query.after and query.after.timestamp(), query.before and query.before.timestamp()),
            ("votes", query.votes_least, None if query.votes_most is None else query.votes_most + 1),
        ):
            if least is not None:
                passed &= self.view.column(column)[docs] >= least
            if most is not None:
                passed &= self.view.column(column)[docs] < most
        return passed

    def everything(self) -> Any:
        """Return all documents that pass."""
        return np.flatnonzero(self.kept(slice(None)))
