"""What an engine answers: plain values, the same from every engine."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

SECTIONS: Final = ("practices", "cases", "threads", "people", "organisations", "collections")


def section_of(kind: str, type_: str) -> str:
    """Return the section of the results page in which a document of this kind and type is shown."""
    by_kind = {"article": "practices", "member": "people", "organisation": "organisations", "collection": "collections"}
    return by_kind.get(kind) or ("cases" if type_ == "case_study" else "threads")


def type_of(kind: str, type_: str) -> str:
    """Return what the type facet says of a document: a thread's type, else what kind of thing it is."""
    return type_ if kind in {"thread", "post"} else kind


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked when it is one of the words that were searched."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found thing, shown by its best matching document; `more` counts the others of the same thread.

    `industry` is the vendor that who wrote it belongs to, or belonged to then; the database says so, not the index.
    """

    kind: str
    id: int
    type: str
    url: str
    title: str
    score: float
    created: datetime
    active: datetime
    group: str = ""
    number: int = 0
    author: str = ""
    handle: str = ""
    organisation: str = ""
    country: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    direction: str = ""
    votes: int = 0
    has: tuple[str, ...] = ()
    audience: str = ""
    title_pieces: tuple[Piece, ...] = ()
    snippet: tuple[Piece, ...] = ()
    why: tuple[str, ...] = ()
    more: int = 0
    industry: str = ""

    @property
    def key(self) -> str:
        """Return the document's unique key."""
        return f"{self.kind}:{self.id}"

    @property
    def section(self) -> str:
        """Return the section it is shown in."""
        return section_of(self.kind, self.type)

    @property
    def plain_snippet(self) -> str:
        """Return the snippet without marks."""
        return "".join(piece.text for piece in self.snippet)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the found things have one value of a facet."""

    value: str
    number: int


@dataclass(frozen=True, slots=True)
class Section:
    """The best of one section, and how many there are in all."""

    name: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one search; `total` counts things (a thread once), exactly."""

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: dict[str, tuple[Count, ...]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    generation: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Correction:
    """Another spelling of one searched word; `sure` when the word as typed occurs nowhere the viewer may look."""

    word: str
    better: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Health:
    """How the index is: ready, rebuilding, or unusable, with what an operator wants to know."""

    state: str
    documents: int = 0
    generation: str = ""
    segments: int = 0
    deleted: int = 0
    disk_bytes: int = 0
    cache_bytes: int = 0
    cache_limit: int = 0
    columns_bytes: int = 0
    trouble: str = ""
