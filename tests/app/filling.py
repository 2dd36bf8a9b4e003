"""Put some rows into every table, whatever the tables are."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tortoise import fields
from tortoise.context import require_context
from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from app.migration_line import table_names
from base.clock import now


async def fill(count: int = 3) -> None:
    """Create `count` rows in every table of the open database; a reference goes to a row of the same number.

    Tables of later migrations than those the database has are left out.
    """
    apps = require_context().apps
    assert apps is not None
    there = set(await table_names())
    waiting: list[type[Model]] = [model for model in apps.get_models_iterable() if model._meta.db_table in there]
    done: set[type[Model]] = set()
    while waiting:
        ready = [model for model in waiting if _needs(model) <= done | {model}]
        assert ready, f"tables that need each other: {waiting}"
        for model in ready:
            for number in range(1, count + 1):
                await model.create(**_values(model, number, done))
            waiting.remove(model)
            done.add(model)


def _references(model: type[Model]) -> dict[str, ForeignKeyFieldInstance[Any]]:
    found = {name: model._meta.fields_map[name] for name in (*model._meta.fk_fields, *model._meta.o2o_fields)}
    return {name: field for name, field in found.items() if isinstance(field, ForeignKeyFieldInstance)}


def _needs(model: type[Model]) -> set[type[Model]]:
    return {field.related_model for field in _references(model).values() if not field.null}


def _values(model: type[Model], number: int, done: set[type[Model]]) -> dict[str, Any]:
    references = _references(model)
    columns = {field.source_field for field in references.values()}
    given: dict[str, Any] = {f"{name}_id": number for name, field in references.items() if field.related_model in done}
    for name, field in model._meta.fields_map.items():
        if name in model._meta.fields_db_projection and name not in columns and not (field.pk and field.generated):
            given[name] = _value(field, name, number)
    return given


def _value(field: Field[Any], name: str, number: int) -> Any:
    if isinstance(field, fields.CharField):
        return f"{number}{name}"[: field.max_length]
    simple: list[tuple[type[Field[Any]], Any]] = [
        (fields.TextField, f"{name}; it's {number}"),
        (fields.BooleanField, number % 2 == 0),
        (fields.IntField, number),
        (fields.DatetimeField, now() - timedelta(days=number)),
        (fields.DateField, now().date() - timedelta(days=number)),
        (fields.JSONField, {name: number}),
        (fields.FloatField, number / 2),
        (fields.DecimalField, Decimal(number)),
        (fields.UUIDField, uuid4()),
    ]
    for kind, value in simple:
        if isinstance(field, kind):
            return value
    raise TypeError(f"no value for {name}: {type(field).__name__}")
