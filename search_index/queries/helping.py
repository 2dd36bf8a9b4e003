"""What an empty page offers: searches that find something, who may know, where to look, and asking."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from members.viewer import Viewer
from search_index.engine import current
from search_index.found import Hit
from search_index.queries.asked import Asked
from search_index.queries.correcting import as_read
from search_index.queries.guards import only_visible, visible_keys
from search_index.queries.narrowing import NAMES, outside, words_for
from search_index.query import Choice, Query, Word
from search_index.wording import is_filter, parts
from search_index.words import TYPED

_MOST_TRIED: Final = 8
_MOST_WIDER: Final = 3
_MOST_PAGES: Final = 6
_SHORTEST: Final = 3
_TITLE: Final = 255
_LOOKED_AT: Final = 5

Addresses = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]
"""Given names of platforms or topics, returns the addresses of their pages."""
_pages: Final[dict[str, Addresses]] = {}


@dataclass(frozen=True, slots=True)
class Wider:
    """A search for less, and how much it finds.

    `what` is the part that was left out; `how` says what sort of part: filters, part, quotes or thread.
    """

    how: str
    what: str
    url: str
    total: int


@dataclass(frozen=True, slots=True)
class Landing:
    """A page about a platform or a topic that goes with what was asked."""

    kind: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Help:
    """What an empty page offers: wider searches, people who may know, pages to look at, and asking."""

    ask_url: str
    wider: tuple[Wider, ...] = ()
    people: tuple[Hit, ...] = ()
    pages: tuple[Landing, ...] = ()


def register_pages(kind: str, addresses: Addresses) -> None:
    """Ask `addresses` for the pages about values of a facet: platform or tag."""
    _pages[kind] = addresses


async def help_for(viewer: Viewer, asked: Asked) -> Help:
    """Return what helps somebody whose search has found nothing."""
    words = await _words(viewer, asked)
    return Help(
        ask_url=ask_url(asked.text), wider=await _wider(viewer, asked), people=await _people(viewer, words),
        pages=await _landings(viewer, words),
    )  # fmt: skip


def ask_url(text: str) -> str:
    """Return where to ask what was searched, with its words as the title."""
    said = " ".join(part.strip('"') for part in parts(text) if not is_filter(part))
    title = (said or text)[:_TITLE]
    return f"/ask/question?{urlencode({'title': title})}" if title else "/ask"


async def _words(viewer: Viewer, asked: Asked) -> tuple[str, ...]:
    """Return the words asked for, what else they mean, and the names of what was narrowed to."""
    query = (await as_read(asked, viewer))[0].query
    texts = [leaf.text for choice in query.choices for leaf in choice.leaves]
    texts += [value for facet in ("platform", "tag", "organisation") for value in query.only.get(facet, ())]
    return tuple(dict.fromkeys(texts))[:12]


async def _wider(viewer: Viewer, asked: Asked) -> tuple[Wider, ...]:
    """Return searches with one part less that find something, those nearest to what was asked first."""
    seen, found = {asked.address()}, []
    for how, what, wider in list(_attempts(asked))[:_MOST_TRIED]:
        if wider.is_empty or wider.address() in seen:
            continue
        seen.add(wider.address())
        read, _ = await as_read(wider, viewer)
        total = await _total(viewer, read.query)
        if total:
            found.append(Wider(how, what, wider.address(), total))
    first = [one for one in found if one.how in ("filters", "thread")]
    rest = sorted((one for one in found if one not in first), key=lambda one: one.total)
    return tuple(first + rest[:_MOST_WIDER])


async def _total(viewer: Viewer, query: Query) -> int:
    """Return how much a query finds; of a few things, how many the viewer may see now."""
    found = await current().search(query, viewer.audiences, limit=_LOOKED_AT, snippets=False, collapse=not query.group)
    return found.total if found.total > _LOOKED_AT else len(await only_visible(viewer, found.hits))


def _attempts(asked: Asked) -> Iterable[tuple[str, str, Asked]]:
    fresh = replace(asked, page=1, exact=False)
    typed = parts(asked.text)
    if outside(fresh) != fresh:
        yield "thread", "", outside(fresh)
    filters = sum(map(is_filter, typed)) + sum(map(len, asked.filters.values())) + bool(asked.after or asked.before)
    if filters > 1:
        yield "filters", "", Asked(text=" ".join(part for part in typed if not is_filter(part)))
    if '"' in asked.text:
        yield "quotes", "", replace(fresh, text=asked.text.replace('"', " ").strip())
    if len(typed) > 1:
        for part in typed:
            yield "part", part, replace(fresh, text=" ".join(one for one in typed if one != part))
    if asked.after or asked.before:
        yield "part", f"{asked.after} – {asked.before}".strip(" –"), replace(fresh, after="", before="")
    for facet, values in asked.filters.items():
        for value in values:
            yield "part", f"{NAMES[facet]}: {words_for(facet, value)}", fresh.toggled(facet, value)


async def _people(viewer: Viewer, words: Sequence[str]) -> tuple[Hit, ...]:
    """Return people and organisations who have to do with these words: their platforms, their work."""
    plain = [word for text in words for word in TYPED.findall(text)]
    if not plain:
        return ()
    known = Query(choices=tuple(Choice((Word(word),)) for word in plain[:12]), kinds=("member", "organisation"))
    people = (await current().search(known, viewer.audiences, limit=4, snippets=False)).hits
    seen = await visible_keys(viewer, people)
    return tuple(hit for hit in people if hit.key in seen)


async def _landings(viewer: Viewer, words: Sequence[str]) -> tuple[Landing, ...]:
    """Return the pages of platforms and topics that begin with one of the words, as far as the viewer knows them."""
    found: list[Landing] = []
    for kind, addresses in _pages.items():
        names: dict[str, None] = {}
        for word in words:
            if len(word) >= _SHORTEST or kind == "platform":
                names.update(dict.fromkeys(await current().complete(word, viewer.audiences, kind, limit=2)))
        if names:
            where = await addresses(tuple(names))
            found += [Landing(kind, name, where[name]) for name in names if name in where]
    return tuple(found[:_MOST_PAGES])
