"""The platform ledger of one organisation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from base.errors import Missing
from base.outward import is_gone
from members.models import Organisation
from members.queries.by_slug import by_slug
from members.queries.facts import facts_of_row
from members.rules import check_may_keep_uses, may_keep_uses, may_see_organisation
from members.uses import OVERDUE, PURPOSES, STATUSES, TEAM_SIZES
from members.viewer import Viewer

_LINE: Final = 60


@dataclass(frozen=True, slots=True)
class Account:
    """An official account: `words` is its address as one reads it; `gone` that it does not exist any more."""

    url: str
    words: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFacts:
    """What an organisation does with a platform; `overdue` says that nobody has confirmed it for a year."""

    platform: str
    platform_slug: str
    status: str
    since: str
    until: str
    purposes: tuple[str, ...]
    team_size_band: str
    tools: str
    note: str
    why_stopped: str
    checked_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow(UseFacts):
    """An entry of the ledger of one organisation."""

    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """What templates/members/organisation_platforms.html shows: a ledger to be kept.

    `offered` are the other platforms, `chosen` is the entry to be changed, none for a new one, and `gone` are accounts
    that do not exist any more.
    """

    slug: str
    name: str
    uses: tuple[UseRow, ...]
    offered: tuple[tuple[str, str], ...]
    gone: tuple[Account, ...]
    overdue: int
    chosen: UseRow | None = None
    statuses: tuple[str, ...] = STATUSES
    purposes: tuple[str, ...] = PURPOSES
    team_sizes: tuple[str, ...] = TEAM_SIZES


def is_overdue(status: str, checked_at: datetime) -> bool:
    """Say whether an entry should be looked at again; what was stopped stays so."""
    return status != "tried_stopped" and now() - checked_at > OVERDUE


async def uses_of(organisation_id: int) -> tuple[UseRow, ...]:
    """Return the ledger of an organisation in one statement: what is used, planned, stopped, each by name."""
    found: dict[int, Mapping[str, Any]] = {}
    accounts: dict[int, list[Account]] = {}
    for row in await rows(
        "SELECT u.*, p.name AS platform, p.slug AS platform_slug, a.url, a.status AS answered, "
        "a.checked_at AS asked_on, a.failing_since FROM platform_uses u JOIN platforms p ON p.id = u.platform_id "
        "LEFT JOIN platform_accounts a ON a.use_id = u.id WHERE u.organisation_id = ? "
        "ORDER BY LOWER(p.name), u.id, a.id",
        organisation_id,
    ):
        known = accounts.setdefault(row["id"], [])
        found[row["id"]] = row
        if row["url"]:
            dates = as_datetime(row["asked_on"]), as_datetime(row["failing_since"])
            known.append(Account(row["url"], readable(row["url"]), is_gone(row["answered"], *dates)))
    read = [UseRow(**read_facts(row), accounts=tuple(accounts[id_])) for id_, row in found.items()]
    return tuple(sorted(read, key=lambda use: STATUSES.index(use.status)))


async def ledger_of(viewer: Viewer, slug: str) -> tuple[UseRow, ...]:
    """Return the ledger of an organisation to who may see the organisation."""
    found = await by_slug(Organisation, slug)
    if found is None or not may_see_organisation(viewer, facts_of_row(found)):
        raise Missing("There is no such organisation, or you may not see it.")
    uses = await uses_of(found.id)
    if may_keep_uses(viewer, facts_of_row(found)):
        return uses
    # That an account is gone is told to those who can put it right.
    return tuple(replace(use, accounts=tuple(replace(one, gone=False) for one in use.accounts)) for use in uses)


def readable(url: str) -> str:
    """Return an address as one reads it: without what begins and ends each, and not longer than a line."""
    words = url.removeprefix("https://").removeprefix("www.").rstrip("/")
    return words if len(words) <= _LINE else f"{words[: _LINE - 1]}…"


def read_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields of UseFacts out of a row."""
    checked_at = as_datetime(row["checked_at"]) or now()
    names = ("platform", "platform_slug", "status", "since", "until", "team_size_band", "tools", "note", "why_stopped")
    return {name: row[name] for name in names} | {
        "purposes": tuple(word for word in row["purposes"].split(",") if word),
        "checked_at": checked_at,
        "overdue": is_overdue(row["status"], checked_at),
    }


async def ledger_page(viewer: Viewer, slug: str, chosen: str = "") -> tuple[int, LedgerPage]:
    """Return the number of an organisation and its ledger, for who may keep it; `chosen` is an entry to change."""
    found = await by_slug(Organisation, slug)
    if found is None:
        raise Missing("There is no such organisation, or you may not see it.")
    check_may_keep_uses(viewer, facts_of_row(found))
    uses = await uses_of(found.id)
    one = next((use for use in uses if use.platform_slug == chosen), None)
    if chosen and one is None:
        raise Missing("This platform does not stand in the ledger.")
    known = {use.platform_slug for use in uses}
    platforms = await rows("SELECT p.slug, p.name FROM platforms p ORDER BY LOWER(p.name), p.id")
    return found.id, LedgerPage(
        slug=found.slug,
        name=found.name,
        uses=uses,
        offered=tuple((row["slug"], row["name"]) for row in platforms if row["slug"] not in known),
        gone=tuple(
            account for use in uses if use.status != "tried_stopped" for account in use.accounts if account.gone
        ),
        overdue=sum(use.overdue for use in uses),
        chosen=one,
    )
