"""Ask a browser for what a passkey answers.

The challenge goes out signed, with what it is for and whose browser or sign-in it belongs to, so that asking writes
nothing: anybody may ask. What was answered is written down when it is taken (members/actions/take_passkey.py).
"""

import secrets
from dataclasses import dataclass
from typing import Any

from base.errors import Conflict
from base.signing import sign
from members import passkeys
from members.actions.wait_for_code import check_waiting
from members.models import SecondStep
from members.passkeys import as_text
from members.queries.passkeys import known_passkeys
from members.secrets import hash_secret
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is to be asked, and the signed challenge that comes back with the answer."""

    options: dict[str, Any]
    challenge: str


def of_browser(browser: str) -> str:
    """Return whom a challenge of signing in belongs to: the browser with this secret in its cookie."""
    return hash_secret(browser)


def of_waiting(waiting: SecondStep) -> str:
    """Return whom a challenge of the second step belongs to: the browser that gave the password."""
    return f"{waiting.id}:{waiting.hash}"


def of_session(viewer: Viewer) -> str:
    """Return whom a challenge of somebody signed in belongs to: this sign-in."""
    return f"{viewer.member_id}:{viewer.session_id or 0}"


def new_challenge(purpose: str, owner: str, more: str = "") -> tuple[str, str]:
    """Return a fresh challenge, and the same signed for one purpose and one owner, with something more."""
    challenge = as_text(secrets.token_bytes(32))
    return challenge, sign(f"passkey-{purpose}", [challenge, owner, more])


async def ask_to_enter(browser: str) -> Asked:
    """Ask for any passkey of this site: who it belongs to comes with the answer."""
    challenge, signed = new_challenge("enter", of_browser(browser))
    return Asked(passkeys.to_use(challenge), signed)


async def ask_second_step(state: str, browser: str) -> Asked:
    """Ask for a passkey of who gave the right password in this browser."""
    waiting = await check_waiting(state, browser)
    challenge, signed = new_challenge("second-step", of_waiting(waiting))
    return Asked(passkeys.to_use(challenge, await known_passkeys(waiting.member.id)), signed)


async def ask_to_confirm(viewer: Viewer) -> Asked:
    """Ask for a passkey of who is signed in."""
    known = await known_passkeys(viewer.member_id)
    if viewer.session_id is None or not known:
        raise Conflict("You have no passkeys, or are not signed in on the site.")
    challenge, signed = new_challenge("confirm", of_session(viewer))
    return Asked(passkeys.to_use(challenge, known), signed)
