"""What every answer is computed from: one view, who asks, how trust weighs, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search_index.engine import Audiences
from search_index.engines.marking import Wanted
from search_index.engines.whoosh.evaluate import Deadline, score, wanted_stems
from search_index.engines.whoosh.filters import allowed, narrow
from search_index.engines.whoosh.present import Shower
from search_index.engines.whoosh.rank import Matches, matches
from search_index.engines.whoosh.view import Mask, View
from search_index.found import Hit
from search_index.query import Query


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

    def matching(self, query: Query, *, collapse: bool = True) -> tuple[Matches, Mask]:
        """Return what matches a query."""
        view = self.view
        mask = narrow(view, query, self.allowed, self.deadline)
        scores, met = score(view, query, mask, self.deadline)
        sort = "newest" if not query.choices and query.sort == "best" else query.sort
        return matches(view, met, scores, self.view.weights(self.weights), sort, collapse=collapse), met

    def hits(self, query: Query, found: Matches, docs: Sequence[int], *, snippets: bool = True) -> tuple[Hit, ...]:
        """Return these documents as hits."""
        wanted = Wanted(*wanted_stems(query, self.view.languages))
        show = Shower(self.view, wanted, self.weights, snippets=snippets)
        groups = self.view.column("group")
        return tuple(
            show.hit(
                number,
                found.score(number),
                0 if found.counts is None else int(found.counts[groups[number]]) - 1,
            )
            for number in docs
        )
