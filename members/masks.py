"""Who is behind a mask: sealed with the site's secret, so that neither the tables nor a copy of them say it."""

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet

from base import settings
from base.signing import blurred


def owner_key(member_id: int) -> str:
    """Return the keyed hash under which a member's masks are found."""
    return blurred("mask-owner", str(member_id))


def seal(member_id: int) -> str:
    """Return who is behind a mask, encrypted."""
    return _cipher(settings.secret()).encrypt(str(member_id).encode()).decode()


def unseal(sealed: str) -> int:
    """Return the member behind a mask; raises cryptography.fernet.InvalidToken when the secret is another one."""
    return int(_cipher(settings.secret()).decrypt(sealed.encode()))


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(f"commonplace.masks:{secret}".encode()).digest()))
