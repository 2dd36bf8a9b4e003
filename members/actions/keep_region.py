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
from members.models import Region
from members.places import countries, language_codes
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
    """Add a region, or keep what is known of one; return its id. The address of its page stays."""
    rules.check_may_keep_organisations(viewer)
    columns: dict[str, Any] = {
        "name": given.name,
        "countries": ",".join(given.countries),
        "languages": ",".join(given.languages),
        "about": given.about,
    }
    try:
        async with transaction():
            if region_id is None:
                made = await Region.create(slug=slugify(given.name, 60, empty="region"), **columns)
                region_id = int(made.id)
            elif not await Region.filter(id=region_id).update(**columns):
                raise Missing("There is no such region.")
            await journal.record("region.edited", actor_id=viewer.id, subject_id=region_id)
    except IntegrityError:
        raise Invalid({"name": "There is a region with this name."}, given.model_dump()) from None
    return region_id
