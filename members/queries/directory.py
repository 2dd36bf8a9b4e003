"""What the directory of organisations and people is narrowed to, and how many there are in each country."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from base.condition import Condition
from base.db import rows
from base.inputs import Input, Line
from members.places import country_name, languages
from members.uses import PURPOSES
from members.world import Part, world

VIEWS: Final = ("list", "table", "map")


class DirectoryFilter(Input):
    """What the directory is narrowed to: the same for organisations and people, in each of its views."""

    q: Line = ""
    platform: Line = ""
    status: Line = ""
    purpose: Line = ""
    country: Line = ""
    region: Line = ""
    type: Line = ""
    kind: Line = ""
    beds: Line = ""
    language: Line = ""
    like: Line = ""


@dataclass(frozen=True, slots=True)
class DirectoryOptions:
    """What one can narrow the directory to: pairs of value and words, and stored values."""

    platforms: tuple[tuple[str, str], ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    regions: tuple[tuple[str, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    beds: tuple[tuple[str, str], ...] = ()
    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InCountry:
    """How many there are in a country; those of the industry are shown and not counted."""

    code: str
    total: int
    industry: int = 0

    @property
    def country(self) -> str:
        """Return the country in words; empty where none is told."""
        return country_name(self.code) if self.code else ""

    @property
    def counted(self) -> int:
        """Return how many count."""
        return self.total - self.industry

    @property
    def level(self) -> int:
        """Return how dark a square is, from 0 to 5: with the same steps on every map."""
        return sum(self.counted >= least for least in (1, 2, 5, 20, 100))

    @property
    def short(self) -> str:
        """Return the number so that it fits into a square."""
        return str(self.counted) if self.counted < 10_000 else f"{self.counted // 1000}k"


@dataclass(frozen=True, slots=True)
class DirectoryMap:
    """The countries with somebody in them, those with most first, and the squares of the world."""

    countries: tuple[InCountry, ...]

    @property
    def by_code(self) -> dict[str, InCountry]:
        """Return the countries by their codes."""
        return {one.code: one for one in self.countries}

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts of the world."""
        return world()


def view_of(given: Mapping[str, str]) -> str:
    """Return which view is asked for: list, table or map."""
    asked = given.get("view", "")
    return asked if asked in VIEWS else "list"


def placed(chosen: DirectoryFilter) -> list[Condition]:
    """Return what is asked of organisations `o`: where they are, and what they are."""
    found = []
    if chosen.country:
        found.append(Condition("o.country = ?", (chosen.country.upper(),)))
    if chosen.region:
        found.append(Condition("o.region_id IN (SELECT r.id FROM regions r WHERE r.slug = ?)", (chosen.region,)))
    for column, value in (("o.type", chosen.type), ("o.kind", chosen.kind), ("o.beds_band", chosen.beds)):
        if value:
            found.append(Condition(f"{column} = ?", (value,)))
    return found


def in_ledger(status: str, platform: str = "", purpose: str = "") -> Condition:
    """Return whose ledger says this of a platform, or of any; `purpose` is what for."""
    which = Condition("u.status = ?", (status,))
    if platform:
        which &= Condition("p.slug = ?", (platform,))
    if purpose:
        which &= serving(purpose)
    uses = "SELECT u.organisation_id FROM platform_uses u JOIN platforms p ON p.id = u.platform_id"
    return Condition(f"o.id IN ({uses} WHERE {which.sql})", which.values)


def serving(purpose: str) -> Condition:
    """Return which entries `u` of ledgers are for a purpose."""
    # A word of our own, or one that nothing is like: what people type may mean more to LIKE.
    plain = purpose if purpose in PURPOSES else "-"
    return Condition("',' || u.purposes || ',' LIKE ?", (f"%,{plain},%",))


def speaking(column: str, code: str) -> Condition:
    """Return who has a language among the codes in a column."""
    # A word of our own, or one that nothing is like: what people type may mean more to LIKE.
    plain = code.lower() if code.isalpha() else "-"
    return Condition(f"',' || REPLACE({column}, ' ', '') || ',' LIKE ?", (f"%,{plain},%",))


async def distinct(columns: Mapping[str, str], from_: str, where: Condition) -> dict[str, dict[str, str]]:
    """Return which values stand in columns, each with its words, in one statement; a column is a pair of SQL."""
    parts = (
        f"SELECT DISTINCT '{part}' AS part, {value} AS value, {words} AS words {from_} WHERE {where.sql}"
        for part, (value, _, words) in ((part, pair.partition(", ")) for part, pair in columns.items())
    )
    found: dict[str, dict[str, str]] = {part: {} for part in columns}
    for row in await rows(" UNION ALL ".join(parts), *where.values * len(columns)):
        if row["value"]:
            found[row["part"]][row["value"]] = row["words"]
    return found


def options_of(found: Mapping[str, Mapping[str, str]], platforms: Iterable[Mapping[str, str]]) -> DirectoryOptions:
    """Return what one can narrow to, of the distinct values of columns."""
    return DirectoryOptions(
        platforms=tuple((one["slug"], one["name"]) for one in platforms),
        countries=by_words({code: country_name(code) for code in found["country"]}),
        regions=by_words(found["region"]),
        languages=spoken(found["language"]),
        beds=tuple((band, band) for band in sorted(found["beds"], key=first_number)),
        types=tuple(sorted(found["type"])),
        kinds=tuple(sorted(found["kind"])),
    )


def spoken(lists: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the languages in lists of codes, with their names."""
    known = languages()
    return by_words({one: known.get(one, one) for codes in lists for code in codes.split(",") if (one := code.strip())})


def by_words(found: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of value and words, in alphabetical order of the words."""
    return tuple(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def first_number(band: str) -> tuple[int, str]:
    """Return by what a band of sizes is sorted."""
    digits = "".join(letter if letter.isdigit() else " " for letter in band).split()
    return (0 if "under" in band else int(digits[0][:9]) if digits else 0, band)


def map_of(found: Sequence[Mapping[str, object]]) -> DirectoryMap:
    """Return the map of rows with country, total and industry."""
    countries = [InCountry(str(row["code"] or ""), int(str(row["total"])), int(str(row["industry"]))) for row in found]
    return DirectoryMap(tuple(sorted(countries, key=lambda one: (-one.counted, -one.total, one.country))))
