"""Check a backup by restoring it aside, and restore it into an empty place."""

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from app.backup.filling import sums
from app.backup.make import Step, nothing
from app.backup.places import folder_of
from app.backup.scratch import scratch
from app.backup.snapshot import PostgresSnapshot, Snapshot, snapshot_of
from app.backup.unpack import Unpacked, unpack
from app.backup.verify import verify, wrong
from app.leaving.ledger import FILE, Gone, ledger_of, read_ledger, send_away_again, write_ledger
from app.migrate import migrate, path_of
from app.prepare import PLACES, make_places, server_runs
from app.wiring import SOURCES, wire
from base import settings
from base.db import close, connect, dialect, execute, rows, transaction
from base.db.connection import client
from base.errors import Conflict
from base.settings import Settings
from members.actions.let_go import go

DATABASE: Final = "commonplace.sqlite3"
_ALLOWED: Final = {*PLACES, "serve.lock", "config.toml", FILE}
_DATABASE_LINE: Final = re.compile(r"^[ \t]*database_url[ \t]*=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was in a backup, and was found to be so; `documents` is how many things search would find."""

    file: str
    at: str
    version: str
    rows: int
    tables: int
    uploads: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    left_out: tuple[str, ...]
    migrated: tuple[str, ...]
    documents: int
    into: str = ""
    database: str = ""
    notes: tuple[str, ...] = ()
    sent_away: int = 0


async def check_backup(now: Settings, file: Path, *, passphrase: str = "", step: Step = nothing) -> Restored:
    """Restore a backup into a folder of its own and compare everything; raises Invalid with what is wrong."""
    verify(file, passphrase)
    with scratch(folder_of(now) if now.data_dir.is_dir() else file.parent) as aside:
        meanwhile = now.model_copy(update={"data_dir": aside, "database_url": "", "search_engine": "embedded"})
        with _in_force(meanwhile, now):
            made = await _fill(meanwhile.database, file, passphrase, aside, uploads=None, step=step)
            return await _proven(meanwhile, file, made)


async def restore_backup(
    now: Settings,
    file: Path,
    *,
    database: str = "",
    passphrase: str = "",
    step: Step = nothing,
    erasures: Path | None = None,
) -> Restored:
    """Restore a backup into the empty data folder of the settings, and an empty database.

    Who has left since it was made, as `erasures` or the file of that name in the folder says, is erased again.
    """
    refuse_unless_empty(now)
    verify(file, passphrase)
    make_places(now)
    url = "" if database == "sqlite" else database or now.database_url
    file_of = path_of(url) if url.startswith("sqlite://") else now.data_dir / DATABASE
    if file_of.exists():
        raise Conflict(f"{file_of} is there already, and nothing is ever written over.")
    with scratch(now.data_dir) as aside:
        target = url if url and not url.startswith("sqlite://") else f"sqlite://{(aside / DATABASE).resolve()}"
        meanwhile = now.model_copy(update={"data_dir": aside, "database_url": target, "search_engine": "embedded"})
        with _in_force(meanwhile, now):
            made = await _fill(target, file, passphrase, aside, uploads=aside / "uploads", step=step)
            gone = read_ledger(erasures or ledger_of(now))
            proven = await _proven(meanwhile, file, made, gone)
        notes = _settle(now, aside, url)
        write_ledger(ledger_of(now), gone)
        if (aside / DATABASE).exists():  # last: without it nothing serves
            shutil.move(aside / DATABASE, file_of)
    return replace(proven, into=str(now.data_dir.resolve()), database=url or "SQLite", notes=notes)


@contextmanager
def _in_force(meanwhile: Settings, afterwards: Settings) -> Iterator[None]:
    settings.use(meanwhile)
    try:
        yield
    finally:
        settings.use(afterwards)


def refuse_unless_empty(now: Settings) -> None:
    """Refuse a data folder that holds anything a restore could harm."""
    folder = now.data_dir
    if not folder.exists():
        return
    if server_runs(now):
        raise Conflict(f"A server uses the data folder {folder}. Stop it, or choose an empty folder with --into.")
    found = [
        path.name for path in folder.iterdir() if path.name not in _ALLOWED and not path.name.startswith(".scratch-")
    ]
    found += [name for name in PLACES if name != "backups" and any((folder / name).glob("*"))]
    if found:
        raise Conflict(
            f"The folder {folder} is not empty (it holds {', '.join(sorted(found)[:4])}), and nothing is ever written "
            "over. Choose an empty folder with --into, or move what is there away."
        )


async def _fill(url: str, file: Path, passphrase: str, aside: Path, *, uploads: Path | None, step: Step) -> Unpacked:
    """Fill a database: all of it, compared, or nothing."""
    await connect(url)
    try:
        if dialect() == "sqlite":
            await execute("PRAGMA foreign_keys = OFF")
        async with transaction():
            made = await unpack(file, passphrase, aside, uploads=uploads, step=step)
            if dialect() == "postgres":
                await _compare(PostgresSnapshot(cast(Any, client()).connection), made)
    finally:
        await close()
    if url.startswith("sqlite://"):
        async with snapshot_of(url) as snapshot:
            await _compare(snapshot, made)
    return made


async def _compare(snapshot: Snapshot, made: Unpacked) -> None:
    """Read everything back."""
    for table in made.tables:
        if await sums(snapshot, table) != made.sums[table.name]:
            raise wrong(f"the table {table.name} came out otherwise than it went in")
    if "uploads" not in made.sums:
        return
    named, missing = hashlib.sha256(), set(made.missing)
    async for batch in snapshot.batches("SELECT DISTINCT sha256 FROM uploads ORDER BY sha256"):
        for (sha256,) in batch:
            if sha256 not in missing:
                named.update(sha256.encode())
    if named.hexdigest() != made.named:
        raise wrong("a row names an uploaded file that is not there")


async def _proven(now: Settings, file: Path, made: Unpacked, gone: Sequence[Gone] = ()) -> Restored:
    """Bring what was restored up to date, let those leave who are gone, and see that search could be built from it."""
    report = await migrate(now.database)
    wire()
    await connect(now.database)
    try:
        if dialect() == "sqlite" and (broken := await rows("PRAGMA foreign_key_check")):
            raise wrong(f"a row of {broken[0]['table']} points at one that is gone")
        away = await send_away_again(gone)
        for departure in away:
            await go(departure)
        documents = 0
        for source in SOURCES.values():
            async for _ in source.load_all():
                documents += 1
    finally:
        await close()
    return Restored(
        file=str(file),
        at=made.about.at,
        version=made.about.version,
        rows=made.rows,
        tables=len(made.tables),
        uploads=made.uploads,
        missing=made.missing,
        damaged=made.damaged,
        left_out=made.left_out,
        migrated=report.applied,
        documents=documents,
        sent_away=len(away),
    )


def _settle(now: Settings, aside: Path, url: str) -> tuple[str, ...]:
    """Move what was restored to its place, but the database; return what should be known of the settings."""
    folder, notes = now.data_dir, list[str]()
    if (config := aside / "config.toml").exists():
        text = config.read_text()
        was = _DATABASE_LINE.search(text)
        if was and url not in was[0]:
            text = _DATABASE_LINE.sub("# before it was restored: \\g<0>", text)
            notes.append("The database_url in config.toml is now a comment: it named another database.")
        config.write_text(text)
        name = "config.toml.from-backup" if (folder / "config.toml").exists() else "config.toml"
        if name != "config.toml":
            notes.append(f"There is a config.toml already, which stays; the one of the backup is {name}.")
        config.rename(folder / name)
    if url:
        notes.append(f'The site needs this line in config.toml: database_url = "{url}"')
    for name in ("secret.key", "uploads"):
        if (aside / name).exists():
            if name == "uploads":
                (folder / name).rmdir()
            (aside / name).rename(folder / name)
    return tuple(notes)
