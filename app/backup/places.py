"""Where backups lie, what they are called, and how one comes to be there whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from base.errors import Conflict, Invalid, Refused
from base.files import sync_folder
from base.settings import Settings

FOLDER: Final = "backups"
BY_HAND: Final = "commonplace"
SCHEDULED: Final = "scheduled"
BEFORE_UPGRADE: Final = "before-upgrade"
UNSOUND: Final = "unsound"
PASSPHRASE: Final = "COMMONPLACE_BACKUP_PASSPHRASE"  # noqa: S105 — its name
_ENDING: Final = ".tar"
_SEALED: Final = ".tar.sealed"
_PARTIAL: Final = ".partial"


def folder_of(now: Settings) -> Path:
    """Return the folder of the backups of a site."""
    return now.data_dir / FOLDER


def target_of(place: Path, kind: str, at: datetime, *, sealed: bool) -> Path:
    """Return the file to write: a name with the time inside a folder, or the file itself that was asked for."""
    if place.is_dir() or place.name == FOLDER:
        return place / f"{kind}-{at:%Y%m%d-%H%M%S}{_SEALED if sealed else _ENDING}"
    return place


def made_at(path: Path) -> datetime | None:
    """Return the time in the name of a backup, None when it has none."""
    stamp = path.name.removesuffix(".sealed").removesuffix(_ENDING)[-15:]
    try:
        return datetime.strptime(f"{stamp} +0000", "%Y%m%d-%H%M%S %z")
    except ValueError:
        return None


def of_kind(folder: Path, kind: str) -> list[Path]:
    """Return the backups of a kind in a folder, the newest first."""
    found = [path for path in folder.glob(f"{kind}-*.tar*") if made_at(path) is not None]
    return sorted(found, key=lambda path: path.name.removesuffix(".sealed"), reverse=True)


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which gets the name of `target` when all of it is on the disk, and else disappears."""
    if target.exists():
        raise Conflict(f"{target} is there already; choose another place.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear_away(target.parent)
        partial = target.with_name(f".{target.name}{_PARTIAL}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "wb") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            yield out
            out.flush()
            os.fsync(out.fileno())
            os.rename(partial, target)
        sync_folder(target.parent)
    except OSError as error:
        raise Refused(f"The backup could not be written: {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)


def _clear_away(folder: Path) -> None:
    """Delete what killed processes left half written: nobody holds it."""
    for partial in folder.glob(f".*{_PARTIAL}"):
        with suppress(OSError), partial.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            partial.unlink()


def passphrase_from(file: Path | None) -> str:
    """Return the passphrase from a file (its first line) or from the environment; empty when there is none."""
    if file is None or not str(file):
        return os.environ.get(PASSPHRASE, "")
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid({"passphrase": f"The passphrase file {file} cannot be read: {error}"}) from None
    if not lines or not lines[0].strip():
        raise Invalid({"passphrase": f"The passphrase file {file} is empty."})
    return lines[0].strip()
