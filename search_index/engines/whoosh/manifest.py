"""What the files of an index must be: a manifest per generation, written before the generation comes into being.

Whoosh makes a generation the newest one by renaming its table of contents into place, and removes what the one before
needed only after that. A manifest that is complete before the renaming therefore goes with every state in which a
process can be killed: either the old generation is whole, or the new one is.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

Seen = dict[str, tuple[int, ...]]

_TOC: Final = re.compile(r"_MAIN_([0-9]{1,18})\.toc")
_SEGMENT_FILE: Final = re.compile(r"(MAIN_[0-9a-z]+)\.[A-Za-z0-9_.]+")
_UNFINISHED: Final = re.compile(r"_MAIN_[0-9]+\.toc\.[0-9.]+|manifest-[0-9]+\.json")


class Damaged(Exception):
    """The files of an index are not what they were."""


def newest(folder: Path) -> int:
    """Return the number of the newest generation in a folder."""
    found = [int(toc[1]) for file in folder.iterdir() if (toc := _TOC.fullmatch(file.name))]
    if not found:
        raise Damaged("its table of contents is missing")
    return max(found)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look(path: Path) -> tuple[int, ...]:
    """Return what changes when somebody writes to a file, or puts another in its place."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@dataclass(frozen=True, slots=True)
class Manifest:
    """Size and sha256 of every file of one generation; the manifest itself begins with its own."""

    version: int
    generation: int = -1
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, generation: int) -> "Manifest":
        """Read the manifest of a generation."""
        try:
            written = (folder / _name(generation)).read_text("ascii")
        except FileNotFoundError as error:
            raise Damaged(f"{_name(generation)} is missing") from error
        digest, _, text = written.partition("\n")
        if digest != hashlib.sha256(text.encode()).hexdigest():
            raise Damaged(f"{_name(generation)} was changed")
        given = json.loads(text)
        files = {name: (size, digest) for name, (size, digest) in given["files"].items()}
        return cls(given["version"], given["generation"], files)

    def write(self, folder: Path) -> None:
        """Write it beside the files."""
        text = json.dumps({"version": self.version, "generation": self.generation, "files": self.files}, indent=0)
        (folder / _name(self.generation)).write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", "ascii")

    def following(self, folder: Path, segments: Iterable[str], toc: str, coming: str) -> "Manifest":
        """Return the manifest of the generation whose table of contents, now named `coming`, is to be named `toc`.

        Files of segments never change: known ones are not read again.
        """
        names = set(segments)
        files = {
            file.name: self.files.get(file.name) or (file.stat().st_size, _checksum(file))
            for file in folder.iterdir()
            if (found := _SEGMENT_FILE.fullmatch(file.name)) and found[1] in names
        }
        files[toc] = (folder / coming).stat().st_size, _checksum(folder / coming)
        generation = _TOC.fullmatch(toc)
        return Manifest(self.version, int(generation[1]) if generation else -1, files)

    def damage(self, folder: Path, known: "Manifest | None" = None) -> list[str]:
        """Return what is wrong with the files, leaving out those that `known` says the same of."""
        wrong = []
        for name, (size, digest) in self.files.items():
            path = folder / name
            if known is not None and known.files.get(name) == (size, digest):
                continue
            if not path.exists():
                wrong.append(f"{name} is missing")
            elif not path.is_file():
                wrong.append(f"{name} is not a file")
            elif path.stat().st_size != size:
                wrong.append(f"{name} has {path.stat().st_size} bytes instead of {size}")
            elif _checksum(path) != digest:
                wrong.append(f"{name} was changed")
        return wrong

    def seen(self, folder: Path) -> Seen:
        """Return how its files look from outside: cheap to compare, and different after anything was written."""
        return {name: _look(folder / name) for name in (*self.files, _name(self.generation))}

    def sweep(self, folder: Path) -> None:
        """Remove what belongs to no generation any more: left by a commit that failed, or whose process was killed."""
        for file in folder.iterdir():
            name = file.name
            stray = _SEGMENT_FILE.fullmatch(name) or _TOC.fullmatch(name) or _UNFINISHED.fullmatch(name)
            if stray and name not in self.files and name != _name(self.generation):
                file.unlink(missing_ok=True)


def _name(generation: int) -> str:
    return f"manifest-{generation}.json"


def disk_bytes(folder: Path) -> int:
    """Return the bytes of an index on disk."""
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
