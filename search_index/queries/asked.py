"""What a search address asks: words, filters, order and page. The address is the whole state, so it can be shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from base.paging import whole_number
from members.viewer import Viewer
from search_index.query import SORTS, Query, Sort
from search_index.wording import LONGEST_WORD, MOST_FILTERS, clean, day, meaning, read

# Which parameter of the address narrows which facet.
PARAMETERS: Final = {
    "type": "type", "platform": "platform", "tag": "tag", "org": "organisation", "country": "country",
    "lang": "language", "is": "state", "has": "has", "result": "direction", "year": "year",
}  # fmt: skip
PARAMETER_OF: Final = {facet: name for name, facet in PARAMETERS.items()}
LEAST, MOST, USUAL = 1, 50, 20
DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """One search address, read."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    sort: Sort = "best"
    page: int = 1
    limit: int = USUAL
    exact: bool = False
    within: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was asked yet."""
        return not (self.text or self.is_narrowed)

    @property
    def is_narrowed(self) -> bool:
        """Say whether the address asks for less than its words: then nothing found says nothing about the words."""
        return bool(self.filters or self.after or self.before or self.within)

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters beside the words that another search from the same page keeps."""
        pairs = [(PARAMETER_OF[facet], value) for facet, values in self.filters.items() for value in values]
        pairs.append(("in", str(self.within) if self.within else ""))
        pairs += [("after", self.after), ("before", self.before), ("sort", self.sort if self.sort != "best" else "")]
        return tuple((name, value) for name, value in pairs if value)

    def address(self, path: str = "/search") -> str:
        """Return the address of this search."""
        pairs = [("q", self.text), *self.kept]
        pairs.append(("exact", "1" if self.exact else ""))
        pairs.append(("page", str(self.page) if self.page > 1 else ""))
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{path}?{query}" if query else path

    def toggled(self, facet: str, value: str) -> "Asked":
        """Return the search with one value of a facet more, or less when it is there; from page 1."""
        values = self.filters.get(facet, ())
        values = tuple(one for one in values if one != value) if value in values else (*values, value)
        filters = {name: kept for name, kept in {**self.filters, facet: values}.items() if kept}
        return replace(self, filters=filters, page=1)


def _number(given: str, least: int, most: int, usual: int) -> int:
    number = whole_number(given)
    return usual if number is None else min(most, max(least, number))


def asked_of(given: Mapping[str, Sequence[str]]) -> Asked:
    """Read the parameters of a search address; what makes no sense is left out."""

    def one(name: str) -> str:
        return given[name][0] if given.get(name) else ""

    filters: dict[str, tuple[str, ...]] = {}
    for name, facet in PARAMETERS.items():
        values = [clean(value)[:LONGEST_WORD] for value in given.get(name, ())[:MOST_FILTERS]]
        if kept := tuple(dict.fromkeys(meaning(facet, value) for value in values if value)):
            filters[facet] = kept
    sort = one("sort")
    return Asked(
        text=clean(one("q")),
        filters=filters,
        after=one("after").strip() if day(one("after")) else "",
        before=one("before").strip() if day(one("before")) else "",
        sort=next((known for known in SORTS if known == sort), "best"),
        page=_number(one("page"), 1, DEEPEST, 1),
        limit=_number(one("limit"), LEAST, MOST, USUAL),
        exact=one("exact") == "1",
        within=whole_number(one("in").removeprefix("thread:")) or 0,
    )


def query_of(asked: Asked, viewer: Viewer) -> tuple[Query, tuple[str, ...]]:
    """Return the query that an address means for this viewer, and the hints about its wording."""
    wording = read(asked.text)
    query, hints = wording.query, wording.hints
    only = dict(query.only)
    for facet, values in asked.filters.items():
        only[facet] = tuple(dict.fromkeys((*only.get(facet, ()), *values)))
    if wording.mine:
        if viewer.is_member:
            query = replace(query, handle=viewer.handle)
        else:
            hints = (*hints, "is:mine works when you are signed in.")
    query = replace(
        query,
        only=only,
        group=f"thread:{asked.within}" if asked.within else query.group,
        after=day(asked.after) or query.after,
        before=day(asked.before) or query.before,
        sort=asked.sort,
    )
    return query, hints
