"""Add organisations and keep what is known of them."""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid, Missing
from base.inputs import BlankIsNone, Body, Input, Line, RowId, Words
from base.text.slug import slugify
from members import rules
from members.actions.belong import as_now
from members.actions.main_place import settle_main
from members.actions.welcome_domain import welcome_domain
from members.domains import mail_domain
from members.models import Membership, Organisation, OrganisationDomain, Region
from members.places import countries, language_codes
from members.queries.facts import facts_of_organisation, facts_of_row
from members.viewer import Viewer


def a_country(code: str) -> str:
    """Return the code of a country that there is, or of none; raises ValueError."""
    if code and code.upper() not in countries():
        raise ValueError("Please choose a country from the list.")
    return code.upper()


def mail_domains(words: list[str]) -> list[str]:
    """Return mail domains that an organisation can have to itself; raises ValueError."""
    return list(dict.fromkeys(mail_domain(word) for word in words))


def a_website(address: str) -> str:
    """Return the address of a website, or none; raises ValueError."""
    if address and not re.fullmatch(r"https?://[^\s<>\"]+", address):
        raise ValueError("A website begins with https:// and holds no spaces.")
    return address


class About(Input):
    """What an organisation says about itself."""

    beds_band: Line = Field("", max_length=12, title="Beds")
    staff_band: Line = Field("", max_length=12, title="Staff")
    languages: Annotated[Words, AfterValidator(language_codes)] = Field([], max_length=15, title="Languages")
    website: Annotated[Line, Field(max_length=200), AfterValidator(a_website)] = Field("", title="Website")
    about: Body = Field("", max_length=8000, title="About")


