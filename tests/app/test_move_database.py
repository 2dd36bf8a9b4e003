"""Move a site from one database to another, and upgrade it: everything or nothing."""

from pathlib import Path

import pytest

from app.backup.filling import sums
from app.backup.make import nothing
from app.backup.move import move_database
from app.backup.shape import tables_of
from app.backup.snapshot import applied_in, snapshot_of
from app.migrate import check, migrate
from app.migration_line import Line
from app.prepare import make_places, only_server
from base.db import execute, rows
from base.errors import Conflict, Failure, Invalid
from base.settings import Settings
from members.models import Member
from tests.app.filling import fill
from tests.app.keeping import everything, inside, make_older, settled
from tests.app.test_backup_live import commonplace
from tests.databases import Databases, on_postgres

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def source(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give a site on SQLite with rows in every table; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("moving")
    url = f"sqlite://{folder / 'site.sqlite3'}"
    await migrate(url)
    now = settled(folder / "data", url)
    async with inside(now):
        await fill()
    return now


async def content(url: str) -> dict[str, object]:
    async with snapshot_of(url) as snapshot:
        tables = tables_of(await applied_in(snapshot))
        return {table.name: (await sums(snapshot, table), await snapshot.last_id(table.name)) for table in tables}


async def is_untouched(url: str) -> bool:
    if url.startswith("sqlite"):
        return not list(Path(url.removeprefix("sqlite://")).parent.glob(f"*{Path(url).name}*"))
    return (await check(url)).applied == ()


async def test_every_row_arrives_and_the_way_back_is_the_same(
    source: Settings, databases: Databases, tmp_path: Path
) -> None:
    target = databases.empty()
    done: list[int] = []
    moved = await move_database(source, target, step=done.append)
    assert moved.rows == sum(done) > 3 * 60
    assert await content(target) == await content(source.database)
    assert moved.engine == target.partition("://")[0]
    with pytest.raises(Conflict, match=r"not empty|there already"):
        await move_database(source, target, step=nothing)
    there = settled(tmp_path / "data", target)
    async with inside(there):
        made = await Member.create(handle="next", name="Next", created_at=(await Member.get(id=1)).created_at)
        assert made.id == 4
    back = f"sqlite://{tmp_path / 'back.sqlite3'}"
    await move_database(there, back, step=nothing)
    assert await content(back) == await content(target)
    databases.drop(target)


async def test_one_that_fails_leaves_nothing_and_can_be_started_again(
    source: Settings, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = databases.empty()
    with monkeypatch.context() as patch:

        async def fail(*given: object) -> None:
            raise RuntimeError("stopped")

        patch.setattr("app.backup.move.put_keys_on", fail)
        with pytest.raises(RuntimeError, match="stopped"):
            await move_database(source, target, step=nothing)
    assert await is_untouched(target)
    await move_database(source, target, step=nothing)
    assert await content(target) == await content(source.database)
    databases.drop(target)


async def test_not_while_a_server_runs_nor_to_anywhere(source: Settings, databases: Databases) -> None:
    target = databases.empty()
    with only_server(source), pytest.raises(Conflict, match="Stop it first"):
        await move_database(source, target, step=nothing)
    with pytest.raises(Invalid, match="postgres://"):
        await move_database(source, "mysql://there/x", step=nothing)
    assert await is_untouched(target)
    databases.drop(target)


@pytest.mark.skipif(not on_postgres(), reason="SQLite takes any text and any number")
async def test_what_postgres_cannot_hold_is_named(databases: Databases, tmp_path: Path) -> None:
    now = settled(tmp_path / "data", f"sqlite://{tmp_path / 'odd.sqlite3'}")
    await make_older(now.database, 1)
    async with inside(now):
        await execute("UPDATE members SET name = ?", "x" * 500)
    target = databases.empty()
    with pytest.raises(Failure, match="A row of members between id 1 and 1 does not fit"):
        await move_database(now, target, step=nothing)
    assert await is_untouched(target)
    databases.drop(target)


async def test_an_upgrade_makes_a_backup_and_tells_the_way_back(databases: Databases, tmp_path: Path) -> None:
    url, names = databases.empty(), Line().names
    await make_older(url, 2)
    now = settled(tmp_path / "data", url)
    make_places(now)
    before = await everything(url)
    error = commonplace(now.data_dir, url, "export", str(tmp_path / "x.zip"), code=1)
    assert "commonplace upgrade" in error
    told = commonplace(now.data_dir, url, "upgrade", "--dry-run")
    assert names[-1] in told
    assert await everything(url) == before
    assert not list((now.data_dir / "backups").iterdir())
    told = commonplace(now.data_dir, url, "upgrade")
    (backup,) = (now.data_dir / "backups").glob("before-upgrade-*.tar")
    assert f"restore {backup} --into {tmp_path / 'data-before'}" in told
    assert (await check(url)).pending == ()
    assert "Nothing to do" in commonplace(now.data_dir, url, "upgrade")
    async with inside(now):
        assert await rows("SELECT handle FROM members") == [{"handle": "old"}]
        await execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) SELECT 'models', '9999_later', applied_at "
            "FROM tortoise_migrations WHERE id = 1"
        )
    for words in (
        ("upgrade",),
        ("export", str(tmp_path / "x.zip")),
        ("backup",),
        ("serve", "--port", "0"),
    ):
        error = commonplace(now.data_dir, url, *words, code=1)
        assert "newer version" in error, words
        assert error.count("\n") == 1, error
    databases.drop(url)


async def test_an_upgrade_that_fails_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty()
    names = Line().names
    await make_older(url, len(names) - names.index("0008_forum_depth"))
    now = settled(tmp_path / "data", url)
    make_places(now)
    async with inside(now):
        await execute("CREATE TABLE post_places (id INT)")  # in the way of what the migration makes
    before = await everything(url)
    error = commonplace(now.data_dir, url, "upgrade", code=1)
    (backup,) = (now.data_dir / "backups").glob("before-upgrade-*.tar")
    assert "failed" in error
    assert "The database is as it was" in error
    assert f"commonplace restore {backup} --into" in error
    after = await everything(url)
    for name in ("journal_entries", "last id of journal_entries"):  # which tells of the backup
        assert before.pop(name) != after.pop(name)
    assert after == before
    databases.drop(url)
