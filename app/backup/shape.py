"""Which tables and columns there are after some migrations, whatever the engine and whatever the models are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tortoise import fields
from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance

from app.migration_line import Line

_KINDS: Final[tuple[tuple[type[Field[Any]], str], ...]] = (
    (fields.CharField, "text"),
    (fields.TextField, "text"),
    (fields.BooleanField, "bool"),
    (fields.IntField, "int"),
    (fields.BigIntField, "int"),
    (fields.SmallIntField, "int"),
    (fields.DatetimeField, "moment"),
    (fields.DateField, "date"),
    (fields.JSONField, "json"),
    (fields.DecimalField, "decimal"),
    (ForeignKeyFieldInstance, "int"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what kind of value it holds, and of a decimal number the places."""

    name: str
    kind: str
    places: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its columns; the first is `id`, by which its rows are ordered."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(column.name for column in self.columns)


PASSING: Final = frozenset({"limit_counts", "second_steps", "spent_challenges", "spent_states"})
"""Tables of which nothing is kept: what stands in them is of the last hour, and of no use elsewhere."""


def tables_of(applied: Sequence[str]) -> list[Table]:
    """Return every table of a database that has these migrations, by name; refuse those of a newer version."""
    line = Line()
    states = line.model_states(line.known(applied).applied)
    found = [
        Table(state.table, tuple(_columns(state.table, state.fields))) for state in states if state.table not in PASSING
    ]
    return sorted(found, key=lambda table: table.name)


def _columns(table: str, known: dict[str, Field[Any]]) -> list[Column]:
    columns = [_column(table, name, field) for name, field in known.items()]
    return sorted(columns, key=lambda column: (column.name != "id", column.name))


def _column(table: str, name: str, field: Field[Any]) -> Column:
    kind = next((kind for known, kind in _KINDS if isinstance(field, known)), "")
    if not kind:
        raise TypeError(f"a backup does not know how to keep {table}.{name}: {type(field).__name__}")
    if kind == "decimal":
        return Column(field.source_field or name, kind, int(field.decimal_places))  # type: ignore[attr-defined]
    relation = isinstance(field, ForeignKeyFieldInstance)
    return Column(field.source_field or (f"{name}_id" if relation else name), kind)
