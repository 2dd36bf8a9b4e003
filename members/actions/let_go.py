"""Let those go whose time has come: first the person is gone, then their traces, step by step."""

import secrets

from base import journal
from base.clock import now
from base.db import execute, rows, transaction
from base.log import logger
from members.leaving import FORMER, STEPS, Leaver, handle_key, sealed, unsealed
from members.masks import owner_key
from members.models import Departure, Member, RetiredHandle
from members.queries.leaving import due_departures, unfinished
from members.queries.main_organisation import MAIN_ORGANISATION

# What of a row of members says who it was; the row itself stays, for what was written belongs to it.
_BLANK = {
    "name": FORMER, "email": None, "email_confirmed_at": None, "password_hash": "", "password_changed_at": None,
    "state": "gone", "title": "", "bio": "", "languages": "", "locale": "en", "timezone": "UTC", "trust": 0,
    "mail_notices": False, "last_seen_at": None, "two_steps_asked_at": None, "trust_held": None,
    "accepts_letters": False, "bio_for": "members", "languages_for": "members", "platforms_for": "members",
    "topics_for": "members",
}  # fmt: skip


# All by which they came in, and what they might do there.
_DOORS = (
    "sessions", "tokens", "two_factors", "recovery_codes", "second_steps", "passkeys", "known_devices",
    "identity_links", "role_grants",
)  # fmt: skip


async def let_go() -> int:
    """Begin the departures that are due, and go on with those that were broken off; return how many. A chore."""
    done = 0
    for departure_id in await due_departures():
        try:
            done += await go(departure_id)
        except Exception:  # one that cannot be finished now must not keep the others here
            logger("leaving").exception("somebody could not be let go, going on", departure=departure_id)
    return done


async def go(departure_id: int) -> bool:
    """Do one departure, from where it was broken off; say whether there was one."""
    leaver = await _begin(departure_id)
    if leaver is None:
        return False
    for step in STEPS:
        await step(leaver)
    await Departure.filter(id=departure_id, state="working").update(state="swept")
    return True


async def _begin(departure_id: int) -> Leaver | None:
    """Make the member somebody without a name, in one transaction; return whom to look for from now on."""
    async with transaction():
        # The member first, as signing in does: whoever comes back at this moment waits here, or is waited for.
        await Member.filter(departures__id=departure_id).select_for_update().first()
        departure = await Departure.filter(id=departure_id).select_for_update().first()
        if departure is None or departure.state not in ("waiting", "working"):
            return None
        if departure.state == "working":
            return unsealed(departure.was)
        member_id: int = departure.member_id  # type: ignore[attr-defined]
        leaver = await _leaver(member_id, departure.kind)
        await Departure.filter(id=departure_id).update(state="working", was=sealed(leaver))
        await RetiredHandle.get_or_create(hash=handle_key(leaver.handle))
        await Member.filter(id=member_id).update(handle=leaver.now_handle, **_BLANK)
        for table in _DOORS:
            await execute(f"DELETE FROM {table} WHERE member_id = ?", member_id)  # noqa: S608 - our own names
        await journal.record("member.erased", actor_id=None, subject_id=member_id, data={"kind": departure.kind})
    return leaver


async def _leaver(member_id: int, kind: str) -> Leaver:
    found = await rows(
        "SELECT m.handle, m.name, m.email, o.name AS organisation, (SELECT c.value FROM consents c "  # noqa: S608
        "WHERE c.member_id = m.id AND c.what = 'credit' ORDER BY c.id DESC LIMIT 1) AS credit "
        f"FROM members m {MAIN_ORGANISATION} WHERE m.id = ?",
        member_id,
    )
    row = found[0]
    # An address that somebody else signs in with is theirs, whatever a provider said.
    linked = await rows(
        "SELECT DISTINCT l.email FROM identity_links l WHERE l.member_id = ? AND l.email <> '' AND NOT EXISTS "
        "(SELECT 1 FROM members x WHERE LOWER(x.email) = LOWER(l.email)) ORDER BY l.email",
        member_id,
    )
    masks = await rows("SELECT member_id FROM masks WHERE owner = ? ORDER BY member_id", owner_key(member_id))
    now_handle = f"former-{member_id}"
    if await Member.filter(handle=now_handle).exclude(id=member_id).exists():
        now_handle = f"former-{member_id}-{secrets.token_hex(4)}"
    return Leaver(
        member_id=member_id, kind=kind, handle=row["handle"], now_handle=now_handle, name=row["name"],
        email=row["email"] or "", others=tuple(one["email"] for one in linked),
        masks=tuple(one["member_id"] for one in masks),
        attribution={"name": row["name"], "organisation": row["organisation"] or ""}.get(row["credit"] or "no", ""),
    )  # fmt: skip


async def swept() -> list[Leaver]:
    """Return who is to be looked for once more before their departures end, in `end`."""
    return [unsealed(one.was) for one in await unfinished(("swept",))]


async def end(leavers: list[Leaver]) -> int:
    """Forget whom to look for: search was rebuilt since, and nothing of them is anywhere."""
    ids = [one.member_id for one in leavers]
    return await Departure.filter(member_id__in=ids, state="swept").update(state="done", was="", done_at=now())
