"""Keep the platform ledger of an organisation: add, change and remove entries, and confirm that they are right."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid, Missing
from base.inputs import Body, Input, Line
from base.outward import host_of
from members import rules
from members.models import Organisation, Platform, PlatformAccount, PlatformUse
from members.queries.by_slug import by_slug
from members.queries.facts import facts_of_organisation
from members.uses import MOST_ACCOUNTS, PURPOSES, Purpose, Status, TeamSize
from members.viewer import Viewer

_ADDRESS: Final = re.compile(r"https://[^\s<>\"'\\`{}|^\x00-\x1f]+")
_WHEN: Final = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")
_LONGEST: Final = 300


def _lines(value: object) -> object:
    """Read addresses one a line: commas may stand in them."""
    parts = value.splitlines() if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return value
    lines = [line for part in parts for line in (part.splitlines() if isinstance(part, str) else [part])]
    return [line for line in lines if not isinstance(line, str) or line.strip()]


def _addresses(lines: list[str]) -> list[str]:
    for line in lines:
        host = host_of(line)
        if not _ADDRESS.fullmatch(line) or "." not in host.strip(".") or "@" in line.split("/", 3)[2]:
            raise ValueError(f"“{line[:60]}” is not an address such as https://platform.example/your-hospital.")
        if len(line) > _LONGEST:
            raise ValueError(f"An address may have at most {_LONGEST} characters.")
    return list(dict.fromkeys(lines))


def _when(text: str) -> str:
    if text and not _WHEN.fullmatch(text):
        raise ValueError("Please give a year such as 2019, or a month such as 2019-04.")
    return text


def _purposes(given: list[Purpose]) -> list[Purpose]:
    return [one for one in PURPOSES if one in given]


Accounts = Annotated[list[Line], BeforeValidator(_lines), AfterValidator(_addresses)]
When = Annotated[Line, AfterValidator(_when)]


class Use(Input):
    """What an organisation does with a platform; `since` and `until` are a year or a month."""

    status: Status = Field(title="What you do")
    since: When = Field("", title="Since")
    until: When = Field("", title="Until")
    purposes: Annotated[list[Purpose], BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
                        AfterValidator(_purposes)] = Field([], title="What for")  # fmt: skip
    accounts: Accounts = Field([], max_length=MOST_ACCOUNTS, title="Official accounts")
    team_size_band: TeamSize = Field("", title="Team")
    tools: Line = Field("", max_length=200, title="Tools")
    note: Body = Field("", max_length=1000, title="Note")
    why_stopped: Body = Field("", max_length=1000, title="Why you stopped")


class NewUse(Use):
    """A new entry of the ledger; `platform` is the word in the address of its page."""

    platform: Line = Field(min_length=1, max_length=60, title="Platform")


async def add_use(viewer: Viewer, organisation_id: int, given: NewUse) -> int:
    """Write a platform into an organisation's ledger; return the number of the entry."""
    rules.check_may_keep_uses(viewer, await facts_of_organisation(organisation_id))
    platform = await by_slug(Platform, given.platform)
    if platform is None:
        raise Invalid({"platform": "Please choose a platform from the list."}, given.model_dump())
    columns = _columns(viewer, given)
    try:
        async with transaction():
            made = await PlatformUse.create(organisation_id=organisation_id, platform_id=platform.id, **columns)
            await _keep_accounts(made.id, given.accounts)
            await _record("added", viewer, organisation_id, platform.slug)
    except IntegrityError:
        known = "It stands in the ledger already. Please change it there."
        raise Invalid({"platform": known}, given.model_dump()) from None
    return int(made.id)


async def change_use(viewer: Viewer, organisation_id: int, platform: str, given: Use) -> None:
    """Keep what an organisation now does with a platform; whoever says so has looked at it, so it is confirmed."""
    rules.check_may_keep_uses(viewer, await facts_of_organisation(organisation_id))
    columns = _columns(viewer, given)
    async with transaction():
        use = await _entry(organisation_id, platform)
        await PlatformUse.filter(id=use.id).update(**columns)
        await _keep_accounts(use.id, given.accounts)
        await _record("changed", viewer, organisation_id, platform)


async def remove_use(viewer: Viewer, organisation_id: int, platform: str) -> None:
    """Take a platform out of an organisation's ledger: it was never so."""
    rules.check_may_keep_uses(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        use = await _entry(organisation_id, platform)
        await PlatformUse.filter(id=use.id).delete()
        await _record("removed", viewer, organisation_id, platform)


async def confirm_uses(viewer: Viewer, organisation_id: int) -> None:
    """Confirm that everything in an organisation's ledger is still right."""
    rules.check_may_keep_uses(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        # Who asks whether it is right (ask_keepers) waits here, and sees what was confirmed.
        await Organisation.filter(id=organisation_id).select_for_update().first()
        await PlatformUse.filter(organisation_id=organisation_id).update(**_checked(viewer))
        await _record("confirmed", viewer, organisation_id)


async def _entry(organisation_id: int, platform: str) -> PlatformUse:
    await Organisation.filter(id=organisation_id).select_for_update().first()
    found = await by_slug(Platform, platform)
    use = await PlatformUse.get_or_none(organisation_id=organisation_id, platform_id=found.id) if found else None
    if use is None:
        raise Missing("This platform does not stand in the ledger.")
    return use


def _checked(viewer: Viewer) -> dict[str, Any]:
    return {"checked_at": now(), "checked_by_id": viewer.id, "asked_at": None, "asks": 0}


def _columns(viewer: Viewer, given: Use) -> dict[str, Any]:
    _check_times(given)
    words = given.model_dump(include={"status", "since", "until", "team_size_band", "tools", "note", "why_stopped"})
    return words | {"purposes": ",".join(given.purposes)} | _checked(viewer)


def _check_times(given: Use) -> None:
    """Raise unless the entry makes sense: only what was stopped has an end, behind its beginning."""
    wrong: dict[str, str] = {}
    this_month = f"{now():%Y-%m}"
    if given.status != "tried_stopped":
        wrong |= {name: "Only what was stopped has this." for name in ("until", "why_stopped") if getattr(given, name)}
    if given.status != "planning" and given.since[:7] > this_month[: len(given.since)]:
        wrong["since"] = "This lies ahead. Please choose “planning”, or another time."
    if "until" not in wrong and given.until:
        both = min(len(given.since), len(given.until))
        if given.until > this_month[: len(given.until)]:
            wrong["until"] = "This lies ahead."
        elif given.until[:both] < given.since[:both]:
            wrong["until"] = "It cannot end before it began."
    if wrong:
        raise Invalid(wrong, given.model_dump())


async def _keep_accounts(use_id: int, accounts: list[str]) -> None:
    """Let these be the accounts; what is known of the others that stay is kept."""
    known = {account.url for account in await PlatformAccount.filter(use_id=use_id).only("url")}
    await PlatformAccount.filter(use_id=use_id, url__not_in=accounts or [""]).delete()
    fresh = [PlatformAccount(use_id=use_id, url=url) for url in accounts if url not in known]
    await PlatformAccount.bulk_create(fresh)


async def _record(verb: str, viewer: Viewer, organisation_id: int, platform: str = "") -> None:
    """Write down what was done; the subject of each such entry is the organisation whose ledger it is."""
    data = {"platform": platform} if platform else {}
    await journal.record(f"platform_use.{verb}", actor_id=viewer.id, subject_id=organisation_id, data=data)
