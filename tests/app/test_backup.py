"""One file with the whole site, and back: nothing is lost, and nothing that is damaged is believed."""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from app.backup.packing import Packing
from app.backup.restore import check_backup, restore_backup
from app.backup.verify import verify
from app.demo.fill import fill_demo
from app.migrate import migrate
from app.migration_line import Line
from base import settings
from base.clock import now as present
from base.db import execute, rows, transaction
from base.errors import Conflict, Failure, Invalid, Refused
from base.journal import record
from base.media import store
from base.settings import Settings
from forum.models import Upload
from members.models import Member
from tests.app.filling import fill
from tests.app.keeping import backed_up, everything, flipped, inside, make_older, settled
from tests.databases import Databases, on_postgres

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def source(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Give a site with the demonstration and one uploaded file; tests only read it."""
    url = databases.empty()
    await migrate(url)
    now = settled(tmp_path_factory.mktemp("site") / "data", url)
    settings.secret(now)
    (now.data_dir / "config.toml").write_text('tagline = "Kept"\n')
    async with inside(now):
        await fill_demo()
        await uploaded(b"picture", {"thumb": b"small"})
    yield now
    databases.drop(url)


@pytest.fixture
async def empty_url(databases: Databases) -> AsyncIterator[str]:
    """Give an empty database of the engine under test: for SQLite none, it comes to lie in the folder."""
    url = databases.empty() if on_postgres() else ""
    yield url
    if url:
        databases.drop(url)


async def uploaded(data: bytes, versions: dict[str, bytes] | None = None) -> str:
    sha256 = store.keep(data, versions or {})
    owner = await Member.all().order_by("id").first()
    assert owner is not None
    await Upload.create(
        owner=owner, sha256=sha256, kind="image", media_type="image/png", name="a.png", size=7, created_at=present()
    )
    return sha256


async def test_everything_comes_back(source: Settings, tmp_path: Path, empty_url: str) -> None:
    made = await backed_up(source, tmp_path / "site.tar")
    assert (tmp_path / "site.tar").stat().st_mode & 0o077 == 0
    assert made.uploads == 1
    fresh = settled(tmp_path / "fresh", empty_url)
    done = await restore_backup(fresh, tmp_path / "site.tar")
    assert (done.rows, done.uploads, done.tables) == (made.rows, 1, 89)
    assert done.documents > 50
    assert await everything(fresh.database) == await everything(source.database)
    for name in ("secret.key", "config.toml"):
        assert (fresh.data_dir / name).read_bytes() == (source.data_dir / name).read_bytes()
    files = [path.relative_to(source.data_dir) for path in (source.data_dir / "uploads").rglob("*") if path.is_file()]
    assert len(files) == 2
    for file in files:
        assert (fresh.data_dir / file).read_bytes() == (source.data_dir / file).read_bytes()
    assert not [path for path in fresh.data_dir.iterdir() if path.name.startswith(".scratch")]
    async with inside(fresh):
        assert await rows("SELECT 1 AS one FROM tortoise_migrations") == [{"one": 1}] * len(Line().names)
        last = (await rows("SELECT MAX(id) AS n FROM members"))[0]["n"]
        member = await Member.create(handle="new", name="New", created_at=present())
        assert member.id > last


async def test_every_table_and_every_kind_of_value(databases: Databases, tmp_path: Path, empty_url: str) -> None:
    url = databases.empty()
    await migrate(url)
    now = settled(tmp_path / "data", url)
    async with inside(now):
        await fill()
        odd = {"b": [1.5, None, "ä\u2028😀"], "a": {"z": 1e-7, "y": True}}
        async with transaction():
            await record("odd.kind", actor_id=None, subject_id=2**62, data=odd)
        await execute("DELETE FROM regions WHERE id = 3 AND NOT EXISTS (SELECT 1 FROM members WHERE id = 0)")
        before = await rows("SELECT * FROM journal_entries WHERE kind = 'odd.kind'")
    made = await backed_up(now, tmp_path / "site.tar")
    moved = settled(tmp_path / "fresh", empty_url)
    from app.backup.restore import _fill  # what is in the rows makes no sense to search

    target = moved.database if empty_url else f"sqlite://{tmp_path / 'restored.sqlite3'}"
    read = await _fill(target, tmp_path / "site.tar", "", tmp_path / "aside", uploads=None, step=lambda done: None)
    assert read.rows == made.rows > 3 * 60
    assert await everything(target) == await everything(url)
    async with inside(settled(tmp_path / "look", target)):
        assert await rows("SELECT * FROM journal_entries WHERE kind = 'odd.kind'") == before
    databases.drop(url)


@pytest.mark.parametrize("passphrase", ["", "a long passphrase"])
async def test_a_changed_byte_anywhere_is_found(source: Settings, tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "site.tar"
    await backed_up(source, file, passphrase=passphrase)
    size = file.stat().st_size
    places = [*range(0, 512, 61), *range(512, size, size // 25), size - 1600, size - 1100, size - 513, size - 1]
    for at in places:
        with flipped(file, at), pytest.raises(Failure):
            await check_backup(source, file, passphrase=passphrase)
    verify(file, passphrase)


@pytest.mark.parametrize("passphrase", ["", "a long passphrase"])
async def test_what_is_cut_off_is_called_so(source: Settings, tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "site.tar"
    await backed_up(source, file, passphrase=passphrase)
    whole = file.read_bytes()
    for size in (0, 300, 1024, len(whole) // 2, len(whole) - 1024, len(whole) - 1):
        file.write_bytes(whole[:size])
        with pytest.raises(Invalid, match=r"cut off"):
            await check_backup(source, file, passphrase=passphrase)
    file.write_bytes(whole + b"x")
    with pytest.raises(Invalid, match="damaged"):
        await check_backup(source, file, passphrase=passphrase)


async def test_a_passphrase_closes_it(source: Settings, tmp_path: Path) -> None:
    made = await backed_up(source, tmp_path, passphrase="right one")
    file = Path(made.file)
    assert file.name.endswith(".tar.sealed")
    assert b"members" not in file.read_bytes()
    with pytest.raises(Invalid, match="--passphrase-file"):
        await check_backup(source, file)
    with pytest.raises(Invalid, match="not the one"):
        await check_backup(source, file, passphrase="wrong one")
    assert (await check_backup(source, file, passphrase="right one")).rows == made.rows


async def test_pieces_cannot_be_left_out_or_change_places(tmp_path: Path) -> None:
    from app.backup.sealing import MAGIC, PIECE, Opening, Sealing

    with (tmp_path / "sealed").open("wb") as out:
        sealing = Sealing(out, "words")
        sealing.write(bytes(PIECE * 3))
        sealing.finish()
    whole = (tmp_path / "sealed").read_bytes()
    head, size = len(MAGIC) + 32, PIECE + 16
    one, two, three = (whole[head + n * size :][:size] for n in range(3))

    def read(data: bytes) -> bytes:
        source = io.BytesIO(data)
        source.read(len(MAGIC))
        return Opening(source, "words").read(PIECE * 4)  # type: ignore[arg-type]

    assert read(whole) == bytes(PIECE * 3)
    for pieces, said in (
        ((one, two), "cut off"),
        ((two, one, three), "damaged"),
        ((one, three), "damaged"),
        ((), None),
    ):
        if said is None:
            continue
        with pytest.raises(Invalid, match=said):
            read(whole[:head] + b"".join(pieces))


async def test_nothing_is_written_over(source: Settings, tmp_path: Path, empty_url: str) -> None:
    file = tmp_path / "site.tar"
    await backed_up(source, file)
    with pytest.raises(Conflict, match="there already"):
        await backed_up(source, file)
    with pytest.raises(Conflict, match="not empty"):
        await restore_backup(source, file)
    fresh = settled(tmp_path / "fresh", empty_url)
    (fresh.data_dir / "uploads" / "ab").mkdir(parents=True)
    with pytest.raises(Conflict, match=r"uploads.*Choose an empty folder"):
        await restore_backup(fresh, file)
    if on_postgres():
        used = settled(tmp_path / "other", source.database)
        with pytest.raises(Conflict, match="database is not empty"):
            await restore_backup(used, file)


async def test_what_is_no_backup_or_a_newer_one(source: Settings, tmp_path: Path) -> None:
    file = tmp_path / "strange.tar"
    file.write_bytes(b"not a backup at all" * 100)
    with pytest.raises(Invalid, match="damaged"):
        await check_backup(source, file)
    for name, kind in (("../../etc/passwd", tarfile.REGTYPE), ("uploads/aa", tarfile.SYMTYPE), ("/x", tarfile.REGTYPE)):
        with tarfile.open(file, "w", format=tarfile.USTAR_FORMAT) as tar:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd" if kind == tarfile.SYMTYPE else ""
            tar.addfile(info, io.BytesIO())
        with pytest.raises(Invalid, match="no backup of this program"):
            await check_backup(source, file)
    later = {"format": 1, "version": "9.9", "at": "", "engine": "", "columns": {}, "schema": ["0001_initial", "9999_x"]}
    for about, said in (
        ({"format": 99, "version": "9.9"}, r"newer version of this program \(9\.9\)"),
        (later, "newer version"),
        ({}, "does not begin as one"),
    ):
        with file.open("wb") as out:
            packing = Packing(out, 0)
            packing.add("about.json", json.dumps(about).encode())
            packing.finish()
        with pytest.raises(Failure, match=said):
            await check_backup(source, file)


async def test_an_older_backup_is_brought_up_to_date(databases: Databases, tmp_path: Path, empty_url: str) -> None:
    names, url = Line().names, databases.empty()
    await make_older(url, 2)
    now = settled(tmp_path / "data", url)
    await backed_up(now, tmp_path / "old.tar")
    fresh = settled(tmp_path / "fresh", empty_url)
    assert (await check_backup(fresh, tmp_path / "old.tar")).migrated == names[-2:]
    done = await restore_backup(fresh, tmp_path / "old.tar")
    assert done.migrated == names[-2:]
    async with inside(fresh):
        assert (await rows("SELECT handle FROM members"))[0]["handle"] == "old"
    databases.drop(url)


async def test_files_purged_meanwhile_are_in_it(source: Settings, tmp_path: Path) -> None:
    settings.use(source)
    sha256 = store.keep(b"about to go", {})
    with store.Hold():
        assert not store.throw_away(sha256, unless_newer_than=-1)
        assert store.path_of(sha256).exists()
    assert store.throw_away(sha256, unless_newer_than=-1)


async def test_what_was_missing_or_damaged_is_said_and_kept_as_it_is(
    databases: Databases, tmp_path: Path, empty_url: str
) -> None:
    url = databases.empty()
    await migrate(url)
    now = settled(tmp_path / "data", url)
    async with inside(now):
        await Member.create(handle="one", name="One", created_at=present())
        missing, damaged, _ = await uploaded(b"a"), await uploaded(b"b"), await uploaded(b"c")
        store.path_of(missing).unlink()
        store.path_of(damaged).write_bytes(b"B")
    made = await backed_up(now, tmp_path / "site.tar")
    assert (made.missing, made.damaged, made.uploads) == ((missing,), (damaged,), 2)
    done = await check_backup(now, tmp_path / "site.tar")
    assert (done.missing, done.damaged) == ((missing,), (damaged,))
    databases.drop(url)


async def test_one_that_fails_leaves_nothing(source: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.backup.make._pack_part", full)
    with pytest.raises(Refused, match="No space left"):
        await backed_up(source, tmp_path / "place" / "site.tar")
    assert list((tmp_path / "place").iterdir()) == []
    assert not [path for path in (source.data_dir / "uploads").iterdir() if path.name.startswith(".held")]


async def test_what_a_killed_one_leaves_is_cleared_away(source: Settings, tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom app.backup.places import written\n"
        "with written(Path(sys.argv[1])) as out:\n    out.write(b'half'); out.flush(); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "killed.tar")],
        check=False, capture_output=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == -9
    (left,) = tmp_path.iterdir()
    assert left.name == ".killed.tar.partial"
    made = await backed_up(source, tmp_path / "next.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["next.tar"]
    assert asdict(made)["rows"] > 100
