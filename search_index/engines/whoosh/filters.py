"""Who may see it, and what it must be: masks over the documents of a view."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engine import Audiences
from search_index.engines.naming import normal
from search_index.engines.whoosh.evaluate import Deadline, meets
from search_index.engines.whoosh.view import Mask, View
from search_index.query import MANY, Query

# A typed name of an organisation may be a part of it, when no visible one is called exactly so.
_PARTIAL: Final = frozenset({"organisation"})
_MOST_MASKS: Final = 64


def _among(column: npt.NDArray[Any], numbers: Iterable[int], size: int) -> Mask:
    table = np.zeros(size + 1, np.bool_)
    table[[number for number in numbers if number >= 0]] = True
    table[-1] = False
    mask: Mask = table[column]
    return mask


def allowed(view: View, audiences: Audiences) -> Mask:
    """Return the living documents that somebody of these audiences may find; the same for all who ask alike."""
    if (known := view.masks.get(audiences)) is not None:
        return known
    labels = view.labels["audience"]
    mask = _among(view.column("audience"), (labels.find(audience) for audience in audiences), len(labels))
    mask &= view.live
    mask.flags.writeable = False
    if len(view.masks) < _MOST_MASKS:
        view.masks[audiences] = mask
    return mask


def _one(view: View, facet: str, value: str, visible: Mask) -> Mask:
    """Return the documents with a value of a facet."""
    labels = view.labels[facet]
    numbers = labels.typed(value)
    if facet not in MANY:
        mask = _among(view.column(facet), numbers, len(labels))
        if facet in _PARTIAL and normal(value) and not (mask & visible).any():
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


def _each(view: View, facet: str, values: Iterable[str], visible: Mask) -> Mask:
    masks = [_one(view, facet, value, visible) for value in values]
    join: Callable[[Any], Mask] = np.logical_and.reduce if facet in MANY else np.logical_or.reduce
    return join(masks)


def narrow(view: View, query: Query, mask: Mask, deadline: Deadline) -> Mask:
    """Take from `mask` what the query's filters exclude."""
    visible, mask = mask, mask.copy()
    for facet, values in query.only.items():
        if values:
            mask &= _each(view, facet, values, visible)
    for facet, values in query.without.items():
        for value in values:
            mask &= ~_one(view, facet, value, visible)
    for leaf in query.unwanted:
        mask &= ~meets(view, leaf, deadline)
    if query.kinds:
        labels = view.labels["kind"]
        mask &= _among(view.column("kind"), (labels.find(kind) for kind in query.kinds), len(labels))
    if query.handle:
        mask &= view.column("handle") == view.labels["handle"].find(query.handle.casefold())
    if query.group:
        mask &= view.column("group") == view.labels["group"].find(query.group)
    for column, least, most in (
        ("created", query.after and query.after.timestamp(), query.before and query.before.timestamp()),
        ("votes", query.votes_least, None if query.votes_most is None else query.votes_most + 1),
    ):
        if least is not None:
            mask &= view.column(column) >= least
        if most is not None:
            mask &= view.column(column) < most
    return mask
