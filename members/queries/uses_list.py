"""Who uses what: the platform ledgers of all organisations that take part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from base.condition import Condition, one_of
from base.db import rows
from base.inputs import Input, Line
from base.paging import Page
from base.settings import get
from members.places import country_name
from members.queries.directory import by_words, first_number, serving, speaking, spoken
from members.queries.likeness import Alike, Like, check_answered, chosen_with, like_of
from members.queries.loosened import Looser, loosened
from members.queries.uses import Account, UseFacts, read_facts, readable
from members.rules import listed_uses
from members.uses import STATUSES
from members.viewer import Viewer

Sort = Literal["organisation", "platform", "since", "checked"]
SORTS: Final[Mapping[str, str]] = {
    "organisation": "LOWER(o.name), o.id, LOWER(p.name), u.id",
    "platform": "LOWER(p.name), p.id, LOWER(o.name), u.id",
    "since": "u.since DESC, LOWER(o.name), LOWER(p.name), u.id",
    "checked": "u.checked_at DESC, LOWER(o.name), LOWER(p.name), u.id",
}
MOST: Final = 100_000
"""So many entries a file holds."""
_FROM: Final = (
    "FROM platform_uses u JOIN organisations o ON o.id = u.organisation_id JOIN platforms p ON p.id = u.platform_id"
)
_COUNTED: Final = "o.kind <> 'industry'"


class UsesFilter(Input):
    """What the list is narrowed to, and how it is sorted."""

    platform: Line = ""
    status: Line = ""
    purpose: Line = ""
    country: Line = ""
    region: Line = ""
    type: Line = ""
    beds: Line = ""
    language: Line = ""
    like: Line = ""
    sort: Line = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLine(UseFacts):
    """An entry of the list; `is_vendor` ones are shown and not counted, `alike` is told when it was asked for."""

    organisation: str
    organisation_slug: str
    is_vendor: bool
    type: str
    country: str
    beds_band: str
    accounts: tuple[str, ...]
    alike: Alike | None = None

    @property
    def country_name(self) -> str:
        """Return the country in words."""
        return country_name(self.country) if self.country else ""

    @property
    def links(self) -> tuple[Account, ...]:
        """Return the accounts as one reads them."""
        return tuple(Account(url, readable(url)) for url in self.accounts)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many organisations use, plan and stopped what was asked for, whatever the state asked for; no vendors."""

    using: int = 0
    planning: int = 0
    tried_stopped: int = 0


