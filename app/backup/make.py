"""Make a backup: the rows of one moment, and every file they name."""

import asyncio
import gzip
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from app.backup.filling import Adding
from app.backup.lines import Lines
from app.backup.packing import Packed, Packing
from app.backup.places import target_of, written
from app.backup.sealing import Sealing
from app.backup.shape import Table, tables_of
from app.backup.snapshot import Snapshot, applied_in, rows_of, snapshot_of
from app.migration_line import RECORD
from base.clock import now as present
from base.media import store
from base.settings import VERSION, Settings

FORMAT: Final = 1
KEPT: Final = ("config.toml", "secret.key")
_PART: Final = 4 << 20
_LIST: Final = 500

Step = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds; `missing` and `damaged` are files that were so on the disk, `left_out` strange tables."""

    file: str
    bytes: int
    rows: int
    uploads: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    left_out: tuple[str, ...]
    encrypted: bool
    seconds: float
    checked: bool = False


@dataclass(slots=True)
class _Work:
    """What a backup has come to."""

    packing: Packing
    hold: store.Hold
    step: Step
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    listed: list[Packed] = field(default_factory=list)
    lists: int = 0
    files: int = 0
    uploads: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def note(self, packed: Packed) -> None:
        """Remember what was packed, and write the list of it now and then, so that it never grows long."""
        self.files += 1
        self.listed.append(packed)
        self.hold.renew()
        if len(self.listed) >= _LIST:
            self.write_list()

    def write_list(self) -> None:
        """Write down name, size and checksum of what was packed since the last list."""
        if self.listed:
            self.lists += 1
            data = b"".join(json.dumps(asdict(one)).encode() + b"\n" for one in self.listed)
            self.digest.update(data)
            self.packing.add(f"files/{self.lists:06}.jsonl", data)
            self.listed.clear()


def nothing(done: int) -> None:
    """Take no note of progress."""


async def count(now: Settings) -> int:
    """Return how many steps a backup of the site takes now, for a progress bar."""
    async with snapshot_of(now.database) as snapshot:
        total = 0
        for table in tables_of(await applied_in(snapshot)):
            total += (await snapshot.values(f'SELECT count(*) FROM "{table.name}"'))[0][0]  # noqa: S608
        return total


async def make_backup(now: Settings, place: Path, kind: str, *, passphrase: str = "", step: Step = nothing) -> Made:
    """Write one file with everything; it appears under its name only when it is whole. The site goes on meanwhile."""
    begun, at = time.monotonic(), present()
    target = target_of(place, kind, at, sealed=bool(passphrase))
    with written(target) as out, store.Hold() as hold:
        sealing = Sealing(out, passphrase) if passphrase else None
        packing = Packing(sealing or out, at.timestamp())
        work = _Work(packing, hold, step)
        async with snapshot_of(now.database) as snapshot:
            left_out = await _pack(now, snapshot, work)
        if sealing is not None:
            sealing.finish()
    return Made(
        file=str(target.resolve()),
        bytes=target.stat().st_size,
        rows=sum(table["rows"] for table in work.tables.values()),
        uploads=work.uploads,
        missing=tuple(work.missing),
        damaged=tuple(work.damaged),
        left_out=left_out,
        encrypted=bool(passphrase),
        seconds=round(time.monotonic() - begun, 2),
    )


async def _pack(now: Settings, snapshot: Snapshot, work: _Work) -> tuple[str, ...]:
    applied = await applied_in(snapshot)
    tables = tables_of(applied)
    known = {table.name for table in tables}
    left_out = tuple(sorted(name for name in await snapshot.tables() if name not in known and name != RECORD))
    about = {
        "format": FORMAT,
        "version": VERSION,
        "at": present().isoformat(),
        "engine": snapshot.engine,
        "schema": applied,
        "columns": {table.name: table.names for table in tables},
    }
    work.note(work.packing.add("about.json", _json(about)))
    for name in KEPT:
        if (path := now.data_dir / name).is_file():
            work.note(work.packing.add(name, path.read_bytes()))
    for table in tables:
        await _pack_table(snapshot, table, work)
    await _pack_uploads(snapshot, work)
    work.write_list()
    files = {"number": work.files, "lists": work.lists, "sha256": work.digest.hexdigest()}
    told = {"missing": work.missing, "damaged": work.damaged, "number": work.uploads}
    manifest = about | {"tables": work.tables, "files": files, "uploads": told, "left_out": left_out}
    work.packing.add("manifest.json", _json(manifest))
    work.packing.finish()
    return left_out


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


async def _pack_table(snapshot: Snapshot, table: Table, work: _Work) -> None:
    lines, adding, waiting, part = Lines(table), Adding(), bytearray(), 0
    async for batch in _batches(snapshot, table):
        for row in batch:
            values = lines.plain(row)
            line = lines.line(values)
            adding.add(lines.measure(values, line))
            waiting += line
        work.step(len(batch))
        if len(waiting) >= _PART:
            part += 1
            _pack_part(table, part, waiting, work)
    if waiting:
        _pack_part(table, part + 1, waiting, work)
    work.tables[table.name] = asdict(adding.sum()) | {"last_id": await snapshot.last_id(table.name)}


def _pack_part(table: Table, part: int, waiting: bytearray, work: _Work) -> None:
    data = gzip.compress(bytes(waiting), 5, mtime=0)
    work.note(work.packing.add(f"tables/{table.name}/{part:06}.jsonl.gz", data))
    waiting.clear()


def _batches(snapshot: Snapshot, table: Table) -> AsyncIterator[list[tuple[Any, ...]]]:
    return rows_of(snapshot, table)


async def _pack_uploads(snapshot: Snapshot, work: _Work) -> None:
    if "uploads" not in work.tables:
        return
    async for batch in snapshot.batches("SELECT DISTINCT sha256 FROM uploads ORDER BY sha256"):
        for (sha256,) in batch:
            _pack_upload(sha256, work)
            await asyncio.sleep(0)


def _pack_upload(sha256: str, work: _Work) -> None:
    for version in ("", *store.VERSIONS):
        path = store.path_of(sha256, version)
        try:
            size = path.stat().st_size
            file = path.open("rb")
        except FileNotFoundError:
            if not version:
                work.missing.append(sha256)
            continue
        with file:
            name = f"uploads/{path.parent.name}/{path.name}"
            packed = work.packing.add_from(name, file, size)
        work.note(packed)
        if not version:
            work.uploads += 1
            if packed.sha256 != sha256:
                work.damaged.append(sha256)
