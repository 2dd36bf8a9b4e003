"""Write the migration that leads from the last one to the present models; for developers."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from tortoise.context import TortoiseContext
from tortoise.fields import Field
from tortoise.fields.relational import ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AddField, CreateModel, Operation, RemoveField
from tortoise.migrations.writer import MigrationWriter, format_migration_name, migrations_module_path
from tortoise.models import Model

from app.migrate import APP, PACKAGE
from base.db import MODEL_MODULES, orm_config
from base.errors import Invalid

_ADDRESS: Final = "sqlite://never-opened.sqlite3"


@dataclass(frozen=True, slots=True)
class Made:
    """The file that was written, if anything had changed, and what to look at in it."""

    path: Path | None
    notes: tuple[str, ...]


async def changes(
    package: str = PACKAGE, modules: Sequence[str] = MODEL_MODULES
) -> tuple[MigrationWriter | None, Sequence[type[Model]]]:
    """Return what the models have that the migrations do not give, if anything, and the models."""
    config = orm_config(_ADDRESS, modules)
    config["apps"][APP]["migrations"] = package
    with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        if context.apps is None:
            raise RuntimeError("Tortoise has not loaded the models.")
        found = await MigrationAutodetector(context.apps, config["apps"]).changes()
        return (found[0] if found else None), list(context.apps.get_models_iterable())


async def make_migration(name: str, package: str = PACKAGE, modules: Sequence[str] = MODEL_MODULES) -> Made:
    """Write the next migration under `name`; nothing is written when nothing has changed."""
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name):
        raise Invalid({"name": "Give the migration a name of small letters, digits and underscores."})
    writer, models = await changes(package, modules)
    if writer is None:
        return Made(None, ())
    if missing := list(_without_default(writer.operations)):
        raise Invalid({"models": f"A new column that may not be empty needs a db_default: {', '.join(missing)}."})
    number = 1 if writer.initial else int(writer.name[:4])
    writer.name = format_migration_name(number, name)
    text = writer.as_string()
    if indexes := _reference_indexes(writer.operations, models):
        head, _, tail = text.rpartition("    ]")
        text = head + "".join(f"        ops.RunSQL({sql!r}),\n" for sql in indexes) + "    ]" + tail
    path = writer.path()
    path.write_text(text, encoding="utf-8")
    return Made(path, tuple(_doubts(writer.operations)))


def _reference_indexes(operations: Sequence[Operation], models: Sequence[type[Model]]) -> list[str]:
    """Return the statements that index the new foreign keys: neither engine does, and deleting a row searches them."""
    new = {one.name for one in operations if isinstance(one, CreateModel)}
    added = {(one.model_name, one.name) for one in operations if isinstance(one, AddField)}
    statements = []
    for model in models:
        meta, led = model._meta, leading_columns(model)
        for name in sorted(meta.fk_fields):
            column, table = str(meta.fields_map[name].source_field), meta.db_table
            if column in led or not (model.__name__ in new or (model.__name__, name) in added):
                continue
            some = f' WHERE "{column}" IS NOT NULL' if meta.fields_map[name].null else ""
            statements.append(f'CREATE INDEX "fk_{table}_{column}" ON "{table}" ("{column}"){some}')
    return statements


def leading_columns(model: type[Model]) -> set[str]:
    """Return the columns by which an index of the model can find rows."""
    fields = model._meta.fields_map
    groups = [*model._meta.unique_together, *model._meta.indexes]
    names = {next(iter(group.fields if isinstance(group, Index) else group)) for group in groups}
    names |= {name for name, field in fields.items() if field.unique or field.index or field.pk}
    return {str(fields[name].source_field or name) for name in names}


def _without_default(operations: Sequence[Operation]) -> list[str]:
    return [
        f"{one.model_name}.{one.name}"
        for one in operations
        if isinstance(one, AddField)
        and isinstance(one.field, Field)
        and not isinstance(one.field, ManyToManyFieldInstance)
        and not (one.field.null or one.field.has_db_default())
    ]


def _doubts(operations: Sequence[Operation]) -> list[str]:
    added = {one.model_name for one in operations if isinstance(one, AddField)}
    removed = {one.model_name for one in operations if isinstance(one, RemoveField)}
    return [
        f"{model}: one column goes and one comes. If it was renamed, write ops.RenameField instead, or its "
        "content is lost."
        for model in sorted(added & removed)
    ]


async def start_afresh(package: str = PACKAGE, modules: Sequence[str] = MODEL_MODULES) -> Made:
    """Replace all migrations by one that makes the present tables; only before the first release."""
    folder = migrations_module_path(package)
    old = {path: path.read_text(encoding="utf-8") for path in folder.glob("[0-9]*.py")}
    for path in old:
        path.unlink()
    try:
        return await make_migration("initial", package, modules)
    except BaseException:
        for path, text in old.items():
            path.write_text(text, encoding="utf-8")
        raise


@click.command()
@click.argument("name")
@click.option("--afresh", is_flag=True, help="Replace all migrations by one; only before the first release.")
def main(name: str, *, afresh: bool) -> None:
    """Write the next migration under NAME."""
    made = asyncio.run(start_afresh() if afresh else make_migration(name))
    click.echo(made.path or "The migrations already agree with the models.")
    for note in made.notes:
        click.echo(f"Look at it: {note}")


if __name__ == "__main__":
    main()
