"""The databases that tests work on: each begins as what it is a copy of."""

from datetime import timedelta

import pytest

from base import db
from base.clock import now
from forum.banners import are_there, look_again
from members.models import Member
from tests import builders as make
from tests.databases import Databases, fold_up

pytestmark = pytest.mark.anyio


async def _filled_with(url: str, name: str) -> str:
    await db.connect(url)
    await make.member(name)
    await db.close()
    fold_up(url)
    return url


async def _names(url: str) -> list[str]:
    await db.connect(url)
    found = [member.name for member in await Member.all()]
    await db.close()
    return found


async def test_a_copy_is_never_one_of_what_stood_at_the_same_address_before(
    databases: Databases, whole_schema_url: str
) -> None:
    for name in ("Mara", "Omar"):
        filled = await _filled_with(databases.copy(whole_schema_url), name)
        for _ in range(2):
            one = databases.copy(filled)
            assert await _names(one) == [name]
            await _filled_with(one, "Nia")
            databases.drop(one)
        databases.drop(filled)


@pytest.mark.parametrize("nth", [1, 2])
async def test_announcements_of_another_test_are_not_known(database: str, nth: int) -> None:
    assert not are_there(), "though it may have had the same address"
    await make.thread("The network meets", kind="announcement", banner_until=now() + timedelta(hours=1))
    await look_again()
    assert are_there()
