"""A row as one line of JSON that is the same whichever engine it came from, and back."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from app.backup.shape import Column, Table
from base.db import Dialect
from base.errors import Invalid

Row = Sequence[Any]


class Lines:
    """Writes the rows of a table as lines, and reads them back for one of the engines."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table
        self._out: Final = [_TO_PLAIN[column.kind] for column in table.columns]
        self._json: Final = [place for place, column in enumerate(table.columns) if column.kind == "json"]

    def plain(self, row: Row) -> list[Any]:
        """Return the values of a row, as an engine gives them, as JSON knows them."""
        try:
            return [
                None if value is None else out(value, column)
                for value, out, column in zip(row, self._out, self._table.columns, strict=True)
            ]
        except (TypeError, ValueError, ArithmeticError) as error:
            raise Invalid({"database": f"{self._table.name} {row[0]} holds what it should not: {error}"}) from None

    def line(self, values: Sequence[Any]) -> bytes:
        """Return plain values as a line."""
        return _dumped(values)

    def measure(self, values: Sequence[Any], line: bytes) -> bytes:
        """Return what the checksum of the table is made of: the line, with the keys inside JSON columns in order."""
        if not self._json:
            return line  # PostgreSQL keeps keys in an order of its own
        known = list(values)
        for place in self._json:
            if known[place] is not None:
                known[place] = json.dumps(json.loads(known[place]), sort_keys=True)
        return _dumped(known)

    def values(self, line: bytes) -> list[Any]:
        """Return the plain values of a line."""
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, list) or len(found) != len(self._table.columns):
            raise Invalid({"file": f"The table {self._table.name} in the backup is damaged."})
        return found

    def for_engine(self, engine: Dialect) -> Callable[[Sequence[Any]], list[Any]]:
        """Return what makes plain values fit for an engine."""
        known = [_FROM_PLAIN[engine].get(column.kind, _same) for column in self._table.columns]

        def fit(values: Sequence[Any]) -> list[Any]:
            return [None if value is None else one(value) for value, one in zip(values, known, strict=True)]

        return fit


def _dumped(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _same(value: Any) -> Any:
    return value


def _text(value: Any, column: Column) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{column.name} is no text")
    return value


def _int(value: Any, column: Column) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{column.name} is no whole number")
    return int(value)


def _bool(value: Any, column: Column) -> bool:
    if value not in (0, 1):
        raise TypeError(f"{column.name} is neither true nor false")
    return bool(value)


def _moment(value: Any, column: Column) -> str:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()


def _date(value: Any, column: Column) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _decimal(value: Any, column: Column) -> str:
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-column.places))
    return f"{number + 0:f}"  # to the digit as the models write it; + 0, for there is no -0 on PostgreSQL


def _json(value: Any, column: Column) -> str:
    known = json.loads(value, parse_float=_number) if isinstance(value, str) else value
    return json.dumps(known, separators=(",", ":"))  # to the letter as the models write it


def _number(text: str) -> int | float:
    """PostgreSQL writes 1e2 as 100, and leaves 1.50 alone."""
    number = Decimal(text)
    return int(number) if "e" in text.lower() and number == number.to_integral_value() else float(text)


_TO_PLAIN: Final[Mapping[str, Callable[[Any, Column], Any]]] = {
    "text": _text,
    "int": _int,
    "bool": _bool,
    "moment": _moment,
    "date": _date,
    "decimal": _decimal,
    "json": _json,
}
_FROM_PLAIN: Final[Mapping[Dialect, Mapping[str, Callable[[Any], Any]]]] = {
    "sqlite": {"bool": int, "moment": lambda text: datetime.fromisoformat(text).isoformat(" ")},
    "postgres": {"moment": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal},
}
