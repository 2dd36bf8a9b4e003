"""Where indexes lie: a folder each, a CURRENT pointer, and a manifest with the checksum of every file."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from base.clock import now

CURRENT: Final = "CURRENT"
MANIFEST: Final = "manifest.json"
BUILDING: Final = "building"
_GIVEN_UP: Final = 24 * 3600
_NAME: Final = re.compile(r"index-[0-9T]+-[0-9a-f]+")
_SEGMENT_FILE: Final = re.compile(r"([A-Z]+_[0-9a-z]+)\.[A-Za-z0-9_.]+")


def _write(path: Path, text: str) -> None:
    """Replace a small file as a whole; what a power cut leaves of it is found out by the checksums."""
    fresh = path.with_name(f"{path.name}.{token_hex(4)}")
    fresh.write_text(text)
    fresh.replace(path)


class Folder:
    """The folder of all generations of one site's index."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """Return the folder of the index in use, None when there is none."""
        try:
            name = (self.root / CURRENT).read_text().strip()
        except FileNotFoundError:
            return None
        path = self.root / name
        return path if _NAME.fullmatch(name) and path.is_dir() else None

    def fresh(self) -> Path:
        """Make a folder for a new index; nobody else on this machine may look inside, for it holds everything."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        path = self.root / f"index-{now():%Y%m%dT%H%M%S}-{token_hex(3)}"
        path.mkdir(mode=0o700)
        (path / BUILDING).touch()
        return path

    def swap(self, path: Path) -> None:
        """Make `path` the index in use, keep the one before it, remove older ones."""
        before = self.current()
        for file in path.iterdir():
            with file.open("rb") as out:
                os.fsync(out.fileno())
        _write(self.root / CURRENT, path.name)
        (path / BUILDING).unlink(missing_ok=True)
        for other in self.root.iterdir():
            if _NAME.fullmatch(other.name) and other not in (path, before) and not _being_built(other):
                shutil.rmtree(other, ignore_errors=True)


def _being_built(path: Path) -> bool:
    """Say whether another process is filling this folder; one that was left behind long ago is not."""
    with suppress(FileNotFoundError):
        return now().timestamp() - (path / BUILDING).stat().st_mtime < _GIVEN_UP
    return False


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _wanted(folder: Path, segments: Iterable[str]) -> list[Path]:
    names = set(segments)
    return [
        file for file in folder.iterdir()
        if (found := _SEGMENT_FILE.fullmatch(file.name)) and found[1] in names
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the files of an index must be: size and sha256 of each."""

    version: int
    generation: int = 0
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read the manifest of an index."""
        given = json.loads((folder / MANIFEST).read_text())
        files = {name: (size, digest) for name, (size, digest) in given["files"].items()}
        return cls(given["version"], given["generation"], files)

    def write(self, folder: Path) -> None:
        """Write it beside the files."""
        written = {"version": self.version, "generation": self.generation, "files": self.files}
        _write(folder / MANIFEST, json.dumps(written, indent=0))

    def renewed(self, folder: Path, generation: int, segments: Iterable[str]) -> "Manifest":
        """Return the manifest of these segments; files never change, so known ones are not read again."""
        return Manifest(
            self.version,
            generation,
            {
                file.name: self.files.get(file.name) or (file.stat().st_size, _checksum(file))
                for file in _wanted(folder, segments)
            },
        )

    def damage(self, folder: Path, generation: int) -> list[str]:
        """Return what is wrong with the listed files; one may be gone only when a later commit was not written down."""
        wrong = []
        for name, (size, digest) in self.files.items():
            path = folder / name
            if not path.exists():
                wrong += [f"{name} is missing"] if generation <= self.generation else []
            elif path.stat().st_size != size:
                wrong.append(f"{name} has {path.stat().st_size} bytes instead of {size}")
            elif _checksum(path) != digest:
                wrong.append(f"{name} was changed")
        return wrong

    def unlisted(self, folder: Path, segments: Iterable[str]) -> set[str]:
        """Return the segments that have a file which is not listed: a commit was killed before it was written down."""
        return {file.name.partition(".")[0] for file in _wanted(folder, segments) if file.name not in self.files}


def disk_bytes(folder: Path) -> int:
    """Return the bytes of an index on disk."""
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
