"""Who may come in by what a provider says of them, and who looks after providers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from base.errors import Conflict, Refused
from members.rules.people import MemberFacts, check_may_administer
from members.viewer import Viewer

ROLES_OF_SITE: Final = ("editor", "moderator", "admin")
"""What groups of a provider of the site may give."""
ROLES_OF_ORGANISATION: Final = ("staff", "org_admin")
"""What groups of an organisation's own provider may give: roles there, and none of the site."""


_COUNTS: Final = ("never", "said", "always")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What rules need to know of a provider; `domains` are those confirmed of its organisation, if it takes part."""

    id: int
    name: str = ""
    organisation_id: int | None = None
    domains: Collection[str] = ()
    trusts_addresses: bool = False
    two_steps: str = "said"
    is_on: bool = True


class NotVouched(Refused):
    """What the provider says of an address is not enough to let somebody in."""

    title = "Your address is not confirmed"


class ByProvider(Refused):
    """Who has an address at this domain signs in at a provider; `slug` is which."""

    title = "Please sign in through your organisation"

    def __init__(self, sentence: str, slug: str) -> None:
        super().__init__(sentence)
        self.slug = slug


def check_may_keep_providers(viewer: Viewer) -> None:
    """Raise unless the viewer may say by whom people are signed in: whoever can, can sign in as anybody."""
    check_may_administer(viewer)


def check_vouches(provider: ProviderFacts, email: str, *, is_verified: bool) -> None:
    """Raise NotVouched unless what a provider says of somebody unknown proves that an address is theirs.

    An organisation's provider is believed about its own confirmed domains; one of the site where its administrators say
    so; neither about an address that it has not verified itself.
    """
    if "@" not in email or not is_verified:
        raise NotVouched(
            f"{provider.name} does not say that your e-mail address was confirmed. If you have an account here, sign "
            "in with it, and link the two under Settings. If not, please join with your work address."
        )
    if provider.organisation_id is None and not provider.trusts_addresses:
        raise NotVouched(
            f"{provider.name} only signs in people who linked it to their account under Settings. Please sign in with "
            "your account, or join with your work address."
        )
    if provider.organisation_id is not None and email.rpartition("@")[2] not in provider.domains:
        raise NotVouched(
            f"{provider.name} speaks only for addresses of its own organisation, and {email} is none of them. Please "
            "sign in another way."
        )


def check_may_open(provider: ProviderFacts, member: MemberFacts) -> None:
    """Raise Refused when an organisation's provider would open the account of somebody who holds a role of the site.

    Whoever runs the provider could else act with that role.
    """
    if provider.organisation_id is not None and member.is_staff:
        raise Refused(
            f"You hold a role in this network, so {provider.name}, which belongs to one organisation, does not open "
            "your account. Please use the sign-in for people who run the site, with your password."
        )


def speaks_for(provider: ProviderFacts, email: str, *, belongs: bool) -> bool:
    """Say whether a provider may still open an account that was linked to it.

    An organisation's may, of its own people, and of addresses at its domains: who has moved on has also left whoever
    runs its provider behind.
    """
    return provider.organisation_id is None or belongs or email.rpartition("@")[2] in provider.domains


def check_speaks_for(provider: ProviderFacts, email: str, *, belongs: bool) -> None:
    """Raise NotVouched where a provider does not speak any more for who was linked to it."""
    if not speaks_for(provider, email, belongs=belongs):
        raise NotVouched(
            f"{provider.name} only signs in people of its own organisation, and you belong to it no longer. Please "
            "sign in another way; who has no password gets one by the letter for a forgotten one."
        )


def has_own_door(member: MemberFacts) -> bool:
    """Say whether a member signs in with a password even where an organisation asks for its provider.

    So a provider that is broken, or says too much, locks nobody out who could put it right.
    """
    return member.is_staff


def roles_of(provider: ProviderFacts) -> tuple[str, ...]:
    """Return which roles the groups of a provider may give."""
    return ROLES_OF_SITE if provider.organisation_id is None else ROLES_OF_ORGANISATION


def counts_as_two_steps(provider: ProviderFacts, *, says_so: bool) -> bool:
    """Say whether who signed in at a provider has done both steps there, as its administrators here believe it."""
    return provider.two_steps == "always" or (provider.two_steps == "said" and says_so)


def counts_less(before: str, after: str) -> bool:
    """Say whether fewer sign-ins at a provider count as two steps than before."""
    return _COUNTS.index(after) < _COUNTS.index(before)


def check_leaves_a_way_in(*, other_links: int, has_password: bool, has_mailbox: bool, is_compulsory: bool) -> None:
    """Raise Conflict when somebody would take away their last way in.

    A mailbox is a way, by the letter for a forgotten password; neither counts where only a provider opens the door.
    """
    if other_links or ((has_password or has_mailbox) and not is_compulsory):
        return
    raise Conflict("This is your only way in. Link another sign-in first.")
