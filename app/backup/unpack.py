"""Read a backup that was verified into an empty database and a folder."""

import asyncio
import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.backup.filling import Adding, Sum, empty, insert, make_tables, put_keys_on, set_last_id, take_keys_off
from app.backup.lines import Lines
from app.backup.make import KEPT, Step
from app.backup.packing import Entry, unpacked
from app.backup.shape import Table, tables_of
from app.backup.verify import About, about_of, object_in, readable, wrong
from base.db import dialect

_AT_ONCE: Final = 500
_MOST_OF_A_PART: Final = 256 << 20


@dataclass(slots=True)
class Unpacked:
    """What was read; `sums` are those of the manifest, which every table was compared with."""

    about: About
    tables: list[Table]
    sums: dict[str, Sum] = field(default_factory=dict)
    uploads: int = 0
    named: str = ""
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many rows there are in all tables."""
        return sum(one.rows for one in self.sums.values())


async def unpack(file: Path, passphrase: str, folder: Path, *, uploads: Path | None, step: Step) -> Unpacked:
    """Fill the open, empty database, in the caller's transaction; put the other files into `folder`.

    Uploaded files go to `uploads`, and are only looked at without it.
    """
    with readable(file, passphrase) as source:
        entries = unpacked(source)
        about = about_of(next(entries))
        work = _Work(folder, uploads, step, Unpacked(about, tables_of(about.schema)))
        if about.columns != {table.name: list(table.names) for table in work.made.tables}:
            raise wrong("its tables are not those of its migrations")
        await make_tables(about.schema)
        keys = await take_keys_off()
        await empty(work.made.tables)
        for entry in entries:
            await work.take(entry)
            await asyncio.sleep(0)  # so that it can be interrupted
    work.compare()
    for table in work.made.tables:
        await set_last_id(table.name, int(work.manifest["tables"][table.name]["last_id"]))
    await put_keys_on(keys)
    return work.made


class _Work:
    def __init__(self, folder: Path, uploads: Path | None, step: Step, made: Unpacked) -> None:
        self.made: Final = made
        self.manifest: dict[str, Any] = {}
        self._folder: Final = folder
        self._uploads: Final = uploads
        self._step: Final = step
        self._tables: Final = {table.name: table for table in made.tables}
        self._adding: Final = {table.name: Adding() for table in made.tables}
        self._named: Final = hashlib.sha256()

    async def take(self, entry: Entry) -> None:
        """Take one file."""
        kind = entry.name.partition("/")[0]
        if entry.name == "manifest.json":
            self.manifest = object_in(entry)
        elif kind == "files":
            return  # compared before
        elif kind == "tables":
            await self._take_rows(entry)
        elif kind == "uploads":
            self._take_upload(entry)
        elif entry.name in KEPT:
            _write(self._folder / entry.name, [entry.whole()])
        else:
            raise wrong(f"{entry.name} is in the wrong place")

    async def _take_rows(self, entry: Entry) -> None:
        table = self._tables.get(entry.name.split("/")[1])
        if table is None:
            raise wrong(f"{entry.name} belongs to no table")
        lines, adding, waiting = Lines(table), self._adding[table.name], list[list[Any]]()
        fit = lines.for_engine(dialect())
        for line in _unzipped(entry).splitlines(keepends=True):
            values = lines.values(line)
            adding.add(lines.measure(values, line))
            waiting.append(fit(values))
            if len(waiting) >= _AT_ONCE:
                await self._insert(table, waiting)
        await self._insert(table, waiting)

    async def _insert(self, table: Table, waiting: list[list[Any]]) -> None:
        await insert(table, waiting)
        self._step(len(waiting))
        waiting.clear()

    def _take_upload(self, entry: Entry) -> None:
        name = entry.name.removeprefix("uploads/")
        if self._uploads is None:
            for _ in entry.pieces():
                continue
        else:
            _write(self._uploads / name, entry.pieces())
        packed = entry.packed()
        if "." not in name:
            sha256 = name.replace("/", "")
            self.made.uploads += 1
            self._named.update(sha256.encode())
            if packed.sha256 != sha256:
                self.made.damaged += (sha256,)

    def compare(self) -> None:
        """Compare everything that was read with the manifest."""
        told, made = self.manifest, self.made
        made.sums = {name: adding.sum() for name, adding in self._adding.items()}
        for name, sum_ in made.sums.items():
            if (expected := told["tables"].get(name, {})) | {"rows": sum_.rows, "sha256": sum_.sha256} != expected:
                raise wrong(f"the table {name} is not that of its manifest")
        if told["uploads"]["number"] != made.uploads or told["uploads"]["damaged"] != list(made.damaged):
            raise wrong("its uploaded files are not those of its manifest")
        made.missing, made.left_out = tuple(told["uploads"]["missing"]), tuple(told["left_out"])
        made.named = self._named.hexdigest()


def _unzipped(entry: Entry) -> bytes:
    unzip = zlib.decompressobj(31)
    try:
        data = unzip.decompress(entry.whole(), _MOST_OF_A_PART)
    except zlib.error:
        raise wrong(f"{entry.name} cannot be read") from None
    if not unzip.eof:
        raise wrong(f"{entry.name} is too large")
    return data


def _write(path: Path, pieces: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as out:
        for piece in pieces:
            out.write(piece)
    path.chmod(0o600)
