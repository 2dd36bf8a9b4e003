"""Files under their hash: the same bytes lie there once, whole or not at all."""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from base import settings
from base.files import sync_folder

_HASH_LENGTH: Final = 64
VERSIONS: Final = ("thumb", "display")
HOLD_SECONDS: Final = 900.0
_HELD: Final = ".held-"


def folder() -> Path:
    """Return the folder of uploaded files."""
    return settings.get().data_dir / "uploads"


def path_of(sha256: str, version: str = "") -> Path:
    """Return where the file with this hash lies, or a smaller version of it."""
    return folder() / sha256[:2] / (sha256[2:] + (f".{version}" if version else ""))


def keep(data: bytes, versions: Mapping[str, bytes]) -> str:
    """Keep a file with its smaller versions, and return its hash. Slow: for a worker thread."""
    sha256 = hashlib.sha256(data).hexdigest()
    # The file comes last: where it is, everything beside it is.
    for name, version in versions.items():
        _write(path_of(sha256, name), version)
    _write(path_of(sha256), data)
    return sha256


def is_sound(sha256: str) -> bool:
    """Say whether the file is there and still what it was. Slow: for a worker thread."""
    digest = hashlib.sha256()
    try:
        with path_of(sha256).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def kept_longer_than(seconds: float) -> Iterator[str]:
    """Return the hashes of the files that nobody sent for so long. Slow: for a worker thread."""
    for path in folder().glob("[0-9a-f][0-9a-f]/*"):
        name = path.parent.name + path.name
        with suppress(FileNotFoundError):  # another server may be doing the same
            if time.time() - path.stat().st_mtime <= seconds:
                continue
            if path.name.startswith(".") or (path.suffix and not path.with_suffix("").exists()):
                path.unlink()  # half written when its process was killed
            elif len(name) == _HASH_LENGTH:
                yield name


class Hold:
    """Keeps every file from being thrown away while a backup is made: rows that were read may name files that go."""

    def __init__(self) -> None:
        self._file: Final = folder() / f"{_HELD}{os.getpid()}-{os.urandom(6).hex()}"

    def __enter__(self) -> Self:
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        self.renew()
        return self

    def __exit__(self, *error: object) -> None:
        self._file.unlink(missing_ok=True)

    def renew(self) -> None:
        """Say that the backup is still being made: a hold that nobody renews ends by itself."""
        self._file.touch(mode=0o600)


def is_held() -> bool:
    """Say whether a backup is being made, here or by another server with the same folder."""
    held = False
    for path in folder().glob(f"{_HELD}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime < HOLD_SECONDS:
                held = True
            else:
                path.unlink()  # its process was killed
    return held


def throw_away(sha256: str, *, unless_newer_than: float) -> bool:
    """Delete a file and its versions, unless somebody sent it again meanwhile. Slow: for a worker thread.

    Nothing is deleted while a backup is made. To be called after it was seen that no row names the file.
    """
    if is_held():
        return False
    path = path_of(sha256)
    try:
        if time.time() - path.stat().st_mtime <= unless_newer_than:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    for name in VERSIONS:
        path_of(sha256, name).unlink(missing_ok=True)
    return True


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        os.utime(path)  # sent again: it is no leftover
        return
    partial = path.with_name(f".{os.getpid()}-{os.urandom(6).hex()}")
    try:
        with partial.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)
