"""By whom somebody is let in, as tables: what a provider is believed, and whose account it may open."""

from typing import Final

import pytest

from base.errors import Conflict, Refused, refusal
from members import rules
from members.rules import MemberFacts, ProviderFacts

SITE: Final = ProviderFacts(id=1, name="Site ID", trusts_addresses=True)
DOUBTED: Final = ProviderFacts(id=1, name="Site ID")
OWN: Final = ProviderFacts(id=2, name="Own ID", organisation_id=5, domains=("own.example", "own.test"))
CLOSED: Final = ProviderFacts(id=2, name="Own ID", organisation_id=5)


@pytest.mark.parametrize(
    ("provider", "email", "is_verified", "may"),
    [
        (SITE, "a@any.example", True, True),
        (SITE, "a@any.example", False, False),
        (SITE, "", True, False),
        (DOUBTED, "a@any.example", True, False),
        (OWN, "a@own.example", True, True),
        (OWN, "a@own.test", True, True),
        (OWN, "a@own.example", False, False),
        (OWN, "a@any.example", True, False),
        (OWN, "a@sub.own.example", True, False),
        (OWN, "own.example", True, False),
        (CLOSED, "a@own.example", True, False),
    ],
)
def test_what_a_provider_is_believed(provider: ProviderFacts, email: str, is_verified: bool, may: bool) -> None:
    sentence = refusal(lambda: rules.check_vouches(provider, email, is_verified=is_verified))
    assert (sentence == "") is may
    assert may or sentence.endswith(".")


@pytest.mark.parametrize(
    ("provider", "member", "may"),
    [
        (SITE, MemberFacts(id=1), True),
        (SITE, MemberFacts(id=1, is_staff=True, is_admin=True), True),
        (OWN, MemberFacts(id=1), True),
        (OWN, MemberFacts(id=1, is_staff=True), False),
        (OWN, MemberFacts(id=1, is_staff=True, is_admin=True), False),
    ],
)
def test_whose_account_a_provider_opens(provider: ProviderFacts, member: MemberFacts, may: bool) -> None:
    if may:
        rules.check_may_open(provider, member)
    else:
        with pytest.raises(Refused):
            rules.check_may_open(provider, member)
    assert rules.has_own_door(member) is member.is_staff


@pytest.mark.parametrize(
    ("provider", "email", "belongs", "may"),
    [
        (SITE, "a@any.example", False, True),
        (OWN, "a@any.example", True, True),
        (OWN, "a@own.example", False, True),
        (OWN, "a@any.example", False, False),
        (OWN, "a@sub.own.example", False, False),
        (CLOSED, "a@own.example", False, False),
    ],
)
def test_for_whom_it_speaks_who_was_linked_to_it(provider: ProviderFacts, email: str, belongs: bool, may: bool) -> None:
    assert rules.speaks_for(provider, email, belongs=belongs) is may
    assert (refusal(lambda: rules.check_speaks_for(provider, email, belongs=belongs)) == "") is may


def test_which_roles_groups_may_give() -> None:
    assert rules.roles_of(SITE) == ("editor", "moderator", "admin")
    assert rules.roles_of(OWN) == ("staff", "org_admin")


@pytest.mark.parametrize(
    ("setting", "says_so", "counts"),
    [("never", True, False), ("never", False, False), ("said", True, True), ("said", False, False),
     ("always", True, True), ("always", False, True)],
)  # fmt: skip
def test_when_it_counts_as_two_steps(setting: str, says_so: bool, counts: bool) -> None:
    assert rules.counts_as_two_steps(ProviderFacts(id=1, two_steps=setting), says_so=says_so) is counts


@pytest.mark.parametrize(
    ("links", "password", "mailbox", "compulsory", "may"),
    [
        (1, False, False, False, True),
        (1, False, False, True, True),
        (0, True, False, False, True),
        (0, False, True, False, True),
        (0, True, True, True, False),
        (0, False, False, False, False),
    ],
)
def test_the_last_way_in_stays(links: int, password: bool, mailbox: bool, compulsory: bool, may: bool) -> None:
    given = {"other_links": links, "has_password": password, "has_mailbox": mailbox, "is_compulsory": compulsory}
    if may:
        rules.check_leaves_a_way_in(**given)
    else:
        with pytest.raises(Conflict):
            rules.check_leaves_a_way_in(**given)
