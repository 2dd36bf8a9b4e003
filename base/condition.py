"""A piece of a WHERE clause with its values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL with `?` marks, and the values for them in order."""

    sql: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        """Return a condition that asks for both."""
        return Condition(f"({self.sql}) AND ({other.sql})", self.values + other.values)


ALWAYS = Condition("1 = 1")
NEVER = Condition("1 = 0")


def one_of(column: str, values: Iterable[Any]) -> Condition:
    """Return a condition that `column` is one of `values`; of nothing, nothing is one."""
    given = tuple(values)
    return Condition(f"{column} IN ({', '.join('?' * len(given))})", given) if given else Condition("1 = 0")


def containing(column: str, words: str) -> Condition:
    """Return a condition that the text in `column` has the words somewhere, in capitals or not."""
    literal = words.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return Condition(f"LOWER({column}) LIKE ? ESCAPE '!'", (f"%{literal}%",))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return a condition that asks for one of several; of none, nothing meets it."""
    given = tuple(conditions)
    values = tuple(value for one in given for value in one.values)
    return Condition(" OR ".join(f"({one.sql})" for one in given) or "1 = 0", values)
