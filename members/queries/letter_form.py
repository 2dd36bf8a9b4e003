"""To whom a letter goes, and what the form for it shows."""

from dataclasses import dataclass

from base.db import rows
from base.errors import Missing
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.person import ACCEPTS
from members.queries.vendors import VENDOR_OF
from members.rules import MemberFacts, check_may_write_to, visible_members
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member that somebody wants to write to; never with an address."""

    handle: str
    name: str
    organisation: str
    facts: MemberFacts
    accepts: bool


@dataclass(frozen=True, slots=True)
class Writer:
    """A member who writes to another one, with the address that they may choose to show."""

    name: str
    handle: str
    organisation: str
    is_vendor: bool
    email: str


@dataclass(frozen=True, slots=True)
class LetterForm:
    """What templates/members/letter.html shows; `once` is the one-time key of the form."""

    to: Recipient
    once: str


async def recipient(viewer: Viewer, handle: str) -> Recipient:
    """Return whose page this is, or raise Missing."""
    visible = visible_members(viewer)
    found = await rows(
        f"SELECT m.id, m.handle, m.name, m.state, {ACCEPTS} AS accepts, o.name AS organisation "  # noqa: S608
        f"FROM members m {MAIN_ORGANISATION} WHERE m.handle = ? AND ({visible.sql})",
        handle, *visible.values,
    )  # fmt: skip
    if not found:
        raise Missing("There is nobody with this name here.")
    row = found[0]
    facts = MemberFacts(id=row["id"], state=row["state"])
    return Recipient(row["handle"], row["name"], row["organisation"] or "", facts, bool(row["accepts"]))


async def letter_form(viewer: Viewer, handle: str, once: str) -> LetterForm:
    """Return the form for a letter, for who may write it."""
    to = await recipient(viewer, handle)
    check_may_write_to(viewer, to.facts, accepts=to.accepts)
    return LetterForm(to, once)


async def writer(viewer: Viewer) -> Writer:
    """Return the viewer as who writes a letter."""
    found = await rows(
        f"SELECT m.name, m.handle, m.email, o.name AS organisation, {VENDOR_OF.format(member='m.id')} AS vendor "  # noqa: S608
        f"FROM members m {MAIN_ORGANISATION} "
        "WHERE m.id = ?",
        viewer.member_id,
    )
    row = found[0]
    place, is_vendor = row["vendor"] or row["organisation"] or "", bool(row["vendor"])
    return Writer(row["name"], row["handle"], place, is_vendor, row["email"] or "")
