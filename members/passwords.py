"""Passwords: hashed with argon2 in threads of their own, and refused when anybody would guess them."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from base.errors import TooMany
from members.common_passwords import COMMON, ROWS

T = TypeVar("T")

SHORTEST: Final = 10
SHORTEST_OF_ADMINS: Final = 15
LONGEST: Final = 200
DISTINCT: Final = 6

_hasher: Final = PasswordHasher()
# Each hash takes 64 MiB and a core: a few at a time, however many people sign in at once.
_threads: Final = ThreadPoolExecutor(2, thread_name_prefix="password")
MOST_WAITING: Final = 100
"""So many hashes may be waited for, some seconds' work; whoever comes beyond is told to come again."""
_waiting: Final = [0]
_LEET: Final = str.maketrans("0134578@$!|€", "oieastbasile")


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def _verify(stored: str, password: str) -> bool:
    nobody = _nobodys_hash()  # before the branch: its first use costs the same for everybody
    try:
        return _hasher.verify(stored or nobody, _bytes(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


async def _in_turn(work: Callable[..., T], *given: object) -> T:
    """Do it in one of the threads, unless too many wait for that already."""
    if _waiting[0] >= MOST_WAITING:
        raise TooMany("Very many people are signing in just now. Please try again in a few seconds.", 5)
    _waiting[0] += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work, *given)
    finally:
        _waiting[0] -= 1


async def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return await _in_turn(_hasher.hash, _bytes(password))


async def is_password(stored: str, password: str) -> bool:
    """Say whether the password is the one stored; takes as long when nothing is stored."""
    return await _in_turn(_verify, stored, password)


def is_outdated(stored: str) -> bool:
    """Say whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def check_password(password: str, *, about: tuple[str, ...] = (), shortest: int = SHORTEST) -> str:
    """Return the password, or raise ValueError with a sentence; `about` is what a guesser knows of the person."""
    if len(password) < shortest:
        raise ValueError(f"A password needs at least {shortest} characters.")
    if len(password) > LONGEST:
        raise ValueError(f"A password may have at most {LONGEST} characters.")
    if len(set(password)) < DISTINCT:
        raise ValueError(f"A password needs at least {DISTINCT} different characters.")
    plain = password.lower()
    if _is_common(plain) or _is_walk(plain):
        raise ValueError("This password is among the first that are guessed. Try a few unrelated words together.")
    if _is_personal(plain, about):
        raise ValueError("This password is too close to your name or address. Try a few unrelated words together.")
    return password


def _is_common(plain: str) -> bool:
    """Say whether it is one or two well-known words with digits and signs around them."""
    core = plain.strip("0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")
    for word in (core, core.translate(_LEET)):
        bare = "".join(letter for letter in word if letter.isalnum())
        if not bare or bare in COMMON:
            return True
        if any(bare[:at] in COMMON and bare[at:] in COMMON for at in range(1, len(bare))):
            return True
    return False


def _is_walk(plain: str) -> bool:
    """Say whether little remains once walks along a keyboard or the alphabet are taken out."""
    left, at = 0, 0
    while at < len(plain):
        step = _walk_at(plain, at)
        left += 0 if step else 1
        at += step or 1
    return left < 4


def _walk_at(plain: str, at: int) -> int:
    """Return how many characters from `at` on are a walk of at least four, else 0."""
    best = 0
    for row in ROWS:
        for way in (row, row[::-1]):
            length = 4
            while at + length <= len(plain) and plain[at : at + length] in way:
                best = max(best, length)
                length += 1
    return best


def _is_personal(plain: str, about: tuple[str, ...]) -> bool:
    words = {word for text in about for word in _words(text) if len(word) > 2}
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < 6 and left != plain


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
