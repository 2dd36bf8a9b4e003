"""What every answer is computed from: one view, who asks, how trust weighs, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from search_index.engine import Audiences
from search_index.engines.marking import Wanted
from search_index.engines.whoosh.evaluate import Deadline, Met, score, wanted_stems
from search_index.engines.whoosh.feedback import like_the_best
from search_index.engines.whoosh.filters import Filter, allowed
from search_index.engines.whoosh.present import Shower
from search_index.engines.whoosh.rank import Matches
from search_index.engines.whoosh.view import Mask, View
from search_index.query import Query
from search_index.ranking import today


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of one question to the index."""

    view: View
    audiences: Audiences
    weights: Mapping[str, float]
    deadline: Deadline

    @property
    def allowed(self) -> Mask:
        """Return the documents that may be found."""
        return allowed(self.view, self.audiences)

    def matching(self, query: Query, *, collapse: bool = True, feedback: bool = False) -> Matches:
        """Return what matches a query; `feedback` lets the best of a long question order the others."""
        view = self.view
        among = Filter(view, query, self.audiences, self.deadline)
        if query.choices:
            met = score(view, query, among.kept, self.deadline)
        else:
            docs = among.everything()
            met = Met(docs, np.zeros(len(docs), np.float32))
        if feedback:
            met = like_the_best(view, query, met, self.deadline)
        sort = "newest" if not query.choices and query.sort == "best" else query.sort
        return Matches.of(view, met, view.weights(self.weights, today()), sort, collapse=collapse)

    def shower(self, query: Query) -> Shower:
        """Return what shows the hits of a query."""
        return Shower(self.view, Wanted(*wanted_stems(query, self.view.languages)), self.weights)
