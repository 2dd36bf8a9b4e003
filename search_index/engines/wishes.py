"""How much of an answer is wanted, the same of every engine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """How much of an answer is wanted."""

    limit: int = 20
    offset: int = 0
    facets: tuple[str, ...] = ()
    sections: int = 0
    snippets: bool = True
    collapse: bool = True
