"""Counts of limits in the database, where several processes serve one site: a row for each limit, person and span."""

import time
from hashlib import blake2b
from typing import Final

from limits import RateLimitItem
from tortoise import fields

from base.clock import now
from base.db import execute, rows
from base.db.model import Model


class LimitCount(Model):
    """How often somebody did something within one span of time; who it was is blurred."""

    key = fields.CharField(max_length=80, primary_key=True)
    number = fields.IntField()
    until = fields.BigIntField(db_index=True)

    class Meta:
        table = "limit_counts"


# The count of the span before fades out while this one passes.
_BEFORE: Final = "COALESCE((SELECT b.number FROM limit_counts b WHERE b.key = ?), 0) * CAST(? AS DOUBLE PRECISION)"
# One statement: what two processes count at the same moment is counted twice.
_HIT: Final = f"""
INSERT INTO limit_counts (key, number, until) SELECT CAST(? AS VARCHAR(80)), 1, CAST(? AS BIGINT) WHERE {_BEFORE} <= ?
ON CONFLICT (key) DO UPDATE SET number = limit_counts.number + 1 WHERE limit_counts.number + {_BEFORE} <= ?
RETURNING number"""
_LOOK: Final = f"""
SELECT COALESCE((SELECT c.number FROM limit_counts c WHERE c.key = ?), 0) AS number, {_BEFORE} AS faded,
  COALESCE((SELECT b.number FROM limit_counts b WHERE b.key = ?), 0) AS earlier"""  # noqa: S608


class _Span:
    """The span of a limit in which this moment lies, and the one before."""

    def __init__(self, item: RateLimitItem, who: tuple[str, ...]) -> None:
        self.length: Final = item.get_expiry()
        at = now().timestamp()
        number = int(at // self.length)
        self.passed: Final = at - number * self.length
        self.weight: Final = 1 - self.passed / self.length
        self.until: Final = (number + 2) * self.length
        name = blake2b("\0".join((str(item), *who)).encode(), digest_size=24).hexdigest()
        self.key: Final = f"{name}:{number}"
        self.before: Final = f"{name}:{number - 1}"


async def hit(item: RateLimitItem, *who: str) -> bool:
    """Count one use; say whether it was within the limit (one that is not is not counted)."""
    span = _Span(item, who)
    faded = (span.before, span.weight)
    return bool(await rows(_HIT, span.key, span.until, *faded, item.amount - 1, *faded, item.amount - 1))


async def has_room(item: RateLimitItem, *who: str) -> bool:
    """Say whether one more use would be within the limit."""
    span = _Span(item, who)
    found = (await rows(_LOOK, span.key, span.before, span.weight, span.before))[0]
    return bool(found["number"] + found["faded"] <= item.amount - 1)


async def seconds_until_room(item: RateLimitItem, *who: str) -> float:
    """Return how long it takes until one more use is within the limit."""
    span = _Span(item, who)
    found = (await rows(_LOOK, span.key, span.before, span.weight, span.before))[0]
    left = item.amount - 1 - found["number"]
    if left < 0:  # not in this span; in the next one, when this one's count has faded enough
        return float(span.length * (2 - (item.amount - 1) / found["number"]) - span.passed)
    if found["earlier"] <= left:
        return 0
    return float(span.length * (1 - left / found["earlier"]) - span.passed)


async def forget_counts() -> int:
    """Delete the counts of spans that are long over; return how many. A chore."""
    return await execute("DELETE FROM limit_counts WHERE until < ?", int(time.time()))


__models__ = [LimitCount]
