"""Raw SQL, written once for both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from base import db
from base.db.statements import _numbered


@pytest.mark.parametrize(
    ("sql", "numbered"),
    [
        ("SELECT ? + ?", "SELECT $1 + $2"),
        ("SELECT '?' || ?", "SELECT '?' || $1"),
        ("SELECT 'it''s ?', ?", "SELECT 'it''s ?', $1"),
        ('SELECT "a?b" FROM t WHERE x = ?', 'SELECT "a?b" FROM t WHERE x = $1'),
        ("SELECT 1 -- why?\n, ?", "SELECT 1 -- why?\n, $1"),
        ("SELECT /* ? \n ? */ ?", "SELECT /* ? \n ? */ $1"),
        ("SELECT 1", "SELECT 1"),
    ],
)
def test_numbers_only_real_placeholders(sql: str, numbered: str) -> None:
    assert _numbered(sql) == numbered


def test_marks_for_a_list() -> None:
    assert db.marks([7, 8, 9]) == "?, ?, ?"
    assert db.marks([]) == "NULL"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("2026-11-23 17:02:22.958406+00:00", datetime(2026, 11, 23, 17, 2, 22, 958406, UTC)),
        ("2026-11-23 17:02:22", datetime(2026, 11, 23, 17, 2, 22, tzinfo=UTC)),
        ("2026-11-23 19:02:22+02:00", datetime(2026, 11, 23, 17, 2, 22, tzinfo=UTC)),
        (datetime(2026, 11, 23, 19, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 11, 23, 17, tzinfo=UTC)),
    ],
)
def test_reads_a_moment(value: object, expected: datetime | None) -> None:
    read = db.as_datetime(value)
    assert read == expected
    assert read is None or read.utcoffset() == timedelta(0)


def test_refuses_what_is_no_moment() -> None:
    with pytest.raises(TypeError, match="not a timestamp: 5"):
        db.as_datetime(5)


@pytest.mark.anyio
async def test_lower_case_knows_every_letter(counters: str) -> None:
    found = await db.rows("SELECT LOWER(?) AS word, LOWER(NULL) AS empty", "ÖZGÜR Émile")
    assert found == [{"word": "özgür émile", "empty": None}]
