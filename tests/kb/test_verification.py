"""The verification state: a table of moments, and the same answer from SQL."""

from datetime import UTC, datetime, timedelta

import pytest

from base.db import rows
from kb.models import Article
from kb.verification import SEVERITY, Standing, in_state, state_of, states_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

TABLE = [
    ("published", 1, 1, NOW + 180 * DAY, "verified"),
    ("published", 1, 1, None, "verified"),
    ("published", 1, 1, NOW + 30 * DAY + SECOND, "verified"),
    ("published", 1, 1, NOW + 30 * DAY, "due_soon"),
    ("published", 1, 1, NOW + SECOND, "due_soon"),
    ("published", 1, 1, NOW, "overdue"),
    ("published", 1, 1, NOW - 90 * DAY + SECOND, "overdue"),
    ("published", 1, 1, NOW - 90 * DAY, "stale"),
    ("published", 1, 1, NOW - 900 * DAY, "stale"),
    ("published", 2, 1, NOW + 100 * DAY, "unverified"),
    ("published", 1, 0, None, "unverified"),
    ("published", 2, 1, NOW - 900 * DAY, "unverified"),
    ("obsolete", 1, 1, NOW + 100 * DAY, "obsolete"),
    ("obsolete", 1, 0, None, "obsolete"),
    ("obsolete", 1, 1, NOW - 900 * DAY, "obsolete"),
]


@pytest.mark.parametrize(("state", "published", "verified", "due", "expected"), TABLE)
def test_state_of(state: str, published: int, verified: int, due: datetime | None, expected: str) -> None:
    standing = Standing(state=state, published_revision=published, verified_revision=verified, due_at=due)
    assert state_of(standing, NOW) == expected
    assert states_of(standing, NOW)[0] == expected


def test_an_obsolete_article_keeps_its_other_state_for_the_reviewer() -> None:
    gone = Standing(state="obsolete", published_revision=1, verified_revision=1, due_at=NOW - DAY)
    assert states_of(gone, NOW) == ("obsolete", "overdue")


@pytest.mark.anyio
async def test_sql_gives_the_same_answer(database: str) -> None:
    expected: dict[int, str] = {}
    for number, (state, published, verified, due, word) in enumerate(TABLE):
        made = await Article.create(
            title=f"Practice {number}", slug="practice", state=state, published_revision=published,
            verified_revision=verified, due_at=due, created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        expected[made.id] = word
    found: dict[int, str] = {}
    for wanted in SEVERITY:
        condition = in_state(wanted, NOW)
        for row in await rows(f"SELECT a.id FROM articles a WHERE {condition.sql}", *condition.values):
            assert row["id"] not in found, "an article is in one state only"
            found[row["id"]] = wanted
    assert found == expected
