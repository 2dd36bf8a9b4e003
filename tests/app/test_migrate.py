"""Migrating: everything or nothing, one process at a time, and never backwards."""

import asyncio
import dataclasses
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.operations import (
    AddField,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
    RenameField,
)

from app.migrate import MigrationRefused, check, migrate
from base import db
from tests.app.migrating import Package, contents, shape
from tests.databases import on_postgres

MODULES = ["tests.base.db.models"]

FOLDER = CreateModel(
    "Folder",
    [
        ("id", fields.BigIntField(generated=True, primary_key=True)),
        ("name", fields.CharField(max_length=20, unique=True)),
        ("place", fields.CharField(max_length=20)),
        ("spot", fields.IntField(db_index=True)),
    ],
    options={
        "table": "folders",
        "app": "models",
        "unique_together": (("place", "spot"),),
        "indexes": [Index(fields=["spot", "place"])],
    },
    bases=["Model"],
)
PAPER = CreateModel(
    "Paper",
    [
        ("id", fields.BigIntField(generated=True, primary_key=True)),
        ("folder", fields.ForeignKeyField("models.Folder", related_name="papers", on_delete=OnDelete.CASCADE)),
        ("copy_of", fields.ForeignKeyField("models.Folder", related_name="copies", null=True)),
        ("text", fields.TextField()),
    ],
    options={"table": "papers", "app": "models", "indexes": [Index(fields=["folder", "id"])]},
    bases=["Model"],
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Give a line of one migration: folders, and papers that go with their folder."""
    made = Package(tmp_path, monkeypatch)
    made.write("0001_initial", [FOLDER, PAPER])
    return made


@pytest.fixture
async def filled(package: Package, empty_database_url: str) -> str:
    await migrate(empty_database_url, package=package.name, modules=MODULES)
    await db.connect(empty_database_url, MODULES)
    for number in range(1, 6):
        await db.execute("INSERT INTO folders (name, place, spot) VALUES (?, 'north', ?)", f"f{number}", number)
        for text in ("a", "b"):
            await db.execute("INSERT INTO papers (folder_id, copy_of_id, text) VALUES (?, ?, ?)", number, 1, text)
    await db.execute("DELETE FROM folders WHERE id = ?", 5)
    await db.close()
    return empty_database_url


async def go(url: str, package: Package, **more: object) -> tuple[str, ...]:
    return (await migrate(url, package=package.name, modules=MODULES, **more)).applied  # type: ignore[arg-type]


async def look(url: str) -> tuple[object, object]:
    await db.connect(url, MODULES)
    try:
        return await contents(), await shape()
    finally:
        await db.close()


async def ask(url: str, sql: str, *values: object) -> list[dict[str, object]]:
    await db.connect(url, MODULES)
    try:
        return await db.rows(sql, *values)
    finally:
        await db.close()


async def test_from_nothing_and_again(package: Package, empty_database_url: str) -> None:
    lines: list[str] = []
    assert (await check(empty_database_url, package=package.name, modules=MODULES)).pending == ("0001_initial",)
    report = await migrate(empty_database_url, progress=lines.append, package=package.name, modules=MODULES)
    assert report.applied == ("0001_initial",)
    assert lines == ["applying 0001_initial"]
    assert json.loads(json.dumps(dataclasses.asdict(report)))["rows"] == {"folders": 0, "papers": 0}
    assert await go(empty_database_url, package) == ()
    schema = await check(empty_database_url, package=package.name, modules=MODULES)
    assert (schema.applied, schema.pending) == (("0001_initial",), ())


async def test_looking_makes_no_file(package: Package, tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    assert (await check(f"sqlite://{path}", package=package.name)).pending == ("0001_initial",)
    assert not path.exists()


async def test_a_dry_run_tells_and_does_nothing(package: Package, filled: str) -> None:
    package.write(
        "0002_longer",
        [AlterField("Folder", "name", fields.CharField(max_length=99, unique=True))],
        after="0001_initial",
    )
    before = await look(filled)
    report = await migrate(filled, dry_run=True, package=package.name, modules=MODULES)
    assert (report.applied, report.pending) == ((), ("0002_longer",))
    assert any("99" in statement for statement in report.statements)
    assert await look(filled) == before


async def test_refuses_a_schema_newer_than_the_program(package: Package, filled: str, tmp_path: Path) -> None:
    package.write_sql("0002_more", "CREATE TABLE more (id INT)", after="0001_initial")
    await go(filled, package)
    (tmp_path / package.name / "0002_more.py").unlink()
    with pytest.raises(MigrationRefused, match=r"newer version of this program .it has 0002_more"):
        await go(filled, package)
    with pytest.raises(MigrationRefused, match="newer version"):
        await check(filled, package=package.name, modules=MODULES)


async def test_refuses_tables_of_somebody_else(package: Package, empty_database_url: str) -> None:
    await ask(empty_database_url, "CREATE TABLE strange (id INT)")
    with pytest.raises(MigrationRefused, match="did not make"):
        await go(empty_database_url, package)


async def test_a_failing_step_undoes_those_before_it(package: Package, filled: str) -> None:
    package.write(
        "0002_longer",
        [
            AlterField("Folder", "name", fields.CharField(max_length=99, unique=True)),
            AddField("Paper", "size", fields.IntField(default=0, db_default=0)),
        ],
        after="0001_initial",
    )
    package.write_sql("0003_wrong", "INSERT INTO nowhere VALUES (1)", after="0002_longer")
    before = await look(filled)
    with pytest.raises(MigrationRefused, match=r"0003_wrong failed: .*nowhere"):
        await go(filled, package)
    assert await look(filled) == before


async def test_refuses_to_lose_rows_unless_the_step_says_so(package: Package, filled: str) -> None:
    package.write_sql("0002_tidy", "DELETE FROM papers WHERE text = 'a'", after="0001_initial")
    before = await look(filled)
    with pytest.raises(MigrationRefused, match="would lose rows: papers had 8, would have 4"):
        await go(filled, package)
    assert await look(filled) == before
    package.write_sql(
        "0002_tidy", "DELETE FROM papers WHERE text = 'a'", after="0001_initial", more='may_lose = ("papers",)'
    )
    sys.modules.pop(f"{package.name}.0002_tidy")
    assert await go(filled, package) == ("0002_tidy",)
    assert await ask(filled, "SELECT count(*) AS n FROM papers") == [{"n": 4}]


async def test_refuses_a_step_that_cannot_be_undone(package: Package, filled: str) -> None:
    package.write_sql("0002_apart", "SELECT 1", after="0001_initial", more="atomic = False")
    with pytest.raises(MigrationRefused, match="not atomic"):
        await go(filled, package)


@pytest.mark.skipif(on_postgres(), reason="PostgreSQL checks references itself")
async def test_refuses_references_to_nothing(package: Package, filled: str) -> None:
    package.write_sql(
        "0002_tidy", "DELETE FROM folders WHERE id = 2", after="0001_initial", more='may_lose = ("folders",)'
    )
    before = await look(filled)
    with pytest.raises(MigrationRefused, match="refer to rows that are gone: papers"):
        await go(filled, package)
    assert await look(filled) == before


@pytest.mark.skipif(on_postgres(), reason="the server has backups of its own")
async def test_keeps_a_copy_of_the_file(package: Package, filled: str, tmp_path: Path) -> None:
    package.write(
        "0002_longer",
        [AlterField("Folder", "name", fields.CharField(max_length=99, unique=True))],
        after="0001_initial",
    )
    report = await migrate(filled, backup_to=tmp_path / "b", package=package.name, modules=MODULES)
    assert report.backup is not None
    kept = Path(report.backup)
    assert (kept.stat().st_mode & 0o777, kept.parent) == (0o600, tmp_path / "b")
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM papers").fetchone() == (8,)
        assert connection.execute("SELECT name FROM tortoise_migrations").fetchall() == [("0001_initial",)]
    assert (await migrate(filled, backup_to=tmp_path / "b", package=package.name, modules=MODULES)).backup is None


async def test_a_rebuilt_table_keeps_all_that_belongs_to_it(package: Package, filled: str) -> None:
    await ask(filled, "CREATE INDEX only_some ON folders (place) WHERE spot > 2")
    rows_before, shape_before = await look(filled)
    package.write(
        "0002_longer",
        [
            AlterField("Folder", "name", fields.CharField(max_length=99, unique=True)),
            AlterField("Folder", "spot", fields.IntField(db_index=True, null=True)),
            AlterField("Paper", "text", fields.TextField(null=True)),
        ],
        after="0001_initial",
    )
    await go(filled, package)
    rows_after, shape_after = await look(filled)
    assert rows_after == rows_before
    assert isinstance(shape_before, dict)
    assert isinstance(shape_after, dict)
    for table in ("folders", "papers"):
        assert shape_after[table]["indexes"] == shape_before[table]["indexes"]
        assert shape_after[table]["keys"] == shape_before[table]["keys"]
    with pytest.raises(IntegrityError):
        await ask(filled, "INSERT INTO folders (name, place, spot) VALUES ('f1', 'south', 1)")
    with pytest.raises(IntegrityError):
        await ask(filled, "INSERT INTO folders (name, place, spot) VALUES ('new', 'north', 1)")
    # The id of a deleted row is not given again, and references still act.
    [made] = await ask(filled, "INSERT INTO folders (name, place, spot) VALUES ('g', 'n', 1) RETURNING id")
    assert made["id"] in (6, 8)  # PostgreSQL gives numbers to failed rows too
    await ask(filled, "DELETE FROM folders WHERE id = 3 RETURNING id")
    assert await ask(filled, "SELECT count(*) AS n FROM papers") == [{"n": 6}]


@pytest.mark.skipif(on_postgres(), reason="written for SQLite")
async def test_a_rebuilt_table_keeps_its_triggers(package: Package, filled: str) -> None:
    await ask(filled, "CREATE TRIGGER loud AFTER INSERT ON folders BEGIN UPDATE papers SET text = 'x;y'; END")
    package.write(
        "0002_longer",
        [AlterField("Folder", "name", fields.CharField(max_length=99, unique=True))],
        after="0001_initial",
    )
    await go(filled, package)
    await ask(filled, "INSERT INTO folders (name, place, spot) VALUES ('new', 'south', 1)")
    assert await ask(filled, "SELECT DISTINCT text FROM papers") == [{"text": "x;y"}]


async def test_what_is_asked_for_does_go(package: Package, filled: str) -> None:
    package.write(
        "0002_looser",
        [
            RemoveConstraint("Folder", fields=["place", "spot"]),
            RemoveIndex("Folder", fields=["spot", "place"]),
            RemoveIndex("Paper", fields=["folder", "id"]),
            AlterField("Folder", "name", fields.CharField(max_length=20)),
            AlterField("Folder", "spot", fields.IntField()),
            AlterField("Folder", "place", fields.CharField(max_length=20, db_index=True)),
            RenameField("Paper", "text", "body"),
        ],
        after="0001_initial",
    )
    rows_before, _ = await look(filled)
    await go(filled, package)
    rows_after, made = await look(filled)
    assert isinstance(rows_before, dict)
    assert isinstance(rows_after, dict)
    assert isinstance(made, dict)
    assert rows_after["folders"] == rows_before["folders"]
    assert [row["body"] for row in rows_after["papers"]] == [row["text"] for row in rows_before["papers"]]
    indexes = {table: [parts for _, parts in its["indexes"] if parts != ("id",)] for table, its in made.items()}
    assert indexes == {"folders": [("place",)], "papers": []}


async def test_what_becomes_of_a_reference_can_change(package: Package, filled: str) -> None:
    loose = fields.ForeignKeyField("models.Folder", related_name="papers", null=True, on_delete=OnDelete.SET_NULL)
    package.write("0002_loose", [AlterField("Paper", "folder", loose)], after="0001_initial")
    before, _ = await look(filled)
    await go(filled, package)
    assert (await look(filled))[0] == before
    await ask(filled, "DELETE FROM folders WHERE id = 2 RETURNING id")
    assert await ask(filled, "SELECT count(*) AS n FROM papers WHERE folder_id IS NULL") == [{"n": 2}]


async def test_code_of_a_step_may_ask_for_any_table_as_it_was(package: Package, filled: str) -> None:
    package.write_text(
        "0002_code",
        "from tortoise import fields, migrations\nfrom tortoise.migrations import operations as ops\n\n"
        "async def note(apps, editor):\n"
        "    folders = apps.get_model('models.Folder')\n"
        "    for folder in await folders.filter(papers__text='a').prefetch_related('papers').order_by('id'):\n"
        "        assert not hasattr(folder, 'note')\n"
        "        await folders.filter(id=folder.id).update(place=f'{len(folder.papers)} papers')\n"
        "    paper = await apps.get_model('models', 'Paper').filter(folder__name='f2').order_by('id').first()\n"
        "    await apps.get_model('models.Paper').filter(id=paper.id).update(text=(await paper.folder).name)\n\n"
        "class Migration(migrations.Migration):\n    dependencies = [('models', '0001_initial')]\n    operations = [\n"
        "        ops.RunPython(note),\n"
        "        ops.AddField('Folder', 'note', fields.CharField(max_length=9, null=True)),\n    ]\n",
    )
    await go(filled, package)
    found = await ask(filled, "SELECT place, note FROM folders ORDER BY id")
    assert found == [{"place": "2 papers", "note": None}] * 4
    texts = await ask(filled, "SELECT text FROM papers WHERE folder_id = 2 ORDER BY id")
    assert texts == [{"text": "f2"}, {"text": "b"}]


async def test_refuses_a_table_that_refers_to_one_nobody_makes(package: Package, filled: str) -> None:
    lost = CreateModel(
        "Lost",
        [
            ("id", fields.BigIntField(generated=True, primary_key=True)),
            ("shelf", fields.ForeignKeyField("models.Shelf", related_name="lost")),
        ],
        options={"table": "lost", "app": "models"},
        bases=["Model"],
    )
    package.write("0002_lost", [lost], after="0001_initial")
    before = await look(filled)
    with pytest.raises(MigrationRefused, match=r"0002_lost failed: .*Shelf"):
        await go(filled, package)
    assert await look(filled) == before


async def test_a_column_may_become_unique(package: Package, filled: str) -> None:
    package.write(
        "0002_only", [AlterField("Folder", "spot", fields.IntField(db_index=True, unique=True))], after="0001_initial"
    )
    await go(filled, package)
    with pytest.raises(IntegrityError):
        await ask(filled, "INSERT INTO folders (name, place, spot) VALUES ('new', 'south', 1)")


async def test_two_processes_that_start_at_once(package: Package, empty_database_url: str, tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from app.migrate import migrate\n"
        f"print(asyncio.run(migrate({empty_database_url!r}, package={package.name!r}, modules={MODULES!r})).applied)"
    )
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            script,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PYTHONPATH": f"{Path.cwd()}:{tmp_path}"},
        )
        for _ in range(3)
    ]
    said = [await process.communicate() for process in started]
    assert [error.decode() for _, error in said] == [""] * 3
    assert sorted(out.decode().strip() for out, _ in said) == ["('0001_initial',)", "()", "()"]


@pytest.mark.skipif(on_postgres(), reason="PostgreSQL waits by itself")
async def test_waits_for_another_process_that_is_writing(
    package: Package, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("base.db.sqlite_statements.BUSY_SECONDS", 0.05)
    await ask(empty_database_url, "SELECT 1 AS one")
    lines: list[str] = []
    with closing(sqlite3.connect(empty_database_url.removeprefix("sqlite://"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        going = asyncio.create_task(
            migrate(empty_database_url, progress=lines.append, package=package.name, modules=MODULES)
        )
        await asyncio.sleep(0.3)
        assert not going.done()
        other.execute("COMMIT")
    assert (await going).applied == ("0001_initial",)
    assert "waiting for another process that is writing" in lines
