"""No table and no column that can say something of a person is forgotten when they leave, or in their copy."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Final

import httpx2
import pytest
from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from app.leaving.let_go import let_go
from app.leaving.texts import NEVER
from app.own_data.parts import PARTS
from app.search import engine_of
from app.wiring import SOURCES
from base import settings
from base.db import MODEL_MODULES, marks, rows
from base.settings import Settings
from members.actions.leave import Leaving, leave
from search_index.keep_up import rebuild
from tests.app.leaver import lived
from tests.app.personal_columns import GOES, GOES_ON_WITHDRAWAL, NOT_COPIED, NOT_GIVEN, SAYS_WHO, STAYS, named
from tests.app.test_leaving import at_the_desk

pytestmark = pytest.mark.anyio
# A column of this name may say who somebody is, or what they call something.
_TELLING: Final = re.compile(
    r"(^|_)(actor|address|attribution|author|because|bio|by|contact|device|email|external|handle|key|member|name|owner|"
    r"password|query|subject|subscriber|title|to|user|voter|was|who|whose|words)(_|$)|_id$"
)
_PART: Final = re.compile(r"FROM (\w+) x .*?WHERE (?:.* AND )?(?:(\w+)\.)?(\w+) IN \(\{ids\}\)")
# Marks and numbers that stand for a choice, not for words.
_CHOICES: Final = 60


def _columns() -> Iterator[tuple[str, str, fields.Field]]:
    for module in MODEL_MODULES:
        for model in import_module(module).__models__:
            assert issubclass(model, Model)
            for name, field in model._meta.fields_map.items():
                yield str(model._meta.db_table), name, field


def keys_to_members() -> frozenset[str]:
    return frozenset(
        f"{table}.{name}"
        for table, name, field in _columns()
        if isinstance(field, ForeignKeyFieldInstance) and field.model_name == "models.Member"
    )


def telling() -> frozenset[str]:
    keys = {
        f"{table}.{field.source_field or name}"
        for table, name, field in _columns()
        if isinstance(field, ForeignKeyFieldInstance)
    } | {
        f"{table}.{name}_id" for table, name, field in _columns() if isinstance(field, ForeignKeyFieldInstance)
    }  # fmt: skip
    kinds = (fields.CharField, fields.TextField, fields.JSONField, fields.BigIntField, fields.IntField)
    return frozenset(
        f"{table}.{name}"
        for table, name, field in _columns()
        if isinstance(field, kinds) and not field.pk and _TELLING.search(name) and f"{table}.{name}" not in keys
    )


def test_it_is_decided_what_becomes_of_every_key_to_a_member() -> None:
    decided = GOES | GOES_ON_WITHDRAWAL | STAYS
    assert keys_to_members() - decided == set(), "say in personal_columns.py what becomes of it, and do it"
    assert decided - keys_to_members() == set(), "there is no such column any more"
    assert not GOES & STAYS


def test_it_is_decided_what_becomes_of_every_column_that_may_name_somebody() -> None:
    missing = telling() - named(SAYS_WHO)
    assert not missing, f"say in personal_columns.py what becomes of {sorted(missing)}, and do it"
    known = {f"{table}.{name}" for table, name, _ in _columns()}
    assert named(SAYS_WHO) - known == set(), "there is no such column any more"


def test_what_no_search_for_names_looks_at_is_there() -> None:
    known = {(table, name) for table, name, _ in _columns()}
    assert set(NEVER) <= known


def _copied() -> frozenset[str]:
    found = {(match[1], match[2], match[3]) for part in PARTS if (match := _PART.search(part.sql))}
    return frozenset(f"{table}.{column.removesuffix('_id')}" for table, alias, column in found if alias == "x")


def test_every_key_to_a_member_is_in_the_copy_or_it_is_said_why_not() -> None:
    missing = keys_to_members() - _copied() - named(NOT_COPIED)
    assert not missing, f"give it in app/own_data/parts.py, or say in personal_columns.py why not: {sorted(missing)}"
    assert not named(NOT_COPIED) & _copied()
    assert named(NOT_COPIED) <= keys_to_members()


def test_every_word_of_a_table_that_is_copied_is_in_the_copy_or_it_is_said_why_not() -> None:
    given: dict[str, str] = {}
    for part in PARTS:
        if match := _PART.search(part.sql):
            given[match[1]] = f"{given.get(match[1], '')} {part.sql}"
    missing = {
        f"{table}.{name}"
        for table, name, field in _columns()
        if table in given
        and isinstance(field, fields.CharField | fields.TextField | fields.JSONField)
        and not field.pk
        and (not isinstance(field, fields.CharField) or field.max_length >= _CHOICES)
        and f'x."{name}"' not in given[table]
        and not re.search(rf"x\.{name}\b", given[table])
    }
    missing -= named(NOT_GIVEN)
    assert not missing, f"give it in app/own_data/parts.py, or say in personal_columns.py why not: {sorted(missing)}"


async def test_every_part_of_the_copy_can_be_asked_for(database: str) -> None:
    for part in PARTS:
        assert await rows(part.sql.format(ids="?, ?"), 1, 2, 0, 10) == []


async def _hers(ids: list[int]) -> dict[str, int]:
    """Return how many rows of hers each key to a member finds."""
    found = {}
    for key in sorted(keys_to_members()):
        table, _, column = key.partition(".")
        counted = await rows(f"SELECT COUNT(*) AS n FROM {table} WHERE {column}_id IN ({marks(ids)})", *ids)
        found[key] = counted[0]["n"]
    return found


@pytest.mark.parametrize("kind", ["erase", "withdraw"])
async def test_what_is_said_to_go_goes(client: httpx2.AsyncClient, site: Settings, kind: str) -> None:
    settings.use(site.model_copy(update={"mail_window_minutes": 0}))
    world = await lived(client, site.data_dir)
    masks = await rows("SELECT id FROM members WHERE state = 'mask'")
    ids = [world.her.id, *(row["id"] for row in masks)]
    before = await _hers(ids)
    assert not [key for key in GOES | GOES_ON_WITHDRAWAL if not before[key]], "she has to have one, or nothing is shown"
    async with engine_of(site):
        await rebuild(SOURCES)
        await leave(await at_the_desk(world.her), Leaving.read({"kind": kind, "when": "now", "understood": True}))
        assert await let_go() == 1
    after = await _hers(ids)
    assert not [key for key in GOES if after[key]]
    assert bool(after["nominations.member"]) is (kind == "erase")
