"""What organisations do with an article, counted and named as they wish: who hides their name cannot be made out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from members.places import country_name

UseState = Literal["planning", "trying", "adopted", "adapted", "stopped", "not_for_us"]
Result = Literal["", "worked", "mixed", "did_not_work"]

MIN_CELL: Final = 3
"""Fewer organisations that hide their names are counted, and nothing else is told of them."""
ADOPTED: Final = ("adopted", "adapted")
ADOPTION_WORDS: Final[Mapping[str, str]] = {
    "adopted": "Adopted",
    "adapted": "Adapted",
    "trying": "Trying it",
    "planning": "Planning it",
    "stopped": "Stopped",
    "not_for_us": "Not for us",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What one organisation does with the article; without a name when it hides it. Vendors are not counted."""

    organisation_id: int
    organisation: str
    slug: str
    country: str
    state: str
    note: str = ""
    result: str = ""
    since: date | None = None
    hidden: bool = False
    is_vendor: bool = False

    @property
    def country_name(self) -> str:
        """Return the name of its country."""
        return country_name(self.country)


@dataclass(frozen=True, slots=True)
class Uses:
    """How many organisations adopted it and in how many countries, how many stopped, and how many are not listed."""

    adopted: int = 0
    countries: int = 0
    stopped: int = 0
    unlisted: int = 0


def shown(known: Sequence[Adoption], own_id: int | None) -> tuple[tuple[Adoption, ...], Uses]:
    """Return the adoptions as somebody of organisation `own_id` may read them, and how many there are in all."""
    enough = sum(one.hidden for one in known) >= MIN_CELL
    named = [one for one in known if not one.hidden or one.organisation_id == own_id]
    nameless = [_nameless(one) for one in known if one.hidden and one.organisation_id != own_id] if enough else []
    counted = [one for one in known if not one.is_vendor]
    adopted = [one for one in counted if one.state in ADOPTED]
    countries = {one.country for one in adopted if one.country and (enough or not one.hidden)}
    listed = (*named, *nameless)
    counts = Uses(
        len(adopted), len(countries), sum(one.state == "stopped" for one in counted), len(known) - len(listed)
    )
    return tuple(sorted(listed, key=lambda one: (list(ADOPTION_WORDS).index(one.state), one.organisation))), counts


def _nameless(one: Adoption) -> Adoption:
    return replace(one, organisation_id=0, organisation="", slug="", country="", since=None)
