"""The codes of signing in with two steps: those of an app (TOTP, RFC 6238), and recovery codes."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from hmac import compare_digest
from typing import Final
from unicodedata import digit, normalize

import pyotp

from base.sealing import seal, unseal
from base.signing import blurred

SECONDS: Final = 30
AROUND: Final = (-1, 0, 1)
"""So many half minutes a clock may be off."""
NUMBER: Final = 10
"""So many recovery codes there are at first."""
_PURPOSE: Final = "two-steps"
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another
_LENGTH: Final = 12
_BORDER: Final = 4


def new_key() -> str:
    """Return a fresh secret, in base 32 as apps take it."""
    return pyotp.random_base32()


def sealed(key: str) -> str:
    """Return a secret as it is kept."""
    return seal(_PURPOSE, key)


def unsealed(kept: str) -> str:
    """Return a kept secret; raises Unreadable when the site's own is another one than it was."""
    return unseal(_PURPOSE, kept)


def in_groups(text: str, size: int = 4, between: str = " ") -> str:
    """Return it in groups, as it is read and typed."""
    return between.join(text[at : at + size] for at in range(0, len(text), size))


def bare(typed: str) -> str:
    """Return a code without what people put into it: spaces, hyphens, capitals, digits of another script."""
    letters = [letter for letter in normalize("NFKC", typed).casefold() if letter.isalnum()]
    return "".join(str(digit(letter)) if letter.isdecimal() else letter for letter in letters)


def step_at(moment: datetime) -> int:
    """Return which half minute it is."""
    return int(moment.timestamp()) // SECONDS


def code_at(key: str, step: int) -> str:
    """Return the code of a half minute."""
    return pyotp.TOTP(key).generate_otp(step)


def step_of(key: str, code: str, moment: datetime) -> int | None:
    """Return the half minute, around this one, whose code it is."""
    now = step_at(moment)
    found = [now + off for off in AROUND if compare_digest(code_at(key, now + off).encode(), code.encode())]
    return found[-1] if found else None


def app_address(key: str, account: str, site: str) -> str:
    """Return the address that a QR code holds, which apps open."""
    return pyotp.TOTP(key).provisioning_uri(name=account, issuer_name=site)


def new_codes() -> list[str]:
    """Return fresh recovery codes, as they are shown."""
    return [in_groups("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)), between="-") for _ in range(NUMBER)]


def hashed(member_id: int, code: str) -> str:
    """Return what is kept of a recovery code: keyed with the site's secret, for they are short enough to be tried."""
    return blurred("recovery", f"{member_id}:{bare(code)}")


def picture(address: str) -> tuple[int, str]:
    """Return a QR code as the number of its squares along a side, and the path that fills the dark ones."""
    import segno  # few pages need it

    code = segno.make(address, error="m", micro=False)
    lines = [f"M{start} {row}h{length}v1h-{length}z" for row, dark in _rows(code) for start, length in _runs(dark)]
    return int(code.symbol_size(border=_BORDER)[0]), "".join(lines)


def _rows(code: "object") -> Iterable[tuple[int, list[bool]]]:
    found = code.matrix_iter(border=_BORDER)  # type: ignore[attr-defined]
    return ((number, [bool(square) for square in row]) for number, row in enumerate(found))


def _runs(dark: list[bool]) -> Iterable[tuple[int, int]]:
    start = None
    for at, is_dark in enumerate([*dark, False]):
        if is_dark and start is None:
            start = at
        elif not is_dark and start is not None:
            yield start, at - start
            start = None
