"""What is wanted of the index, in terms that every engine understands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

Sort = Literal["best", "newest", "active", "votes"]

SORTS: Final[tuple[Sort, ...]] = ("best", "newest", "active", "votes")

# The facets a document can be filtered by, and counted in. Those in MANY may hold several values per document.
FACETS: Final = ("type", "platform", "tag", "organisation", "country", "language", "state", "has", "direction")
MANY: Final = frozenset({"platform", "tag", "state", "has"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms; `field` narrows it to the title or the body."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other, in this order."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins with these letters."""

    text: str
    field: str = ""


Leaf = Word | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, of which one is enough; a `required` choice must be met, others raise the score."""

    leaves: tuple[Leaf, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Everything one search asks for.

    Choices rank: a document that meets more of them comes first. `all_words` asks for every choice to be met.
    `only` maps a facet to the wanted values: any of them for a facet with one value per document, all of them for
    a facet with many. `kinds` narrows to kinds of documents, `group` to the documents of one thread.
    """

    choices: tuple[Choice, ...] = ()
    unwanted: tuple[Leaf, ...] = ()
    all_words: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    handle: str = ""
    group: str = ""
    after: datetime | None = None
    before: datetime | None = None
    votes_least: int | None = None
    votes_most: int | None = None
    sort: Sort = "best"

    @property
    def words(self) -> tuple[str, ...]:
        """Return the plain words asked for, in order."""
        return tuple(leaf.text for choice in self.choices for leaf in choice.leaves if isinstance(leaf, Word))

    def in_bodies(self) -> "Query":
        """Return the query with every word looked for in bodies only: all posts of a thread have its title."""

        def narrowed(leaf: Leaf) -> Leaf:
            return leaf if leaf.field else replace(leaf, field="body")

        choices = (replace(one, leaves=tuple(map(narrowed, one.leaves))) for one in self.choices)
        return replace(self, choices=tuple(choices), unwanted=tuple(map(narrowed, self.unwanted)))
