"""The site's secret, which signs and seals: a file in the data folder that nobody else may read."""

import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path


def secret_in(folder: Path) -> str:
    """Return the secret kept in a data folder; it is made on first use."""
    file = f"{folder}/secret.key"
    try:
        changed = os.stat(file).st_mtime_ns
    except FileNotFoundError:
        _make(folder, Path(file))
        changed = os.stat(file).st_mtime_ns
    return _read(file, changed)


@lru_cache(maxsize=8)
def _read(file: str, changed: int) -> str:
    # Each page of a member asks for it several times; to make a `Path` of it each time would cost more than to look.
    return Path(file).read_text().strip()


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
