"""Random secrets (session cookies, personal tokens): only their hashes are stored."""

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """Return a fresh secret with 256 bits of chance in it."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret; a plain hash suffices for something that cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
