"""From places in a ranking to hits: what is shown, with the searched words marked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from search_index.engines.marking import READ, SNIPPET, Wanted, pieces, snippet, why
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.lookup import readings
from search_index.engines.postgres.rank import Ranking
from search_index.found import Hit
from search_index.query import Prefix, Query
from search_index.ranking import is_fresh
from search_index.words import clean, fold


@dataclass(frozen=True, slots=True)
class Marked:
    """What to mark, and whether texts are shown beside titles."""

    wanted: Wanted
    snippets: bool


def wanted_of(query: Query, languages: Sequence[str]) -> Wanted:
    """Return the stems and the prefixes to mark."""
    leaves = [leaf for choice in query.choices for leaf in choice.leaves]
    prefixes = tuple(fold(clean(leaf.text)) for leaf in leaves if isinstance(leaf, Prefix))
    plain = [leaf for leaf in leaves if not isinstance(leaf, Prefix)]
    stems = {stem for leaf in plain for reading in readings(leaf, languages) for _, stem in reading}
    return Wanted(frozenset(stems), prefixes)


async def hits(
    asked: Asked, query: Query, ranked: Ranking, places: Sequence[int], *, snippets: bool = True
) -> tuple[Hit, ...]:
    """Return these places as hits."""
    if not places:
        return ()
    docs = ranked.found.column("doc")[list(places)].tolist()
    found = await asked.connection.fetch(
        f"SELECT doc, title, left(body, $2) AS body, shown FROM {asked.names.texts} WHERE doc = ANY($1::int[])",  # noqa: S608
        docs,
        READ + 2 * SNIPPET if snippets else 0,
    )
    texts = {row["doc"]: row for row in found}
    wanted = wanted_of(query, asked.state.languages)
    return tuple(
        _hit(asked, ranked, place, texts[doc], Marked(wanted, snippets))
        for place, doc in zip(places, docs, strict=True)
    )


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def _hit(asked: Asked, ranked: Ranking, place: int, text: Any, marked: Marked) -> Hit:
    at = ranked.found.places[place]
    facts = {name: column[at] for name, column in ranked.found.facts.columns.items()}
    title, body = text["title"], text["body"]
    (type_, url, number, author, handle, organisation, country, language, tags, platforms, state, direction, has,
     audience, group) = json.loads(text["shown"])  # fmt: skip
    fresh = ("fresh",) if is_fresh(_moment(facts["active"]), platforms) else ()
    title_marks = marked.wanted.marks(title, language)
    body_marks = marked.wanted.marks(body, language) if marked.snippets else []
    return Hit(
        kind=asked.labels.names[int(facts["kind"])], id=int(facts["id"]), type=type_, url=url, title=title,
        score=round(ranked.score(place), 4), created=_moment(facts["created"]), active=_moment(facts["active"]),
        group=group, number=number, author=author, handle=handle, organisation=organisation, country=country,
        language=language, tags=tuple(tags), platforms=tuple(platforms), state=tuple(state), direction=direction,
        votes=int(facts["votes"]), has=tuple(has), audience=audience,
        title_pieces=pieces(title, title_marks, 0, len(title)),
        snippet=snippet(body, body_marks) if marked.snippets else (),
        why=why(
            ("title", title, title_marks), ("text", body, body_marks),
            states=(*state, *has, *fresh), weights=asked.weights,
        ),
        more=ranked.more(place),
    )  # fmt: skip
