"""Values come back as they went in, or are refused, alike on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from tortoise.exceptions import OperationalError

from base import db
from tests.base.db.models import Counter

pytestmark = pytest.mark.usefixtures("counters")


@pytest.mark.parametrize("text", ["", "it's", '"?"', "semi;colon", "Ünïcödé 🦉", "\\x00", "a\tb\nc", "'||CHAR(0)||'"])
async def test_text_comes_back(text: str) -> None:
    await Counter.filter(id=1).update(word=text)
    assert (await Counter.get(id=1)).word == text
    assert await db.rows("SELECT word FROM counters WHERE word = ?", text) == [{"word": text}]


async def test_a_nul_is_refused_everywhere() -> None:
    for attempt in (
        lambda: Counter.filter(id=1).update(word="a\x00b"),
        lambda: Counter.create(id=7, word="\x00"),
        lambda: Counter.bulk_create([Counter(id=7, word="\x00")]),
        lambda: Counter.filter(word="a\x00b").count(),
        lambda: db.rows("SELECT ? AS x", "\x00"),
        lambda: db.execute("UPDATE counters SET word = ?", "\x00"),
    ):
        with pytest.raises(ValueError, match="NUL"):
            await attempt()
        with pytest.raises(ValueError, match="NUL"):
            async with db.transaction():
                await attempt()
    assert await Counter.filter(word__isnull=False).count() == 0


async def test_moments_are_kept_and_compared_in_utc() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    east = noon.astimezone(timezone(timedelta(hours=9)))
    west = (noon + timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=-8)))
    await Counter.filter(id=1).update(at=east)
    await db.execute("UPDATE counters SET at = ? WHERE id = 2", west)
    one, two = await Counter.get(id=1), await Counter.get(id=2)
    assert (one.at, two.at) == (noon, west)
    assert await Counter.filter(at__gt=east).values_list("id", flat=True) == [2]
    assert [row["id"] for row in await db.rows("SELECT id FROM counters WHERE at IS NOT NULL ORDER BY at")] == [1, 2]
    read = await db.rows("SELECT at FROM counters WHERE id <= 2 ORDER BY id")
    assert [db.as_datetime(row["at"]) for row in read] == [noon, west]


async def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        await db.rows("SELECT id FROM counters WHERE at > ?", datetime(2026, 3, 1))


async def test_a_number_too_large_is_the_same_failure() -> None:
    with pytest.raises(OperationalError):
        await db.rows("SELECT n FROM counters WHERE id = ?", 2**70)


async def test_an_in_list() -> None:
    ids = [1, 3]
    assert await db.rows(f"SELECT id FROM counters WHERE id IN ({db.marks(ids)}) ORDER BY id", *ids) == [
        {"id": 1},
        {"id": 3},
    ]
    assert await db.rows(f"SELECT id FROM counters WHERE id IN ({db.marks([])})") == []
