"""Between the two steps of signing in: this browser gave the right password, and has yet to give a code."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from base.clock import now
from base.errors import Invalid
from base.signing import sign, unsign
from members.models import Member, SecondStep
from members.queries.passkeys import ways_of
from members.queries.two_steps import takes_two
from members.queries.viewer import viewer_of_member
from members.secrets import hash_secret, new_secret

SECONDS: Final = 600
OVER: Final = "Too much time has passed, or another sign-in came between. Please sign in again."


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has given the right password: `state` goes through the form, `browser` into a cookie; it takes both."""

    state: str
    browser: str


async def must_wait(member: Member) -> bool:
    """Say whether the password of a member has to be followed by something else."""
    ways = await ways_of(member.id)
    if ways.app or not ways.passkeys:
        return ways.app
    # Asked as soon as it is the rule, or the role is given, not when a chore has noted it.
    who = await viewer_of_member(member.id)
    return who is not None and takes_two(who)


async def wait_for_code(member_id: int, *, provider_id: int | None = None) -> Waiting:
    """Note that this browser gave the right password, or came from a provider; it is no sign-in.

    Inside the caller's transaction.
    """
    at, browser = now(), new_secret()
    await SecondStep.filter(created_at__lt=at - timedelta(seconds=SECONDS)).delete()
    made = await SecondStep.create(
        member_id=member_id, hash=hash_secret(browser), created_at=at, provider_id=provider_id
    )  # fmt: skip
    return Waiting(sign("second-step", [made.id, made.hash]), browser)


async def check_waiting(state: str, browser: str) -> SecondStep:
    """Return the sign-in that waits for a code in this browser; raise Invalid when there is none."""
    try:
        step_id, known = unsign("second-step", state, seconds=SECONDS)
    except Invalid:
        raise Invalid({"state": OVER}) from None
    if not hmac.compare_digest(str(known), hash_secret(browser)):
        raise Invalid({"state": OVER})
    at = now() - timedelta(seconds=SECONDS)
    found = await SecondStep.get_or_none(id=step_id, hash=known, created_at__gt=at).select_related("member")
    changed = found.member.password_changed_at if found else None
    if found is None or (changed is not None and changed > found.created_at):
        raise Invalid({"state": OVER})
    return found