class Particulars(About):
    """What administrators decide about an organisation; `domains` prove membership by mail address."""

    name: Line = Field(min_length=2, max_length=120, title="Name")
    kind: Literal["member", "network_partner", "industry", "guest"] = Field("member", title="Part in the network")
    type: Literal[
        "hospital", "health_system", "clinic", "university", "association", "government", "payer", "vendor", "other"
    ] = Field("hospital", title="Type")
    state: Literal["pending", "active", "grace", "lapsed", "archived"] = Field("active", title="State")
    country: Annotated[Line, AfterValidator(a_country)] = Field("", title="Country")
    region: Annotated[RowId | None, BlankIsNone] = Field(None, title="Region")
    domains: Annotated[Words, AfterValidator(mail_domains)] = Field([], max_length=30, title="Mail domains")
    term_start: Annotated[date | None, BlankIsNone] = Field(None, title="Member since")
    term_end: Annotated[date | None, BlankIsNone] = Field(None, title="Member until")

    @field_validator("term_end")
    @classmethod
    def _after_start(cls, end: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("term_start")
        if start and end and end < start:
            raise ValueError("The term cannot end before it began.")
        return end


def _columns(given: Particulars) -> dict[str, Any]:
    return given.model_dump(exclude={"domains", "region"}) | {
        "languages": ",".join(given.languages),
        "region_id": given.region,
    }


async def add_organisation(viewer: Viewer, given: Particulars) -> int:
    """Add an organisation and return its id."""
    rules.check_may_keep_organisations(viewer)
    await _check_region(given)
    try:
        async with transaction():
            slug = await free_slug(given.name)
            made = await Organisation.create(slug=slug, created_at=now(), **_columns(given))
            await _keep_domains(made.id, given)
            await journal.record("organisation.added", actor_id=viewer.id, subject_id=made.id)
    except IntegrityError:
        raise _taken(given) from None
    return int(made.id)


async def edit_organisation(viewer: Viewer, organisation_id: int, given: Particulars) -> None:
    """Keep what administrators decide; the address of its page stays."""
    rules.check_may_keep_organisations(viewer)
    await _check_region(given)
    try:
        async with transaction():
            before = await Organisation.filter(id=organisation_id).select_for_update(no_key=True).first()
            if before is None:
                raise Missing("There is no such organisation.")
            columns = _columns(given)
            await Organisation.filter(id=organisation_id).update(**columns)
            gone, fresh = await _keep_domains(organisation_id, given)
            if given.kind == "industry" != before.kind:
                await _become_vendors(organisation_id)
            kind = "organisation.edited" if before.name == given.name else "organisation.renamed"
            told = difference(before, columns, {"domains": (gone, fresh)} if gone or fresh else {})
            await journal.record(kind, actor_id=viewer.id, subject_id=organisation_id, data=told)
            if before.region_id != given.region:  # type: ignore[attr-defined]
                data = {"region_id": given.region, "before": before.region_id}  # type: ignore[attr-defined]
                await journal.record("organisation.moved", actor_id=viewer.id, subject_id=organisation_id, data=data)
    except IntegrityError:
        raise _taken(given) from None


async def _become_vendors(organisation_id: int) -> None:
    """Let it stand beside the names of its people, so that they are known to belong to the industry."""
    for place in await Membership.filter(organisation_id=organisation_id, state="active", main=False).order_by("id"):
        await settle_main(place.member_id)  # type: ignore[attr-defined]


def _taken(given: Particulars) -> Invalid:
    words = "Somebody has just added an organisation with this name or mail domain. Please look at it first."
    return Invalid({"name": words}, given.model_dump())


async def describe_organisation(viewer: Viewer, organisation_id: int, given: About) -> None:
    """Keep what the organisation says about itself; its own administrators may."""
    rules.check_may_describe(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        before = await Organisation.filter(id=organisation_id).select_for_update(no_key=True).get()
        rules.check_may_describe(await as_now(viewer), facts_of_row(before))
        columns = given.model_dump(include=set(About.model_fields)) | {"languages": ",".join(given.languages)}
        await Organisation.filter(id=organisation_id).update(**columns)
        told = difference(before, columns)
        await journal.record("organisation.edited", actor_id=viewer.id, subject_id=organisation_id, data=told)


def difference(
    before: Organisation, columns: Mapping[str, Any], more: Mapping[str, tuple[Any, Any]] = MappingProxyType({})
) -> dict[str, Any]:
    """Return what an act changes, for the journal: `before` and `after` of each column that is another one now."""
    changed = {name: value for name, value in columns.items() if getattr(before, name) != value}
    was = {name: _short(getattr(before, name)) for name in changed} | {name: pair[0] for name, pair in more.items()}
    now_is = {name: _short(value) for name, value in changed.items()} | {name: pair[1] for name, pair in more.items()}
    return {"before": was, "after": now_is}


def _short(value: object) -> object:
    """Return a value as JSON may hold it, a long text by its beginning."""
    return value if value is None or isinstance(value, int) else str(value)[:200]


async def _check_region(given: Particulars) -> None:
    if given.region is not None and not await Region.filter(id=given.region).exists():
        raise Invalid({"region": "There is no such region."}, given.model_dump())


async def free_slug(name: str) -> str:
    """Return a word for the address of an organisation that no other has."""
    base = slugify(name, 70, empty="organisation")
    taken = {one.slug for one in await Organisation.filter(slug__startswith=base).only("slug")}
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


async def _keep_domains(organisation_id: int, given: Particulars) -> tuple[list[str], list[str]]:
    """Let these be the confirmed domains; return which are so no longer, and which are new."""
    foreign = await OrganisationDomain.filter(
        domain__in=given.domains, organisation_id__not=organisation_id, verified_at__not_isnull=True
    ).first()
    if foreign is not None:
        raise Invalid({"domains": f"{foreign.domain} belongs to another organisation."}, given.model_dump())
    # What somebody only says to own (approve_organisation) stands in no form; who types it here says that it is proven.
    await OrganisationDomain.filter(domain__in=given.domains, verified_at=None).delete()
    proven = OrganisationDomain.filter(organisation_id=organisation_id, verified_at__not_isnull=True)
    have = {one.domain for one in await proven}
    await proven.filter(domain__not_in=given.domains or [""]).delete()
    fresh = [domain for domain in given.domains if domain not in have]
    await OrganisationDomain.bulk_create(
        [OrganisationDomain(organisation_id=organisation_id, domain=domain, verified_at=now()) for domain in fresh]
    )
    if given.state in rules.OPEN_STATES:
        await welcome_domain(organisation_id, fresh)
    return sorted(have - set(given.domains)), fresh
