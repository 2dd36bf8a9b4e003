"""A folder to work in that is gone afterwards, also when an earlier process was killed in one."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from base.errors import Refused

_PREFIX: Final = ".scratch-"
_LOCK: Final = ".lock"


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give an empty folder inside `folder`, closed to others."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear_away(folder)
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    except OSError as error:
        raise Refused(f"Nothing can be written in {folder}: {error.strerror}.") from None
    try:
        with (made / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _clear_away(folder: Path) -> None:
    """Delete what killed processes left: nobody holds it."""
    for left in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError), (left / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
