"""Organisations like one of the viewer's: which they are, in which order, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.condition import ALWAYS, NEVER, Condition, any_of, one_of
from base.db import rows
from base.errors import Invalid, NotSignedIn, Refused
from base.inputs import Input
from members.places import country_name, language_names
from members.queries.directory import speaking
from members.rules import listed_uses, organisations_of, visible_organisations
from members.sizes import BEDS, STAFF, gap, steps_of
from members.viewer import Viewer

MAIN: Final = "ours"
"""How one asks for what is like one's main organisation; the others are asked for by their slugs."""
_CARE: Final = ("clinic", "health_system", "hospital", "university")
"""Types that treat patients, and so can be compared when they are about as large."""
_NONE: Final = Condition("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """An organisation of the viewer's: what others are compared with."""

    id: int
    slug: str
    name: str
    kind: str
    type: str
    beds_band: str
    staff_band: str
    country: str
    region_id: int | None
    region: str
    languages: str

    @property
    def country_name(self) -> str:
        """Return the country in words."""
        return country_name(self.country) if self.country else ""

    @property
    def spoken(self) -> tuple[str, ...]:
        """Return the names of its languages."""
        return tuple(language_names(self.languages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Why an organisation is like the viewer's; what is empty does not speak for it.

    `type` is the type they share. `size` is same or next, told by the band of `beds` or of `staff`. `place` is country
    or region, and `where` its name. `languages` are those that both work in.
    """

    type: str
    size: str
    beds: str
    staff: str
    place: str
    where: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """What is asked for as like ours: `ours` is what is compared with, none when it was not asked for.

    `offered` are the viewer's organisations, the main one first. `refused` says why it cannot be answered: visitor,
    nowhere or elsewhere. `where` narrows organisations `o`; the higher `rank`, the more alike.
    """

    offered: tuple[Ours, ...] = ()
    ours: Ours | None = None
    refused: str = ""
    where: Condition = ALWAYS
    rank: Condition = _NONE

    @property
    def chosen(self) -> str:
        """Return how what is compared with is asked for; empty when it is not."""
        return "" if self.ours is None else MAIN if self.ours == self.offered[0] else self.ours.slug

    def order(self, otherwise: str) -> str:
        """Return by what rows are sorted that have the rank as `alike`."""
        return f"alike DESC, {otherwise}" if self.ours else otherwise

    def why(self, row: Mapping[str, Any]) -> Alike | None:
        """Return why the organisation of a row with its rank and columns is like ours; none when it was not asked."""
        return _why(self.ours, row) if self.ours else None


UNASKED: Final = Like()


async def like_of(viewer: Viewer, asked: str) -> Like:
    """Return what like ours means for the viewer: in one statement if they belong somewhere, two when it is asked."""
    offered = await _own(viewer)
    if not asked:
        return Like(offered=offered)
    if not offered:
        return Like(refused="visitor" if viewer.id is None else "nowhere")
    ours = next((one for one in offered if one.slug == asked), offered[0] if asked == MAIN else None)
    if ours is None:
        return Like(offered=offered, refused="elsewhere")
    listed = listed_uses()
    bands = await rows(
        f"SELECT DISTINCT o.beds_band, o.staff_band FROM organisations o WHERE {listed.sql}",  # noqa: S608
        *listed.values,
    )
    where, rank = _likeness(ours, bands)
    return Like(offered=offered, ours=ours, where=listed & where, rank=rank)


def chosen_with(asked: Input, like: Like, *without: str) -> dict[str, str]:
    """Return what a list is narrowed to: what was asked for and is not empty, and what like ours came to."""
    given = asked.model_dump(exclude=set(without)) | {"like": like.chosen}
    return {name: value for name, value in given.items() if value}


def check_answered(like: Like) -> None:
    """Raise when what was asked for as like ours cannot be answered: what is not narrowed is another answer."""
    if like.refused == "visitor":
        raise NotSignedIn("“Like ours” compares with your own organisation: please sign in first.")
    if like.refused == "nowhere":
        raise Refused("“Like ours” compares with your own organisation, and your account does not belong to one.")
    if like.refused:
        sentence = "“Like ours” compares with an organisation that you belong to: ask for “ours”, or for its slug."
        raise Invalid({"like": sentence})


async def _own(viewer: Viewer) -> tuple[Ours, ...]:
    ids = organisations_of(viewer)
    if not ids:
        return ()
    which = one_of("o.id", sorted(ids)) & visible_organisations(viewer)
    found = await rows(
        "SELECT o.id, o.slug, o.name, o.kind, o.type, o.beds_band, o.staff_band, o.country, o.region_id, "  # noqa: S608
        "COALESCE(r.name, '') AS region, o.languages FROM organisations o LEFT JOIN regions r ON r.id = o.region_id "
        f"WHERE {which.sql} ORDER BY LOWER(o.name), o.id",
        *which.values,
    )
    own = (Ours(**row) for row in found)
    return tuple(sorted(own, key=lambda one: one.id != viewer.organisation_id))


def _likeness(ours: Ours, bands: Sequence[Mapping[str, Any]]) -> tuple[Condition, Condition]:
    """Return which organisations are like ours, and how much: docs/decisions/directory.md says the same in words."""
    parts = {"work": _work(ours), "size": _size(ours, bands), "place": _place(ours), "tongue": _tongue(ours)}
    # Each digit outweighs all that follow it, and `_why` reads them back.
    weights = {"work": 18, "size": 6, "place": 2, "tongue": 1}
    terms = " + ".join(f"({parts[name].sql}) * {weight}" for name, weight in weights.items())
    rank = Condition(terms, tuple(value for one in parts.values() for value in one.values))
    columns = ", ".join(f"{one.sql} AS {name}" for name, one in parts.items())
    trade = "=" if ours.kind == "industry" else "<>"
    where = Condition(
        f"o.id IN (SELECT l.id FROM (SELECT o.id, {columns}, {_told(ours)} AS told FROM organisations o "  # noqa: S608
        f"WHERE o.id <> ? AND o.kind {trade} 'industry') l WHERE l.size >= 0 AND ("
        "(l.work = 2 AND l.size + l.place + l.tongue > 0 AND (l.told = 0 OR l.place + l.tongue > 0)) "
        "OR (l.work = 1 AND l.size > 0 AND l.place + l.tongue > 0)))",
        (*rank.values, ours.id),
    )
    return where, rank


def _first(*cases: tuple[Condition, int]) -> Condition:
    """Return the number of the first condition that holds, or else 0."""
    if not cases:
        return _NONE
    whens = " ".join(f"WHEN {one.sql} THEN {number}" for one, number in cases)
    return Condition(f"CASE {whens} ELSE 0 END", tuple(value for one, _ in cases for value in one.values))


def _work(ours: Ours) -> Condition:
    """Return 2 for the same type, 1 for one that is alike when everything else is; "other" says too little."""
    same = Condition("o.type = ?", (ours.type,)) if ours.type != "other" else NEVER
    kin = one_of("o.type", _CARE if ours.type in _CARE else (ours.type,))
    return _first((same, 2), (kin, 1))


def _size(ours: Ours, bands: Sequence[Mapping[str, Any]]) -> Condition:
    """Return 2 for the same step, 1 for the next, -1 for those further away: by beds, or else by staff."""
    by_beds = _by_band("beds_band", ours.beds_band, bands, BEDS)
    return _first(*by_beds, *_by_band("staff_band", ours.staff_band, bands, STAFF))


def _by_band(
    column: str, own: str, bands: Sequence[Mapping[str, Any]], ladder: tuple[int, ...]
) -> list[tuple[Condition, int]]:
    own_steps = steps_of(own, ladder)
    if own_steps is None:
        return []
    steps = {band: steps_of(band, ladder) for band in sorted({row[column] for row in bands})}
    apart = {band: gap(own_steps, found) for band, found in steps.items() if found}
    silent = one_of(f"o.{column}", [band for band, found in steps.items() if not found])
    return [
        (one_of(f"o.{column}", [band for band, steps in apart.items() if steps == 0]), 2),
        (one_of(f"o.{column}", [band for band, steps in apart.items() if steps == 1]), 1),
        # Few say nothing, and these few are named: everybody may have a number of their own.
        (Condition(f"NOT ({silent.sql})", silent.values), -1),
    ]


def _place(ours: Ours) -> Condition:
    """Return 2 for the same country, 1 for the same region."""
    country = Condition("o.country = ?", (ours.country,)) if ours.country else NEVER
    region = Condition("o.region_id = ?", (ours.region_id,)) if ours.region_id else NEVER
    return _first((country, 2), (region, 1))


def _tongue(ours: Ours) -> Condition:
    """Return 1 for a common language."""
    codes = [code.strip() for code in ours.languages.split(",") if code.strip()]
    return _first((any_of(speaking("o.languages", code) for code in codes), 1))


def _told(ours: Ours) -> str:
    """Return 1 for who tells both where they are and their languages, as far as ours tells the same."""
    places = [*(["o.country <> ''"] if ours.country else []), *(["o.region_id IS NOT NULL"] if ours.region_id else [])]
    if not places or not ours.languages:
        return "0"
    return f"CASE WHEN o.languages <> '' AND ({' OR '.join(places)}) THEN 1 ELSE 0 END"


def _why(ours: Ours, row: Mapping[str, Any]) -> Alike:
    rank = row["alike"]
    size, place = ("", "next", "same")[rank % 18 // 6], ("", "region", "country")[rank % 6 // 2]
    by_beds = bool(steps_of(ours.beds_band, BEDS) and steps_of(row["beds_band"], BEDS))
    theirs = {code.strip() for code in row["place_languages"].split(",")}
    shared = [code.strip() for code in ours.languages.split(",") if code.strip() in theirs and rank % 2]
    return Alike(
        type=ours.type if rank >= 36 else "",
        size=size,
        beds=row["beds_band"] if size and by_beds else "",
        staff=row["staff_band"] if size and not by_beds else "",
        place=place,
        where={"country": ours.country_name, "region": ours.region}.get(place, ""),
        languages=tuple(language_names(",".join(dict.fromkeys(shared)))),
    )
