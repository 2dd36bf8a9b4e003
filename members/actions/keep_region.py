"""Add regions and keep what is known of them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.db import transaction
from base.errors import Invalid, Missing
from base.inputs import Body, Input, Line, Words
from base.text.slug import slugify
from members import rules
from members.models import Organisation, Region
from members.places import countries, country_name, language_codes
from members.viewer import Viewer


def _countries(codes: list[str]) -> list[str]:
    by_name = {name.casefold(): code for code, name in countries().items()}
    found = [code.upper() if code.upper() in countries() else by_name.get(code.casefold(), "") for code in codes]
    if "" in found:
        raise ValueError(f"We do not know the country “{codes[found.index('')][:40]}”. Please use its English name.")
    return list(dict.fromkeys(found))


class RegionForm(Input):
    """A region; countries and languages by name or code."""

    name: Line = Field(min_length=2, max_length=80, title="Name")
    countries: Annotated[Words, AfterValidator(_countries)] = Field([], title="Countries")
    languages: Annotated[Words, AfterValidator(language_codes)] = Field([], max_length=30, title="Languages")
    about: Body = Field("", max_length=8000, title="Introduction")


async def keep_region(viewer: Viewer, given: RegionForm, region_id: int | None = None) -> int:
    """Add a region, or keep what is known of one; return its id. The address of its page stays.

    A country belongs to one region. The organisations of a country that is added come into the region, unless somebody
    put them into another one by hand; those of a country that is taken away leave it.
    """
    rules.check_may_keep_organisations(viewer)
    columns: dict[str, Any] = {
        "name": given.name,
        "countries": ",".join(given.countries),
        "languages": ",".join(given.languages),
        "about": given.about,
    }
    try:
        async with transaction():
            before = await _check_countries(given, region_id)
            if region_id is None:
                made = await Region.create(slug=slugify(given.name, 60, empty="region"), **columns)
                region_id = int(made.id)
            elif not await Region.filter(id=region_id).update(**columns):
                raise Missing("There is no such region.")
            await _lead_organisations(viewer, region_id, before, set(given.countries))
            await journal.record("region.edited", actor_id=viewer.id, subject_id=region_id)
    except IntegrityError:
        raise Invalid({"name": "There is a region with this name."}, given.model_dump()) from None
    return region_id


async def _check_countries(given: RegionForm, region_id: int | None) -> set[str]:
    """Return the countries that the region had; raise Invalid where another region has one of the new ones.

    Every region is locked, in the same order, or two at the same moment could take the same country.
    """
    before: set[str] = set()
    for region in await Region.all().order_by("id").select_for_update():
        theirs = {code.strip() for code in region.countries.split(",") if code.strip()}
        if region.id == region_id:
            before = theirs
        elif both := sorted(theirs & set(given.countries)):
            names = ", ".join(country_name(code) for code in both)
            verb = "belongs" if len(both) == 1 else "belong"
            sentence = f"{names} {verb} to {region.name} already. Take it out there first."
            raise Invalid({"countries": sentence}, given.model_dump())
    return before


async def _lead_organisations(viewer: Viewer, region_id: int, before: set[str], now: set[str]) -> None:
    """Let the organisations follow their countries, and record each that did: its threads follow it."""
    come = Organisation.filter(country__in=sorted(now - before), region_id=None)
    go = Organisation.filter(country__in=sorted(before - now), region_id=region_id)
    for moving, origin, to in ((come, None, region_id), (go, region_id, None)):
        ids = await moving.order_by("id").values_list("id", flat=True)
        if not ids:
            continue
        await Organisation.filter(id__in=ids).update(region_id=to)
        for id_ in ids:
            data = {"region_id": to, "before": origin}
            await journal.record("organisation.moved", actor_id=viewer.id, subject_id=int(str(id_)), data=data)
