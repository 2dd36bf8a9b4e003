"""Secrets kept in the database, encrypted with the site's own: a copy of the tables does not give them away."""

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

from base import settings

if TYPE_CHECKING:  # 13 MB that few sites need
    from cryptography.fernet import Fernet


class Unreadable(Exception):
    """What was sealed with another secret than the site has now."""


def seal(purpose: str, text: str) -> str:
    """Return the text encrypted, only to be read for this purpose."""
    return _cipher(purpose, settings.secret()).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return the text that was sealed; raises Unreadable when the site's secret is another one."""
    from cryptography.fernet import InvalidToken

    try:
        return _cipher(purpose, settings.secret()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


@lru_cache(maxsize=8)
def _cipher(purpose: str, secret: str) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(urlsafe_b64encode(hashlib.sha256(f"commonplace.{purpose}:{secret}".encode()).digest()))
