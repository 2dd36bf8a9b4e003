"""Writing migrations: what a developer is told, and what is written for them."""

from pathlib import Path

import pytest

from app.make_migration import make_migration, start_afresh
from app.migrate import migrate
from base import db
from base.errors import Invalid
from tests.app.migrating import Package, shape

BOX = """class Box(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=20)
    {more}

    class Meta:
        table = "boxes"
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    made = Package(tmp_path, monkeypatch)
    made.write_models(BOX.format(more=""))
    return made


async def test_the_first_then_nothing_then_the_next(package: Package, empty_database_url: str) -> None:
    made = await make_migration("initial", package.name, [package.models])
    assert made.path is not None
    assert made.path.name == "0001_initial.py"
    assert (await make_migration("again", package.name, [package.models])).path is None
    package.write_models(
        BOX.format(more="inside = fields.ForeignKeyField('models.Box', related_name='boxes', null=True)")
    )
    made = await make_migration("boxes_in_boxes", package.name, [package.models])
    assert made.path is not None
    assert made.path.name == "0002_boxes_in_boxes.py"
    assert (await migrate(empty_database_url, package=package.name, modules=[package.models])).applied == (
        "0001_initial",
        "0002_boxes_in_boxes",
    )
    await db.connect(empty_database_url, [package.models])
    assert "inside_id" in (await shape())["boxes"]["searchable"]
    await db.close()


async def test_refuses_a_new_column_that_old_rows_cannot_have(package: Package) -> None:
    await make_migration("initial", package.name, [package.models])
    package.write_models(BOX.format(more="size = fields.IntField(default=3)"))
    with pytest.raises(Invalid, match=r"needs a db_default: Box\.size"):
        await make_migration("size", package.name, [package.models])
    package.write_models(BOX.format(more="size = fields.IntField(default=3, db_default=3)"))
    assert (await make_migration("size", package.name, [package.models])).notes == ()


async def test_asks_whether_a_column_was_renamed(package: Package) -> None:
    await make_migration("initial", package.name, [package.models])
    package.write_models(BOX.format(more="").replace("name =", "title =").replace("=20", "=20, db_default=''"))
    made = await make_migration("title", package.name, [package.models])
    assert "ops.RenameField" in made.notes[0]


@pytest.mark.parametrize("name", ["", "Größe", "with space", "../out", "a__b"])
async def test_refuses_a_bad_name(package: Package, name: str) -> None:
    with pytest.raises(Invalid, match="small letters"):
        await make_migration(name, package.name, [package.models])


async def test_starting_afresh_leaves_one(package: Package, tmp_path: Path) -> None:
    await make_migration("initial", package.name, [package.models])
    package.write_models(BOX.format(more="size = fields.IntField()"))
    await start_afresh(package.name, [package.models])
    folder = tmp_path / package.name
    assert [path.name for path in folder.glob("[0-9]*.py")] == ["0001_initial.py"]
    assert "size" in (folder / "0001_initial.py").read_text()
    package.write_models("broken(")
    with pytest.raises(SyntaxError):
        await start_afresh(package.name, [package.models])
    assert "size" in (folder / "0001_initial.py").read_text()
