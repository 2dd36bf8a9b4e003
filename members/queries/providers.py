"""Providers of sign-in: those a page offers, those administrators keep, and whose an address is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import marks, rows
from base.errors import Missing
from members import rules
from members.models import OrganisationDomain, Provider, Session
from members.oidc.visit import redirect_address
from members.rules import OPEN_STATES, ByProvider, ProviderFacts
from members.viewer import Viewer

_OF_DOMAIN: Final = (
    "SELECT p.slug, p.name, p.is_compulsory FROM identity_providers p "  # noqa: S608
    "JOIN organisation_domains d ON d.organisation_id = p.organisation_id "
    "JOIN organisations o ON o.id = p.organisation_id "
    f"WHERE p.is_on AND d.domain = ? AND d.verified_at IS NOT NULL AND o.state IN ({marks(OPEN_STATES)}) "
    "ORDER BY p.id LIMIT 1"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A provider at which one can sign in."""

    slug: str
    name: str
    is_compulsory: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """What the sign-in page offers: providers of the site, and whether any organisation has its own."""

    site: tuple[Way, ...]
    has_organisations: bool


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider in the list of administrators."""

    id: int
    slug: str
    name: str
    organisation: str
    issuer: str
    is_on: bool
    is_compulsory: bool
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderForm:
    """What templates/members/admin_provider.html shows; id 0 is a new one. The secret is never among it.

    `signed_in` is how many people are signed in by it now, `is_mine` whether the one who looks is one of them.
    """

    id: int = 0
    slug: str = ""
    name: str = ""
    organisation: str = ""
    organisation_slug: str = ""
    domains: tuple[str, ...] = ()
    issuer: str = ""
    client_id: str = ""
    has_secret: bool = False
    scopes: str = "openid email profile"
    email_claim: str = "email"
    verified_claim: str = "email_verified"
    name_claim: str = "name"
    groups_claim: str = "groups"
    roles: str = ""
    trusts_addresses: bool = False
    is_compulsory: bool = False
    two_steps: str = "said"
    is_on: bool = False
    links: int = 0
    signed_in: int = 0
    is_mine: bool = False
    created_at: datetime | None = None
    redirect_address: str = ""


async def ways_in() -> Ways:
    """Return what the sign-in page offers, in one statement."""
    found = await rows("SELECT slug, name, organisation_id FROM identity_providers WHERE is_on ORDER BY name, id")
    site = tuple(Way(row["slug"], row["name"]) for row in found if row["organisation_id"] is None)
    return Ways(site, len(site) < len(found))


async def way_of(email: str) -> Way | None:
    """Return the provider of the organisation whose confirmed domain an address is in: it depends on that alone."""
    found = await rows(_OF_DOMAIN, email.rpartition("@")[2][:120], *OPEN_STATES)
    return Way(found[0]["slug"], found[0]["name"], bool(found[0]["is_compulsory"])) if found else None


async def check_door(email: str, by: str = "") -> None:
    """Raise ByProvider when an organisation asks everybody at its domains to sign in at another provider than `by`.

    Without one they come by a password or a passkey.
    """
    way = await way_of(email)
    if way is None or not way.is_compulsory or way.slug == by:
        return
    domain, beside = email.rpartition("@")[2], "" if by else ", and not with a password or passkey"
    raise ByProvider(f"Who has an address at {domain} signs in through {way.name}{beside}.", way.slug)


async def open_provider(slug: str) -> Provider:
    """Return a provider that is on, with its organisation; raises Missing."""
    found = await Provider.filter(slug=slug[:40], is_on=True).select_related("organisation").first()
    if found is None or (found.organisation is not None and found.organisation.state not in OPEN_STATES):
        raise Missing("There is no such sign-in, or it is turned off. Please sign in another way.")
    return found


async def name_of_provider(provider_id: int) -> str:
    """Return what a provider is called, empty when it is there no more."""
    found = await Provider.get_or_none(id=provider_id)
    return found.name if found else ""


async def facts_of_provider(provider: Provider) -> ProviderFacts:
    """Return what rules need to know of a provider."""
    organisation_id: int | None = provider.organisation_id  # type: ignore[attr-defined]
    domains: Sequence[str] = ()
    if organisation_id is not None:
        mine = OrganisationDomain.filter(
            organisation_id=organisation_id, verified_at__not_isnull=True, organisation__state__in=OPEN_STATES
        )
        domains = [one.domain for one in await mine.order_by("domain")]
    return ProviderFacts(
        id=provider.id, name=provider.name, organisation_id=organisation_id, domains=tuple(domains),
        trusts_addresses=provider.trusts_addresses, two_steps=provider.two_steps, is_on=provider.is_on,
    )  # fmt: skip


async def providers_list(viewer: Viewer) -> list[ProviderRow]:
    """Return every provider, for administrators."""
    rules.check_may_keep_providers(viewer)
    found = await rows(
        "SELECT p.id, p.slug, p.name, COALESCE(o.name, '') AS organisation, p.issuer, p.is_on, p.is_compulsory, "
        "(SELECT COUNT(*) FROM identity_links l WHERE l.provider_id = p.id) AS links "
        "FROM identity_providers p LEFT JOIN organisations o ON o.id = p.organisation_id ORDER BY p.name, p.id"
    )
    return [_row(one) for one in found]


def _row(one: dict[str, Any]) -> ProviderRow:
    return ProviderRow(**{**one, "is_on": bool(one["is_on"]), "is_compulsory": bool(one["is_compulsory"])})


async def provider_form(viewer: Viewer, provider_id: int = 0) -> ProviderForm:
    """Return a provider as administrators see it, or an empty form; raises Missing."""
    rules.check_may_keep_providers(viewer)
    if not provider_id:
        return ProviderForm()
    one = await Provider.filter(id=provider_id).select_related("organisation").first()
    if one is None:
        raise Missing("There is no such provider.")
    facts, own = await facts_of_provider(one), one.organisation
    here = Session.filter(provider_id=one.id, revoked_at=None, expires_at__gt=now())
    open_ = await here.values_list("id", "member_id")
    names = (
        "id", "slug", "name", "issuer", "client_id", "scopes", "email_claim", "verified_claim", "name_claim",
        "groups_claim", "roles", "trusts_addresses", "is_compulsory", "two_steps", "is_on", "created_at",
    )  # fmt: skip
    return ProviderForm(
        **{name: getattr(one, name) for name in names},
        organisation=own.name if own else "",
        organisation_slug=own.slug if own else "",
        domains=tuple(facts.domains),
        has_secret=bool(one.secret),
        links=await one.links.all().count(),  # type: ignore[attr-defined]
        signed_in=len({member_id for _, member_id in open_}),
        is_mine=viewer.session_id in [session_id for session_id, _ in open_],
        redirect_address=redirect_address(one.slug),
    )
