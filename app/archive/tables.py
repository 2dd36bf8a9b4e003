"""Which tables an archive holds, in an order in which they can be read back."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, Final

from tortoise import fields
from tortoise.models import Model

from base.db import MODEL_MODULES

FORMAT: Final = 1
LEFT_OUT: Final = frozenset(
    [
        "sessions", "tokens", "journal_deliveries", "outgoing_mail", "search_log", "search_gaps_dismissed",
        "site_settings", "limit_counts", "two_factors", "recovery_codes", "second_steps",
        "passkeys", "spent_challenges", "known_devices",
        "identity_providers", "identity_links", "spent_states",
        "data_exports", "departures", "retired_handles",
    ]
)  # fmt: skip
SECRETS: Final = {"members": ("password_hash",)}


def archived_models() -> list[type[Model]]:
    """Return the models of an archive, each after those it points to."""
    known: list[type[Model]] = [model for name in MODEL_MODULES for model in import_module(name).__models__]
    waiting = [model for model in known if table_of(model) not in LEFT_OUT]
    done: list[type[Model]] = []
    while waiting:
        ready = [model for model in waiting if not (_needs(model) & set(waiting)) - {model}]
        if not ready:
            raise RuntimeError("tables point at each other in a circle")
        done += ready
        waiting = [model for model in waiting if model not in ready]
    return done


def table_of(model: type[Model]) -> str:
    """Return the name of a model's table."""
    return str(model._meta.db_table)


def _needs(model: type[Model]) -> set[type[Model]]:
    links = model._meta.fk_fields | model._meta.o2o_fields
    return {model._meta.fields_map[name].related_model for name in links}  # type: ignore[attr-defined]


def self_links(model: type[Model]) -> Sequence[str]:
    """Return the columns in which a row points at a row of its own table."""
    links = model._meta.fk_fields
    found = [name for name in links if model._meta.fields_map[name].related_model is model]  # type: ignore[attr-defined]
    return [f"{name}_id" for name in found]


def columns(model: type[Model]) -> list[str]:
    """Return the names of a model's own columns."""
    return list(model._meta.db_fields)


def to_plain_value(value: object) -> object:
    """Return a column's value as JSON knows it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_plain_value(field: fields.Field[Any], value: object) -> object:
    """Return a JSON value as the column wants it."""
    if value is None:
        return None
    if isinstance(field, fields.DatetimeField) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(field, fields.DateField) and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(field, fields.DecimalField):
        return Decimal(str(value))
    return value
