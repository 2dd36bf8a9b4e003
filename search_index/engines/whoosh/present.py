"""From document numbers to hits: what is shown, with the searched words marked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from search_index.engines.marking import Wanted, pieces, snippet, why
from search_index.engines.whoosh import segment as facts_at
from search_index.engines.whoosh.rank import Matches
from search_index.engines.whoosh.view import View
from search_index.found import Hit
from search_index.ranking import is_fresh


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows documents of one view, with what one query wants marked."""

    view: View
    wanted: Wanted
    weights: Mapping[str, float]

    def hits(self, found: Matches, places: Iterable[int], *, snippets: bool = True) -> tuple[Hit, ...]:
        """Return the matches at these places as hits."""
        return tuple(
            self._hit(int(found.docs[place]), float(found.scores[place]), found.more(place), snippets=snippets)
            for place in places
        )

    def _hit(self, number: int, score: float, more: int, *, snippets: bool) -> Hit:
        title, body, url, author = self.view.shown(number)
        facts = self.view.facts(number)
        language, state = facts[facts_at.LANGUAGE], tuple(facts[facts_at.STATE])
        active, platforms = _moment(facts[facts_at.ACTIVE]), tuple(facts[facts_at.PLATFORMS])
        fresh = ("fresh",) if is_fresh(active, platforms) else ()
        in_title = self.wanted.marks(title, language)
        in_body = self.wanted.marks(body, language) if snippets else []
        return Hit(
            kind=facts[facts_at.KIND], id=facts[facts_at.ID], type=facts[facts_at.TYPE], url=url, title=title,
            score=round(score, 4), created=_moment(facts[facts_at.CREATED]), active=active,
            group=facts[facts_at.GROUP], number=facts[facts_at.NUMBER], author=author,
            handle=facts[facts_at.HANDLE], organisation=facts[facts_at.ORGANISATION],
            country=facts[facts_at.COUNTRY], language=language, tags=tuple(facts[facts_at.TAGS]),
            platforms=platforms, state=state, direction=facts[facts_at.DIRECTION], votes=facts[facts_at.VOTES],
            has=tuple(facts[facts_at.HAS]), audience=facts[facts_at.AUDIENCE],
            title_pieces=pieces(title, in_title, 0, len(title)),
            snippet=snippet(body, in_body) if snippets else (),
            why=why(
                ("title", title, in_title),
                ("text", body, in_body),
                states=(*state, *facts[facts_at.HAS], *fresh),
                weights=self.weights,
            ),
            more=more,
        )  # fmt: skip
