"""Add providers of sign-in, change them, turn them on and off, and remove them."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field
from tortoise.exceptions import IntegrityError

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import BlankIsNone, Body, Input, Line
from base.text.slug import slugify
from members import rules
from members.actions.give_roles import read_map
from members.actions.sign_in import end_sessions_by
from members.models import IdentityLink, Organisation, Provider, SecondStep
from members.oidc.exchange import sealed_secret
from members.oidc.metadata import WELL_KNOWN, forget
from members.queries.by_slug import by_slug
from members.queries.providers import facts_of_provider
from members.rules import roles_of
from members.viewer import Viewer

_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CLAIM: Final = re.compile(r"[!-~]{1,80}")
_LOOPBACK: Final = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:/\S*)?")


def _slug(word: str) -> str:
    if word and not _SLUG.fullmatch(word):
        raise ValueError("Small letters, digits and hyphens, such as elisabeth.")
    return word


def _issuer(address: str) -> str:
    address = address.removesuffix(WELL_KNOWN)
    if not re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#]*)?", address) and not _LOOPBACK.fullmatch(address):
        raise ValueError("The address of the provider begins with https:// and has no ? or # in it.")
    return address


def _scopes(words: str) -> str:
    found = words.split()
    if "openid" not in found or not all(_CLAIM.fullmatch(one) for one in found):
        raise ValueError("Words with spaces between them; openid has to be one of them.")
    return " ".join(dict.fromkeys(found))


def _claim(word: str) -> str:
    if not _CLAIM.fullmatch(word):
        raise ValueError("The name of a claim has no spaces.")
    return word


Claim = Annotated[Line, Field(max_length=80), AfterValidator(_claim)]


class ProviderChange(Input):
    """What administrators decide about a provider; an empty secret leaves the one that is kept."""

    name: Line = Field(min_length=2, max_length=60, title="Name")
    issuer: Annotated[Line, Field(min_length=8, max_length=300), AfterValidator(_issuer)] = Field(title="Its address")
    client_id: Annotated[Line, Field(min_length=1, max_length=200)] = Field(title="Client id")
    secret: Annotated[str, Field(max_length=500)] = Field("", title="Client secret")
    scopes: Annotated[Line, Field(max_length=200), AfterValidator(_scopes)] = Field(
        "openid email profile", title="Scopes"
    )  # fmt: skip
    email_claim: Claim = Field("email", title="Claim with the address")
    verified_claim: Claim = Field("email_verified", title="Claim that it is confirmed")
    name_claim: Claim = Field("name", title="Claim with the name")
    groups_claim: Claim = Field("groups", title="Claim with groups")
    roles: Body = Field("", max_length=4000, title="Groups and roles")
    trusts_addresses: bool = Field(False, title="Believe its addresses")
    is_compulsory: bool = Field(False, title="Compulsory")
    two_steps: Literal["never", "said", "always"] = Field("said", title="Two steps")


class NewProvider(ProviderChange):
    """A new provider: of the site, or of the organisation with this word in its address; that stays."""

    slug: Annotated[Line, Field(max_length=40), AfterValidator(_slug)] = Field("", title="Word in addresses")
    organisation: Annotated[Annotated[Line, Field(max_length=80)] | None, BlankIsNone] = Field(
        None, title="Organisation"
    )  # fmt: skip


async def add_provider(viewer: Viewer, given: NewProvider) -> int:
    """Add a provider, which is off at first; return its number."""
    rules.check_may_keep_providers(viewer)
    rules.check_may_act_now(viewer, now())
    organisation = await _organisation(given)
    organisation_id = organisation.id if organisation else None
    _check(given, organisation_id)
    slug = given.slug or slugify(given.name, 40, empty="provider")
    try:
        async with transaction():
            if organisation is not None:  # two who add one for it wait here
                await Organisation.filter(id=organisation_id).select_for_update().first()
                if await Provider.filter(organisation_id=organisation_id).exists():
                    taken = f"{organisation.name} has a provider already. Please change that one."
                    raise Invalid({"organisation": taken}, given.model_dump())
            made = await Provider.create(
                slug=slug, organisation_id=organisation_id, created_at=now(), **_columns(given),
                secret=sealed_secret(given.secret.strip()),
            )  # fmt: skip
            await _record("added", viewer, made)
    except IntegrityError:
        raise Invalid({"slug": "Another provider has this word. Please choose another."}, given.model_dump()) from None
    return int(made.id)


async def change_provider(viewer: Viewer, provider_id: int, given: ProviderChange) -> None:
    """Keep what administrators decide.

    At another address there are other people: links to the old one are removed, and sign-ins by it end. Those that
    counted as two steps end when fewer count, for nobody asked these people for a code.
    """
    rules.check_may_keep_providers(viewer)
    rules.check_may_act_now(viewer, now())
    async with transaction():
        held = await _held(provider_id)
        _check(given, held.organisation_id)  # type: ignore[attr-defined]
        changes = _columns(given)
        moved = held.issuer != given.issuer
        if given.secret.strip():
            changes["secret"] = sealed_secret(given.secret.strip())
        elif moved and held.secret:  # the kept one goes only to where it was given for
            raise Invalid({"secret": "At another address the secret has to be given again."}, given.model_dump())
        await Provider.filter(id=held.id).update(**changes)
        unlinked = await IdentityLink.filter(provider_id=held.id).delete() if moved else 0
        ended = await _end_all(held.id) if moved else 0
        if not moved and rules.counts_less(held.two_steps, given.two_steps):
            ended = await end_sessions_by(held.id, did_two_steps=True)
        await _record("changed", viewer, held, what=_changed(held, changes), unlinked=unlinked, ended=ended)
    forget(held)


async def switch_provider(viewer: Viewer, provider_id: int, *, is_on: bool) -> int:
    """Let people sign in at a provider, or no more: then sign-ins that began there end; return how many."""
    rules.check_may_keep_providers(viewer)
    rules.check_may_act_now(viewer, now())
    async with transaction():
        held = await _held(provider_id)
        if held.is_on == is_on:
            return 0
        facts = await facts_of_provider(held)
        if is_on and facts.organisation_id is not None and not facts.domains:
            raise Conflict("Its organisation has no confirmed mail domain, or does not take part at present.")
        await Provider.filter(id=held.id).update(is_on=is_on)
        if is_on:
            await _record("turned_on", viewer, held)
            return 0
        ended = await _end_all(held.id)
        await _record("turned_off", viewer, held, ended=ended)
        return ended


async def remove_provider(viewer: Viewer, provider_id: int) -> int:
    """Remove a provider, and every link to it; accounts stay, and are entered in other ways.

    Sign-ins that began there end; return how many.
    """
    rules.check_may_keep_providers(viewer)
    rules.check_may_act_now(viewer, now())
    async with transaction():
        held = await _held(provider_id)
        unlinked = await IdentityLink.filter(provider_id=held.id).delete()
        ended = await _end_all(held.id, is_going=True)
        await Provider.filter(id=held.id).delete()
        await _record("removed", viewer, held, unlinked=unlinked, ended=ended)
        return ended


async def _end_all(provider_id: int, *, is_going: bool = False) -> int:
    """End what began at a provider: sign-ins, and those of which a code is awaited."""
    await SecondStep.filter(provider_id=provider_id).delete()
    return await end_sessions_by(provider_id, is_going=is_going)


async def _held(provider_id: int) -> Provider:
    held = await Provider.filter(id=provider_id).select_for_update().first()
    if held is None:
        raise Missing("There is no such provider.")
    return held


async def _organisation(given: NewProvider) -> Organisation | None:
    if given.organisation is None:
        return None
    found = await by_slug(Organisation, given.organisation)
    if found is None:
        raise Invalid({"organisation": "There is no organisation with this word in its address."}, given.model_dump())
    return found


def _columns(given: ProviderChange) -> dict[str, Any]:
    return given.model_dump(include=set(ProviderChange.model_fields) - {"secret"})


def _check(given: ProviderChange, organisation_id: int | None) -> None:
    """Raise Invalid for what does not make sense for this kind of provider."""
    wrong: dict[str, str] = {}
    may = roles_of(rules.ProviderFacts(id=0, organisation_id=organisation_id))
    if bad := [f"{group}: {role}" for group, role in read_map(given.roles) if not group or role not in may]:
        wrong["roles"] = f"“{bad[0][:60]}” is not a group, a colon and one of {', '.join(may)}."
    if given.is_compulsory and organisation_id is None:
        wrong["is_compulsory"] = "Only an organisation's provider can be compulsory, for the organisation's domains."
    if given.issuer.startswith("http://") and not settings.get().sso_networks:
        wrong["issuer"] = "http is taken only within this machine, and where sso_networks allows it."
    if wrong:
        raise Invalid(wrong, given.model_dump())


def _changed(held: Provider, changes: dict[str, Any]) -> list[str]:
    """Return the names of what changed: never a value, of which one is a secret."""
    return sorted(name for name, value in changes.items() if name == "secret" or getattr(held, name) != value)


async def _record(verb: str, viewer: Viewer, provider: Provider, **more: Any) -> None:
    data = {"slug": provider.slug, "name": provider.name, **more}
    await journal.record(f"provider.{verb}", actor_id=viewer.id, subject_id=provider.id, data=data)
