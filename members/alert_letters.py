"""Letters that tell a member what was done to their account: each says when, on which device, and what to do."""

from collections.abc import Sequence
from typing import Any

from base.mail import Letter, letter_from
from members.models import Member
from members.queries.where import Where


def _letter(template: str, member: Member, key: str, **data: Any) -> Letter:
    data["name"] = member.name
    return letter_from(template, data, key=key, to=str(member.email), locale=member.locale)


def changed_letter(
    member: Member, at: Where, *, key: str, by_letter: bool, passkeys: Sequence[str], tokens: int
) -> Letter:
    """Tell that the password was changed, and what else opens the account; `tokens` are those that ended, or are left.

    They end when the password was chosen by a letter, and stay when it was known.
    """
    return _letter("changed", member, key, where=at, by_letter=by_letter, passkeys=passkeys, tokens=tokens)


def two_steps_letter(member: Member, at: Where, what: str, left: int, *, key: str, passkeys: int = 0) -> Letter:
    """Tell what was done about signing in with two steps; `left` is how many recovery codes there are still."""
    return _letter("two_steps", member, key, where=at, what=what, left=left, passkeys=passkeys)


def device_letter(member: Member, at: Where, *, key: str) -> Letter:
    """Tell that somebody signed in where the member never did before."""
    return _letter("device", member, key, where=at)


def passkey_letter(member: Member, at: Where, what: str, passkey: str, *, key: str) -> Letter:
    """Tell that a passkey was added, removed, or refused because there may be a copy of it."""
    return _letter("passkey", member, key, where=at, what=what, passkey=passkey)


def token_letter(member: Member, at: Where, token: str, *, key: str) -> Letter:
    """Tell that a personal token was made."""
    return _letter("token", member, key, where=at, token=token)
