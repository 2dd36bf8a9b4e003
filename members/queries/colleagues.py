"""What would happen to each line of a list of colleagues, before anything is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from base.clock import now
from base.db import marks, rows
from members.colleagues import Colleague

OPEN: str = "revoked_at IS NULL AND used < most_uses AND expires_at > ?"
"""Which invitations are neither over nor accepted."""


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line: `fate` is send, outside (of the confirmed domains), member, invited, double or bad."""

    number: int
    email: str
    name: str
    title: str
    fate: str
    wrong: str = ""


@dataclass(frozen=True)
class CheckedList:
    """A list of colleagues, line by line; `has_domains` says whether any mail domain is the organisation's."""

    lines: tuple[CheckedLine, ...]
    has_domains: bool

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Return how many lines have each fate."""
        found = dict.fromkeys(("send", "outside", "member", "invited", "double", "bad"), 0)
        for line in self.lines:
            found[line.fate] += 1
        return found


@dataclass(frozen=True, slots=True)
class CheckedListPage:
    """What templates/members/invite_checked.html shows."""

    organisation: str
    slug: str
    checked: CheckedList


async def check_lines(organisation_id: int, lines: Sequence[Colleague]) -> CheckedList:
    """Say what would happen to each line, in three statements however many there are."""
    emails = sorted({line.email for line in lines if not line.wrong})
    domains = await _domains(organisation_id)
    members = await _members(organisation_id, emails)
    invited = await _invited(organisation_id, emails)
    seen: set[str] = set()
    checked = []
    for line in lines:
        fate = _fate(line, members, invited, seen, domains)
        if fate not in ("bad", "double"):
            seen.add(line.email)
        checked.append(CheckedLine(line.number, line.email, line.name, line.title, fate, line.wrong))
    return CheckedList(tuple(checked), bool(domains))


def _fate(
    line: Colleague, members: Iterable[str], invited: Iterable[str], seen: Iterable[str], domains: Iterable[str]
) -> str:
    if line.wrong:
        return "bad"
    if line.email in seen:
        return "double"
    if line.email in members:
        return "member"
    if line.email in invited:
        return "invited"
    return "send" if line.email.rpartition("@")[2] in domains else "outside"


async def _domains(organisation_id: int) -> set[str]:
    sql = "SELECT domain FROM organisation_domains WHERE organisation_id = ? AND verified_at IS NOT NULL"
    return {row["domain"] for row in await rows(sql, organisation_id)}


async def _members(organisation_id: int, emails: Sequence[str]) -> set[str]:
    """Return which of the addresses are those of people who belong there; of others nothing is told."""
    found = await rows(
        "SELECT m.email FROM members m JOIN memberships ms ON ms.member_id = m.id AND ms.state = 'active' "  # noqa: S608
        f"WHERE ms.organisation_id = ? AND m.email IN ({marks(emails)})",
        organisation_id, *emails,
    )  # fmt: skip
    return {row["email"] for row in found}


async def _invited(organisation_id: int, emails: Sequence[str]) -> set[str]:
    found = await rows(
        f"SELECT email FROM invitations WHERE organisation_id = ? AND {OPEN} AND email IN ({marks(emails)})",  # noqa: S608
        organisation_id, now(), *emails,
    )  # fmt: skip
    return {row["email"] for row in found}
