"""See that a backup is to the byte what was written, before anything is made of it."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.backup.make import FORMAT
from app.backup.packing import Entry, Packed, unpacked
from app.backup.sealing import MAGIC, Opening, Readable
from app.migration_line import Line
from base.errors import Invalid, Missing


@dataclass(frozen=True, slots=True)
class About:
    """What stands at the beginning of a backup."""

    version: str
    at: str
    engine: str
    schema: tuple[str, ...]
    columns: dict[str, list[str]]


@contextmanager
def readable(file: Path, passphrase: str) -> Iterator[Readable]:
    """Open a backup; one that is closed needs its passphrase."""
    try:
        source = file.open("rb")
    except OSError as error:
        raise Missing(f"{file} cannot be read: {error.strerror}.") from None
    with source:
        if source.read(len(MAGIC)) != MAGIC:
            source.seek(0)
            yield source
        elif not passphrase:
            raise Invalid({"passphrase": f"{file.name} is closed with a passphrase; give it with --passphrase-file."})
        else:
            yield Opening(source, passphrase)


def wrong(what: str) -> Invalid:
    """Return what is raised when a backup is not what it says it is."""
    return Invalid({"file": f"The backup is damaged: {what}."})


def object_in(entry: Entry) -> dict[str, Any]:
    """Return the JSON object that a file holds."""
    try:
        found = json.loads(entry.whole())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise wrong(f"{entry.name} cannot be read")
    return found


def about_of(entry: Entry) -> About:
    """Read the beginning of a backup; refuse what this program cannot know."""
    known = object_in(entry) if entry.name == "about.json" else {}
    if not isinstance(known.get("format"), int):
        raise wrong("it does not begin as one")
    if known["format"] > FORMAT:
        raise Invalid({"file": f"This backup was made by a newer version of this program ({known.get('version')})."})
    try:
        schema = tuple(str(name) for name in known["schema"])
        about = About(str(known["version"]), str(known["at"]), str(known["engine"]), schema, dict(known["columns"]))
    except (KeyError, TypeError, ValueError):
        raise wrong("about.json cannot be read") from None
    Line().known(about.schema)
    return about


def verify(file: Path, passphrase: str) -> About:
    """Read a backup to its end and compare every file in it with its lists and its manifest."""
    with readable(file, passphrase) as source:
        entries, listing, manifest = unpacked(source), _Listing(), dict[str, Any]()
        about = about_of(first := next(entries))
        listing.note(first.packed())
        for entry in entries:
            if entry.name == "manifest.json":
                manifest = object_in(entry)
            elif entry.name.startswith("files/"):
                listing.take(entry.whole())
            else:
                for _ in entry.pieces():
                    continue
                listing.note(entry.packed())
    listing.compare(manifest.get("files"))
    return about


class _Listing:
    """What was read, and the lists of what was written."""

    def __init__(self) -> None:
        self._unlisted: dict[str, Packed] = {}
        self._files = self._lists = 0
        self._digest: Final = hashlib.sha256()

    def note(self, packed: Packed) -> None:
        """Remember what was read until its list comes."""
        self._files += 1
        self._unlisted[packed.name] = packed

    def take(self, data: bytes) -> None:
        """Compare what was read with a list."""
        self._lists += 1
        self._digest.update(data)
        for line in data.splitlines():
            try:
                listed = Packed(**json.loads(line))
            except (TypeError, ValueError):
                raise wrong("a list of its files cannot be read") from None
            if self._unlisted.pop(listed.name, None) != listed:
                raise wrong(f"{listed.name} is not as it was written")

    def compare(self, told: object) -> None:
        """Compare all of it with the manifest."""
        files = {"number": self._files, "lists": self._lists, "sha256": self._digest.hexdigest()}
        if self._unlisted or told != files:
            raise wrong("its files are not those of its manifest")
