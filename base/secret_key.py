"""The site's secret, which signs and seals: a file in the data folder that nobody else may read."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret_in(folder: Path) -> str:
    """Return the secret kept in a data folder; it is made on first use."""
    file = folder / "secret.key"
    if not file.exists():
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
    return file.read_text().strip()
