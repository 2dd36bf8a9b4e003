"""What a mask may show: only attributes that enough members share, generalised until that holds."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from base import settings
from base.db import rows
from members.functions import function_of
from members.places import TYPE_WORDS, country_name
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.vendors import VENDOR_OF

K: Final = 5
"""How many members at least must share what a mask shows."""
# Of one organisation alone they would name that organisation.
_ORGANISATIONS: Final = 2
_SECONDS: Final = 60.0
# From the most telling to the least; the first that enough members share is shown.
_STEPS: Final[Sequence[tuple[str, ...]]] = (
    ("function", "type", "size", "country"),
    ("function", "type", "size", "region"),
    ("function", "type", "country"),
    ("function", "type", "region"),
    ("type", "size", "country"),
    ("type", "size", "region"),
    ("type", "country"),
    ("type", "region"),
    ("function", "type"),
    ("type",),
    ("function",),
    ("region",),
    (),
)

_MEMBERS: Final = f"""
SELECT m.id, m.title, o.id AS organisation_id, o.region_id, {VENDOR_OF.format(member="m.id")} AS vendor,
  o.type, o.beds_band, o.country, r.name AS region
FROM members m {MAIN_ORGANISATION} LEFT JOIN regions r ON r.id = o.region_id
WHERE m.state = 'active'"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Attributes of a member, each empty when it is not shown."""

    function: str = ""
    type: str = ""
    size: str = ""
    country: str = ""
    region: str = ""

    @property
    def words(self) -> str:
        """Return them as a reader sees them: Communications, hospital, 200–499 beds, Netherlands."""
        beds = f"{self.size.replace('-', '–')} beds" if self.size else ""
        kind = TYPE_WORDS.get(self.type, "") if self.type else ""
        kind = kind.lower() if self.function else kind
        place = country_name(self.country) if self.country else self.region
        return ", ".join(part for part in (self.function, kind, beds, place) if part)

    @property
    def setting(self) -> str:
        """Return where a member works, as a setting: Hospital, 200–499 beds, NL."""
        beds = f"{self.size.replace('-', '–')} beds" if self.size else ""
        return ", ".join(part for part in (TYPE_WORDS.get(self.type, ""), beds, self.country or self.region) if part)

    def only(self, names: Sequence[str]) -> "Levels":
        """Return these attributes alone."""
        return Levels(**{name: value for name, value in asdict(self).items() if name in names})

    def holds(self, other: "Levels") -> bool:
        """Say whether the other has everything that is shown here."""
        return all(value in ("", theirs) for value, theirs in zip(_values(self), _values(other), strict=True))


@dataclass(frozen=True, slots=True)
class Shared:
    """What a mask shows, and how many members share it; `industry` is told of the member and never shown.

    `one_region`: all who share it are of one region, so that naming this one tells nothing more. `enough` members are
    among those who can have written there at all.
    """

    levels: Levels
    by: int
    industry: bool = False
    one_region: bool = False
    enough: bool = True


@dataclass(frozen=True, slots=True)
class _One:
    id: int
    organisation_id: int | None
    levels: Levels
    industry: bool = False
    region_id: int | None = None

    def belongs_to(self, audience: str) -> bool:
        """Say whether somebody of a narrow audience may be this one; of the staff nobody is counted here."""
        kind, _, number = audience.partition(":")
        return {
            "org": str(self.organisation_id) == number, "region": str(self.region_id) == number, "staff": False,
        }.get(kind, True)  # fmt: skip


_kept: dict[str, tuple[float, tuple[_One, ...]]] = {}


async def levels_of(member_id: int, *, fresh: bool = True, audience: str = "") -> Shared:
    """Return the most telling attributes of a member that enough members share; `fresh` counts at this moment.

    What is for an `audience` is written by one of it, so only these count: five people of one hospital share nothing.
    """
    everybody = await _people(fresh=fresh)
    own = next((one for one in everybody if one.id == member_id), _One(member_id, None, Levels()))
    people = [one for one in everybody if one.belongs_to(audience)]
    return replace(_narrowed(own.levels, people, _STEPS), industry=own.industry, enough=_are_enough(people, audience))


async def still_shared(shown: Levels, *, fresh: bool = False, audience: str = "") -> Shared:
    """Return what may still be shown of what a mask shows: the same, or less. Nothing is ever added."""
    people = [one for one in await _people(fresh=fresh) if one.belongs_to(audience)]
    return _narrowed(shown, people, (_names(shown), *_STEPS))


def _narrowed(own: Levels, people: Sequence[_One], steps: Sequence[tuple[str, ...]]) -> Shared:
    for step in steps:
        levels = own.only(step)
        if _names(levels) != step:
            continue
        alike = [one for one in people if levels.holds(one.levels)]
        if step and len(alike) >= K and len({one.organisation_id for one in alike}) >= _ORGANISATIONS:
            regions = {one.levels.region for one in alike}
            return Shared(levels, len(alike), one_region=len(regions) == 1 and "" not in regions)
    return Shared(Levels(), len(people))


def _are_enough(people: Sequence[_One], audience: str) -> bool:
    return len(people) >= K or not audience.startswith(("org:", "region:", "staff"))


def _names(levels: Levels) -> tuple[str, ...]:
    return tuple(name for name, value in asdict(levels).items() if value)


def _values(levels: Levels) -> tuple[str, ...]:
    return (levels.function, levels.type, levels.size, levels.country, levels.region)


async def _people(*, fresh: bool) -> tuple[_One, ...]:
    """Return every active member with all attributes; of up to a minute ago unless they must be `fresh`."""
    now = settings.get()
    site = f"{now.database} {now.data_dir}"
    kept = _kept.get(site)
    if not fresh and kept is not None and kept[0] > time.monotonic():
        return kept[1]
    people = tuple([_one(row) for row in await rows(_MEMBERS)])
    _kept.clear()
    _kept[site] = (time.monotonic() + _SECONDS, people)
    return people


def _one(row: dict[str, Any]) -> _One:
    levels = Levels(
        function=function_of(row["title"]),
        type=row["type"] or "",
        size=row["beds_band"] or "",
        country=row["country"] or "",
        region=row["region"] or "",
    )
    return _One(row["id"], row["organisation_id"], levels, bool(row["vendor"]), row["region_id"])
