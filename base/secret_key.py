"""The site's secret, which signs and seals: a file in the data folder that nobody else may read."""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

_MOST: Final = 8
_SECONDS: Final = 1.0
"""So long is a file not looked at again: each page of a member needs the secret several times."""
_known: Final[dict[Path, tuple[float, str]]] = {}


def secret_in(folder: Path) -> str:
    """Return the secret kept in a data folder; it is made on first use."""
    until, secret = _known.get(folder, (0.0, ""))
    if until < time.monotonic():
        file = folder / "secret.key"
        if not file.exists():
            _make(folder, file)
        secret = file.read_text().strip()
        if len(_known) > _MOST:
            _known.clear()
        _known[folder] = time.monotonic() + _SECONDS, secret
    return secret


def _make(folder: Path, file: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".secret.{os.getpid()}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_urlsafe(48))
    try:
        with suppress(FileExistsError):  # another process was first; its secret is the one
            os.link(fresh, file)
    finally:
        fresh.unlink()
