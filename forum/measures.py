"""Measured outcomes as numbers and pictures: how much one changed, and where its bars stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

WIDTH: Final = 320
"""A picture is as wide as a small phone, so that it is never made smaller than it is drawn."""
_LEFT: Final = 52
_RIGHT: Final = 96
_ROOM: Final = WIDTH - _LEFT - _RIGHT
_STEP: Final = 24
_TINY: Final = 1.5
_LETTER: Final = 7.2
_DOT: Final = 6
_ONE: Final = Decimal("0.1")


class Measured(Protocol):
    """What was measured before and after; before may be unknown."""

    @property
    def baseline(self) -> Decimal | None:
        """Return what it was before, or what it is compared with."""

    @property
    def result(self) -> Decimal:
        """Return what it is now."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the line of nought to its value; `end` is where the value is written."""

    kind: str
    value: Decimal
    x: float
    y: int
    width: float
    end: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The picture of one outcome; `nought` is where its line of nought stands."""

    bars: tuple[Bar, ...]
    nought: float
    height: int


@dataclass(frozen=True, slots=True)
class Dots:
    """One outcome on the scale of a group: where before and after stand; `before` may be unknown."""

    before: float | None
    after: float
    nought: float | None


def percent_change(baseline: Decimal | None, result: Decimal) -> Decimal | None:
    """Return by how many percent of the baseline something changed; None when there is nothing to compare with."""
    if baseline is None or not baseline:
        return None
    share = (result - baseline) / abs(baseline) * 100
    # Below ten percent a decimal matters; above, it would only pretend to.
    return share.quantize(_ONE if abs(share) < 10 else Decimal(1))


def bars_of(one: Measured) -> Bars:
    """Return the bars of one outcome, on a scale of its own that has nought in it."""
    values = [("before", one.baseline), ("after", one.result)]
    known = [(kind, value) for kind, value in values if value is not None]
    low, high = _scale((value for _, value in known), nought=True)

    def at(value: Decimal) -> float:
        return _LEFT + float((value - low) / (high - low)) * _ROOM

    zero = at(Decimal(0))
    drawn = []
    for place, (kind, value) in enumerate(known):
        x, end = sorted((zero, at(value)))
        width = max(end - x, _TINY) if value else 0
        label = min(x + width + 5, WIDTH - _LETTER * len(f"{value.normalize():,f}"))
        drawn.append(Bar(kind, value, round(x, 1), place * _STEP + 2, round(width, 1), round(label, 1)))
    return Bars(tuple(drawn), round(zero, 1), len(known) * _STEP)


def dots_of(group: Iterable[Measured]) -> tuple[Dots, ...]:
    """Return where the outcomes of a group stand on one scale for all."""
    known = list(group)
    values = [value for one in known for value in (one.baseline, one.result) if value is not None]
    low, high = _scale(values, nought=False)
    room = WIDTH - 4 * _DOT

    def at(value: Decimal) -> float:
        return round(2 * _DOT + float((value - low) / (high - low)) * room, 1)

    nought = at(Decimal(0)) if low <= 0 <= high else None
    return tuple(Dots(None if one.baseline is None else at(one.baseline), at(one.result), nought) for one in known)


def _scale(values: Iterable[Decimal], *, nought: bool) -> tuple[Decimal, Decimal]:
    """Return both ends of a scale; nought is on it when asked for, or when it is not far away."""
    known = list(values)
    low, high = min(known), max(known)
    if nought or (low > 0 and low < high / 2):
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    elif high < 0 and high > low / 2:
        high = Decimal(0)
    return (low, high) if low < high else (low, low + 1) if low >= 0 else (low - 1, low)
