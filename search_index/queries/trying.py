"""How a query is read, and what its synonyms change: for those who keep them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from members.viewer import Viewer
from search_index.engine import Unavailable, current
from search_index.found import Hit
from search_index.queries.asked import Asked, query_of
from search_index.queries.guards import only_visible
from search_index.queries.narrowing import NAMES, words_for
from search_index.queries.synonyms import widened
from search_index.query import Choice, Leaf, Phrase, Prefix, Query
from search_index.rules import check_may_keep_synonyms
from search_index.synonyms import Widened, stem_of, words_of
from search_index.wording import clean

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One thing asked for: as typed, as it is compared (stems), and what else is looked for in its place."""

    typed: str
    sort: str
    stems: tuple[str, ...]
    also: tuple[str, ...]
    must: bool


@dataclass(frozen=True, slots=True)
class Results:
    """The first results of a search, and how many there are."""

    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPage:
    """What templates/search_index/try.html shows; `fresh` are the keys of results that only synonyms find."""

    text: str
    words: tuple[ReadWord, ...] = ()
    narrowed: tuple[tuple[str, str], ...] = ()
    hints: tuple[str, ...] = ()
    alone: Results | None = None
    together: Results | None = None
    fresh: frozenset[str] = frozenset()
    notice: str = ""


async def tried(viewer: Viewer, typed: str) -> TriedPage:
    """Read a query as search does, and search with synonyms and without."""
    check_may_keep_synonyms(viewer)
    text = clean(typed)
    if not text:
        return TriedPage(text="")
    query, hints = query_of(Asked(text=text), viewer)
    wide = await widened(query, viewer)
    page = TriedPage(text=text, words=_words(query, wide), narrowed=tuple(_narrowed(query)), hints=hints)
    try:
        alone, together = await _results(viewer, query), await _results(viewer, wide.query)
    except Unavailable as error:
        return TriedPage(text=text, words=page.words, narrowed=page.narrowed, hints=hints, notice=str(error))
    fresh = frozenset(hit.key for hit in together.hits) - {hit.key for hit in alone.hits}
    return TriedPage(
        text=text, words=page.words, narrowed=page.narrowed, hints=hints, alone=alone, together=together, fresh=fresh
    )


async def _results(viewer: Viewer, query: Query) -> Results:
    found = await current().search(query, viewer.audiences, limit=SHOWN, snippets=False, collapse=not query.group)
    return Results(found.total, await only_visible(viewer, found.hits))


def _words(query: Query, wide: Widened) -> tuple[ReadWord, ...]:
    pairs = zip(query.choices, wide.query.choices, strict=True)
    asked = (_read(choice, wider) for choice, wider in pairs)
    unwanted = (ReadWord(leaf.text, "unwanted", _stems(leaf), (), must=True) for leaf in query.unwanted)
    return (*asked, *unwanted)


def _read(choice: Choice, wider: Choice) -> ReadWord:
    first = choice.leaves[0]
    sort = "phrase" if isinstance(first, Phrase) else "beginning" if isinstance(first, Prefix) else "word"
    return ReadWord(
        typed=" OR ".join(leaf.text for leaf in choice.leaves),
        sort="title" if first.field else sort,
        stems=tuple(dict.fromkeys(stem for leaf in choice.leaves for stem in _stems(leaf))),
        also=tuple(leaf.text for leaf in wider.leaves if leaf not in choice.leaves),
        must=choice.required,
    )


def _stems(leaf: Leaf) -> tuple[str, ...]:
    if isinstance(leaf, Prefix):
        return (f"{leaf.text.casefold()}…",)
    return tuple(stem for word in words_of(leaf.text) if (stem := stem_of(word)))


def _narrowed(query: Query) -> Iterator[tuple[str, str]]:
    """Yield what the results are narrowed to, in words."""
    for facet, values in query.only.items():
        yield from ((NAMES[facet], words_for(facet, value)) for value in values)
    for facet, values in query.without.items():
        yield from ((f"Not {NAMES[facet].lower()}", words_for(facet, value)) for value in values)
    told = {
        "By": query.handle and f"@{query.handle}",
        "In": query.group.replace(":", " "),
        "After": query.after and f"{query.after:%Y-%m-%d}",
        "Before": query.before and f"{query.before:%Y-%m-%d}",
        "Votes at least": query.votes_least,
        "Votes at most": query.votes_most,
    }
    yield from ((name, str(value)) for name, value in told.items() if value not in (None, ""))