@dataclass(frozen=True, slots=True)
class UsesOptions:
    """What one can narrow the list to: pairs of value and words."""

    platforms: tuple[tuple[str, str], ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    regions: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()
    beds: tuple[tuple[str, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class UsesPage:
    """A page of the list; `chosen` is what it is narrowed to, without the sorting; `sort` is empty for the usual one.

    `like` says what was asked for as like ours, and `looser` what to take away when nothing fits.
    """

    uses: tuple[UseLine, ...]
    page: Page
    chosen: Mapping[str, str]
    sort: str
    figures: Figures
    options: UsesOptions
    like: Like
    looser: tuple[Looser, ...]


def _narrowed(asked: UsesFilter, like: Like, *, by_status: bool = True) -> Condition:
    found = listed_uses() & like.where
    if asked.platform:
        found &= Condition("p.slug = ?", (asked.platform,))
    if asked.status and by_status:
        found &= Condition("u.status = ?", (asked.status,))
    if asked.purpose:
        found &= serving(asked.purpose)
    if asked.country:
        found &= Condition("o.country = ?", (asked.country.upper(),))
    if asked.region:
        found &= Condition("o.region_id IN (SELECT r.id FROM regions r WHERE r.slug = ?)", (asked.region,))
    if asked.type:
        found &= Condition("o.type = ?", (asked.type,))
    if asked.beds:
        found &= Condition("o.beds_band = ?", (asked.beds,))
    if asked.language:
        found &= speaking("o.languages", asked.language)
    return found


async def uses_page(viewer: Viewer, asked: UsesFilter, number: int = 1) -> UsesPage:
    """Return one page of the list, in six statements however long it is; one more when nothing fits."""
    like = await like_of(viewer, asked.like)
    figures, total = await _figures(asked, like)
    page = Page(number, get().page_size, total)
    chosen = chosen_with(asked, like, "sort")
    found = await _found(asked, like, page.size, page.offset)
    accounts = await _accounts(one_of("a.use_id", [row["id"] for row in found]))
    uses = tuple(_line(row, accounts.get(row["id"], []), like) for row in found)
    looser = () if total else await loosened(_FROM, asked, like, chosen, _narrowed)
    sort = asked.sort if asked.sort in SORTS else ""
    return UsesPage(uses, page, chosen, sort, figures, await _options(), like, looser)


async def all_uses(viewer: Viewer, asked: UsesFilter) -> tuple[UseLine, ...]:
    """Return the whole list, for a file, in four statements; raises when like ours cannot be answered."""
    like = await like_of(viewer, asked.like)
    check_answered(like)
    where = _narrowed(asked, like)
    found = await _found(asked, like, MOST, 0)
    accounts = await _accounts(Condition(f"a.use_id IN (SELECT u.id {_FROM} WHERE {where.sql})", where.values))
    return tuple(_line(row, accounts.get(row["id"], []), like) for row in found)


def _order(asked: UsesFilter, like: Like) -> str:
    return SORTS[asked.sort] if asked.sort in SORTS else like.order(SORTS["organisation"])


async def _found(asked: UsesFilter, like: Like, size: int, offset: int) -> list[dict[str, Any]]:
    where = _narrowed(asked, like)
    return await rows(
        "SELECT u.*, o.name AS organisation, o.slug AS organisation_slug, o.kind, o.type, o.country, o.beds_band, "
        "o.staff_band, o.languages AS place_languages, p.name AS platform, p.slug AS platform_slug, "
        f"{like.rank.sql} AS alike {_FROM} WHERE {where.sql} ORDER BY {_order(asked, like)} LIMIT ? OFFSET ?",
        *like.rank.values, *where.values, size, offset,
    )  # fmt: skip


async def _accounts(which: Condition) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in await rows(
        f"SELECT a.use_id, a.url FROM platform_accounts a WHERE {which.sql} ORDER BY a.id",  # noqa: S608
        *which.values,
    ):
        found.setdefault(row["use_id"], []).append(row["url"])
    return found


def _line(row: Mapping[str, Any], accounts: Sequence[str], like: Like) -> UseLine:
    return UseLine(
        **read_facts(row),
        **{name: row[name] for name in ("organisation", "organisation_slug", "type", "country", "beds_band")},
        is_vendor=row["kind"] == "industry",
        accounts=tuple(accounts),
        alike=like.why(row),
    )


async def _figures(asked: UsesFilter, like: Like) -> tuple[Figures, int]:
    """Return how many organisations there are by state, and how many entries with the state that was asked for."""
    where = _narrowed(asked, like, by_status=False)
    found = await rows(
        f"SELECT u.status, COUNT(DISTINCT CASE WHEN {_COUNTED} THEN o.id END) AS places, COUNT(*) AS n "
        f"{_FROM} WHERE {where.sql} GROUP BY u.status",
        *where.values,
    )
    total = sum(row["n"] for row in found if asked.status in ("", row["status"]))
    return Figures(**{row["status"]: row["places"] for row in found if row["status"] in STATUSES}), total


async def _options() -> UsesOptions:
    listed = listed_uses()
    entries = f"{_FROM} LEFT JOIN regions r ON r.id = o.region_id WHERE {listed.sql}"
    columns = {
        "platform": "p.slug, p.name", "region": "r.slug, r.name", "country": "o.country, ''", "type": "o.type, ''",
        "beds": "o.beds_band, ''", "language": "o.languages, ''",
    }  # fmt: skip
    parts = (f"SELECT DISTINCT '{part}' AS part, {pair} {entries}" for part, pair in columns.items())
    found: dict[str, dict[str, str]] = {part: {} for part in columns}
    for row in await rows(" UNION ALL ".join(parts).replace("p.slug, p.name", "p.slug AS value, p.name AS words", 1),
                          *listed.values * len(columns)):  # fmt: skip
        if row["value"]:
            found[row["part"]][row["value"]] = row["words"]
    return UsesOptions(
        platforms=by_words(found["platform"]),
        countries=by_words({code: country_name(code) for code in found["country"]}),
        regions=by_words(found["region"]),
        types=tuple(sorted(found["type"])),
        beds=tuple((band, band) for band in sorted(found["beds"], key=first_number)),
        languages=spoken(found["language"]),
    )
