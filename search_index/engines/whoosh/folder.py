"""Where indexes lie: a folder each, and a CURRENT pointer. Whoever fills or replaces one holds a lock."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from whoosh.util.filelock import FileLock, try_for

from base.clock import now

CURRENT: Final = "CURRENT"
BUILDING: Final = "building"
_LOCK: Final = "lock"
WRITE_LOCK: Final = "MAIN_WRITELOCK"
_WAIT: Final = 60.0
_NAME: Final = re.compile(r"index-[0-9T]+-[0-9a-f]+")
# The machine is short of something for a moment: that says nothing about the files.
_PASSING: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})


def is_passing(error: BaseException) -> bool:
    """Say whether an error comes from what the machine lacks for a moment, and not from the files."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _PASSING)


class Folder:
    """The folder of all generations of one site's index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._locks: dict[Path, list[Any]] = {}

    def current(self) -> Path | None:
        """Return the folder of the index in use, None when there is none, or its pointer says nothing."""
        try:
            name = (self.root / CURRENT).read_text("ascii").strip()
        except (OSError, UnicodeError) as error:
            if is_passing(error):
                raise
            return None
        path = self.root / name
        return path if _NAME.fullmatch(name) and path.is_dir() else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from making, replacing and removing folders meanwhile."""
        lock = _locked(self.root / _LOCK)
        try:
            yield
        finally:
            lock.release()

    def fresh(self) -> Path:
        """Make a folder for a new index; nobody else on this machine may look inside, for it holds everything."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        path = self.root / f"index-{now():%Y%m%dT%H%M%S}-{token_hex(3)}"
        with self._alone():
            for other in self._indexes():
                if (other / BUILDING).exists() and other != self.current() and not _is_filled(other):
                    shutil.rmtree(other, ignore_errors=True)
            path.mkdir(mode=0o700)
            self._locks[path] = [_locked(path / BUILDING)]
        return path

    def hold(self, path: Path) -> None:
        """Keep everybody from writing to the index in use until `path` has taken its place, or was given up."""
        if current := self.current():
            with suppress(FileNotFoundError):
                self._locks[path].append(_locked(current / WRITE_LOCK))

    def leave(self, path: Path) -> None:
        """Let go of a folder that was filled, or given up."""
        for lock in self._locks.pop(path, []):
            lock.release()

    def swap(self, path: Path) -> None:
        """Make `path` the index in use, keep the one before it, remove older ones."""
        with self._alone():
            before = self.current()
            for file in path.iterdir():
                if file.is_file():
                    _to_disk(file)
            self._point(path)
            (path / BUILDING).unlink(missing_ok=True)
            for other in self._indexes():
                if other not in (path, before) and not _is_filled(other):
                    shutil.rmtree(other, ignore_errors=True)
        self.leave(path)

    def remove_others(self) -> None:
        """Remove every folder but the one in use and those that are being filled."""
        with self._alone():
            for other in self._indexes():
                if other != self.current() and not _is_filled(other):
                    shutil.rmtree(other, ignore_errors=True)

    def _point(self, path: Path) -> None:
        """Replace the pointer as a whole."""
        for old in self.root.glob(f"{CURRENT}*"):  # left by a process that was killed here
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif old.name != CURRENT:
                old.unlink(missing_ok=True)
        pointer = self.root / f"{CURRENT}.{token_hex(4)}"
        pointer.write_text(path.name, "ascii")
        _to_disk(pointer)
        pointer.replace(self.root / CURRENT)

    def _indexes(self) -> list[Path]:
        return [path for path in self.root.iterdir() if _NAME.fullmatch(path.name)]


def _locked(path: Path) -> Any:
    """Lock a file, which is made when it is not there; the system unlocks it when the process ends, however it does."""
    lock = FileLock(str(path))
    if not try_for(lock.acquire, timeout=_WAIT, delay=0.02):
        raise TimeoutError(errno.ETIMEDOUT, "another process is busy with the index", str(path))
    return lock


def _is_filled(path: Path) -> bool:
    """Say whether somebody is filling this folder now."""
    if not (path / BUILDING).is_file():
        return False
    lock = FileLock(str(path / BUILDING))
    with suppress(OSError):
        if not lock.acquire():
            return True
        lock.release()
    return False


def _to_disk(file: Path) -> None:
    with file.open("rb") as out:
        os.fsync(out.fileno())
