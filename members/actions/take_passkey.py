"""Take what a passkey answers: each challenge once, for what it was asked, from the browser that was asked."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, Field

from base import journal
from base.clock import now
from base.db import execute, transaction
from base.errors import Invalid
from base.inputs import Input
from base.signing import unsign
from members.actions.sign_in import at_the_door, count_failure
from members.actions.spend_once import spend_once
from members.models import Member, Passkey
from members.passkeys import LONGEST_ANSWER, SECONDS, NotProven, check_use, named_in
from members.rules import check_may_enter
from members.secrets import hash_secret
from members.viewer import Viewer

Result = TypeVar("Result")

OVER: Final = "That took too long, or the page is an old one. Please try again."
WRONG: Final = "This passkey does not open an account here. Was it removed, or is it of another site?"
COPIED: Final = (
    "This passkey counts its uses, and has counted less than before: there may be a copy of it. It was not accepted. "
    "Please use another way to sign in, and replace this passkey."
)


def _as_text(value: object) -> object:
    """Take an object of JSON as well as its text: programs send the one, forms the other."""
    return json.dumps(value) if isinstance(value, dict) else value


AnswerText = Annotated[str, BeforeValidator(_as_text), Field(max_length=LONGEST_ANSWER)]
"""What a browser answered, as JSON."""
Challenge = Annotated[str, Field(max_length=1_000)]
"""The signed challenge that it answered."""


class PasskeyAnswer(Input):
    """What a passkey answered, as the browser gives it, and the challenge that came with the question."""

    passkey: AnswerText = ""
    challenge: Challenge = ""


def opened(given: PasskeyAnswer, purpose: str, owner: str) -> tuple[str, str]:
    """Return the challenge, and what was signed with it; raises Invalid unless it was asked for this, and of them."""
    try:
        challenge, asked, more = unsign(f"passkey-{purpose}", given.challenge, seconds=SECONDS)
    except Invalid:
        raise Invalid({"passkey": OVER}) from None
    if not compare_digest(str(asked), owner):
        raise Invalid({"passkey": OVER})
    return str(challenge), str(more)


def in_bytes(challenge: str) -> bytes:
    """Return a challenge as the passkey signs it."""
    return urlsafe_b64decode(challenge + "=")


async def spend(challenge: str) -> None:
    """Use a challenge up, inside the caller's transaction; raises Invalid when it was answered before."""
    if not await spend_once("spent_challenges", challenge):
        raise Invalid({"passkey": OVER})


async def with_passkey(
    viewer: Viewer,
    given: PasskeyAnswer,
    asked: tuple[str, str],
    then: Callable[[int], Awaitable[Result]],
    *,
    of: int | None = None,
) -> Result:
    """Take an answer, and do `then` for the passkey's owner in the same transaction; raises Invalid when it is wrong.

    `asked` is for what and of whom it was asked, `of` the member whose passkey it must be, if that is known.
    """
    challenge, _ = opened(given, *asked)
    found, counter = await _proven(viewer, given, challenge, of)
    async with transaction():
        # Held, so that the passkey is not taken away, nor the account closed, while it opens.
        member = await Member.filter(id=found.member.id).select_for_update().get()
        check_may_enter(member.state)
        await spend(challenge)
        if not await Passkey.filter(id=found.id).exists():
            raise Invalid({"passkey": WRONG})
        if await _counted(found.id, counter):
            return await then(member.id)
        # The challenge stays spent, and its owner is told.
        data = {"name": found.name}
        await journal.record("passkey.refused", actor_id=None, subject_id=member.id, data=data)
    raise Invalid({"passkey": COPIED})


async def _proven(viewer: Viewer, given: PasskeyAnswer, challenge: str, of: int | None) -> tuple[Any, int]:
    """Return the passkey that answered, and its counter; raises the same Invalid for whatever is wrong."""
    try:
        named, owner = named_in(given.passkey)
    except NotProven:
        named, owner = "", ""
    async with at_the_door(viewer, f"passkey:{hash_secret(named)}"):
        found = await Passkey.get_or_none(credential=named).select_related("member") if named else None
        if found is not None and _is_of(found, owner, of):
            try:
                return found, check_use(given.passkey, in_bytes(challenge), found.public_key)
            except NotProven:
                pass  # it is in the log, and counted below like all that is wrong
        await count_failure(viewer, f"passkey:{hash_secret(named)}")
    raise Invalid({"passkey": WRONG})


def _is_of(found: Passkey, owner: str, of: int | None) -> bool:
    """Say whether it belongs to the member it must be of; where nobody has said who they are, the answer must do so."""
    if of is not None and found.member.id != of:
        return False
    return compare_digest(found.handle, owner) if owner or of is None else True


async def _counted(passkey_id: int, counter: int) -> bool:
    """Write the counter, which must have grown unless the passkey has none; asked and written in one statement."""
    sql = "UPDATE passkeys SET counter = ?, used_at = ? WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))"
    return await execute(sql, counter, now(), passkey_id, counter, counter) == 1
