"""The shipped migrations: they make what the models say, and keep what is in the tables."""

from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from tortoise import fields
from tortoise.migrations.operations import AddField, AlterField, RemoveField
from tortoise.migrations.writer import MigrationWriter
from tortoise.models import Model

from app.make_migration import changes
from app.migrate import PACKAGE, migrate
from base import db
from base.clock import now
from tests.app.filling import fill
from tests.app.migrating import Package, contents, shape
from tests.databases import Databases, create_tables

Changes = tuple[MigrationWriter | None, Sequence[type[Model]]]


@pytest.fixture(scope="module")
async def found() -> Changes:
    """Compare models and migrations once: Tortoise takes seconds for it."""
    return await changes()


async def test_nothing_is_missing_from_the_migrations(found: Changes) -> None:
    writer, _ = found
    assert writer is None, f"run scripts/makemigration:\n{writer.as_string()}"


async def test_migrations_and_models_make_the_same_tables(databases: Databases, empty_database_url: str) -> None:
    await migrate(empty_database_url)
    await db.connect(empty_database_url)
    migrated = await shape()
    await db.close()
    other = databases.empty()
    await db.connect(other)
    await create_tables()
    created = await shape()
    await db.close()
    databases.drop(other)
    assert migrated.keys() == created.keys()
    for table, its in created.items():
        searchable, expected = migrated[table].pop("searchable"), its.pop("searchable")
        assert migrated[table] == its, table
        assert searchable >= expected


async def test_every_reference_can_be_searched(found: Changes, empty_database_url: str) -> None:
    await migrate(empty_database_url)
    await db.connect(empty_database_url)
    made = await shape()
    await db.close()
    _, models = found
    bare = [
        f"{model._meta.db_table}.{model._meta.fields_map[name].source_field}"
        for model in models
        for name in (*model._meta.fk_fields, *model._meta.o2o_fields)
        if model._meta.fields_map[name].source_field not in made[model._meta.db_table]["searchable"]
        and not model._meta.fields_map[name].pk
    ]
    assert bare == []


async def test_filled_tables_are_rebuilt_without_loss(
    empty_database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Package(tmp_path_factory.mktemp("package"), monkeypatch)
    shipped = sorted(module.name for module in iter_modules(import_module(PACKAGE).__path__))
    for name in shipped:
        package.write_text(
            name, f"import importlib\nMigration = importlib.import_module('{PACKAGE}.{name}').Migration\n"
        )
    await migrate(empty_database_url, package=package.name)
    await db.connect(empty_database_url)
    await fill()
    before, looked = await contents(), await shape()
    await db.close()
    assert all(len(rows) == 3 for rows in before.values())

    # Members, threads and posts are what most other tables refer to, with CASCADE and with SET NULL.
    package.write(
        "9999_rebuild",
        [
            AlterField("Member", "name", fields.CharField(max_length=333)),
            AlterField("Thread", "title", fields.CharField(max_length=333)),
            AlterField("Thread", "slug", fields.CharField(max_length=333, null=True)),
            AlterField("Post", "number", fields.IntField(null=True)),
            AddField("Member", "mood", fields.CharField(max_length=40, default="calm; 'so'", db_default="calm; 'so'")),
            RemoveField("Deflection", "title"),
        ],
        after=shipped[-1],
    )
    report = await migrate(empty_database_url, package=package.name, backup_to=tmp_path_factory.mktemp("backup"))
    assert report.applied == ("9999_rebuild",)
    await db.connect(empty_database_url)
    after, now_looks = await contents(), await shape()
    for row in after["members"]:
        assert row.pop("mood") == "calm; 'so'"
    for row in before["deflections"]:
        row.pop("title")
    assert {table: len(rows) for table, rows in after.items()} == {table: len(rows) for table, rows in before.items()}
    assert after == before
    for table, its in looked.items():
        assert now_looks[table]["indexes"] == its["indexes"], table
        assert now_looks[table]["keys"] == its["keys"], table
        assert now_looks[table]["searchable"] == its["searchable"], table

    # References still work both ways: what belongs to a thread goes with it, what only mentions it stays.
    await db.execute("DELETE FROM threads WHERE id = ?", 1)
    assert await db.rows("SELECT count(*) AS n FROM posts WHERE thread_id = ?", 1) == [{"n": 0}]
    await db.close()


async def as_before(package: Package, name: str, url: str) -> None:
    """Make the tables as they were before a migration, and open the database."""
    shipped = sorted(module.name for module in iter_modules(import_module(PACKAGE).__path__))
    for one in shipped[: shipped.index(name)]:
        package.write_text(one, f"import importlib\nMigration = importlib.import_module('{PACKAGE}.{one}').Migration\n")
    await migrate(url, package=package.name)
    await db.connect(url)


async def test_labels_watched_before_are_followed_and_nothing_else_is(
    empty_database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Package(tmp_path_factory.mktemp("before"), monkeypatch)
    await as_before(package, "0009_following_labels", empty_database_url)
    # Not by the model: it knows columns that came later.
    await db.execute("INSERT INTO members (handle, name, created_at) VALUES ('mara', 'Mara', ?)", now())
    before = [
        (target, level)
        for target in ("thread", "tag", "platform", "category", "member")
        for level in ("watching", "following", "normal", "muted")
    ]
    for number, (target, level) in enumerate(before, 1):
        await db.execute(
            "INSERT INTO watches (member_id, target, target_id, level, at) VALUES (1, ?, ?, ?, ?)",
            target, number, level, now(),
        )  # fmt: skip
    await db.close()
    await migrate(empty_database_url)
    await db.connect(empty_database_url)
    after = [(row["target"], row["level"]) for row in await db.rows("SELECT * FROM watches ORDER BY target_id")]
    await db.close()
    labels = ("tag", "platform", "category")
    assert after == [
        (target, "following" if target in labels and level == "watching" else level) for target, level in before
    ]


async def test_open_sign_ins_are_taken_to_be_of_the_provider_that_was_used_last(
    empty_database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Package(tmp_path_factory.mktemp("before"), monkeypatch)
    await as_before(package, "0023_sign_ins_by_provider", empty_database_url)
    at = now()
    for handle in ("mara", "tom"):
        await db.execute("INSERT INTO members (handle, name, created_at) VALUES (?, ?, ?)", handle, handle, at)
    for slug in ("first", "last", "never"):
        await db.execute(
            "INSERT INTO identity_providers (slug, name, issuer, client_id, created_at) VALUES (?, ?, 'i', 'c', ?)",
            slug, slug, at,
        )  # fmt: skip
    for provider_id, used in ((1, at - timedelta(days=2)), (2, at), (3, None)):
        await db.execute(
            "INSERT INTO identity_links (provider_id, subject, member_id, created_at, used_at) "
            "VALUES (?, 'x', 1, ?, ?)",
            provider_id, at - timedelta(days=3), used,
        )  # fmt: skip
    for member_id, confirmed, revoked in ((1, at, None), (1, None, None), (1, at, at), (2, at, None)):
        await db.execute(
            "INSERT INTO sessions (member_id, hash, created_at, seen_at, expires_at, confirmed_at, revoked_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            member_id, f"{member_id}{confirmed}{revoked}"[:64], at, at, at, confirmed, revoked,
        )  # fmt: skip
    await db.close()
    await migrate(empty_database_url)
    await db.connect(empty_database_url)
    after = [row["provider_id"] for row in await db.rows("SELECT provider_id FROM sessions ORDER BY id")]
    await db.close()
    assert after == [2, None, None, None]
