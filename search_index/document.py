"""What the index knows of a thing, and how it is loaded."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One findable thing: a thread (its opening), a post, an article, a collection, a member or an organisation.

    `audience` says who may find it; `group` is the key of the thing it belongs to, so that an answer can be
    shown under its thread. `body` is what a reader sees, never Markdown.
    """

    kind: str
    id: int
    type: str
    title: str
    url: str
    audience: str
    created: datetime
    active: datetime
    body: str = ""
    group: str = ""
    number: int = 0
    author: str = ""
    handle: str = ""
    organisation: str = ""
    country: str = ""
    language: str = "en"
    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    direction: str = ""
    votes: int = 0
    has: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the document's unique key."""
        return f"{self.kind}:{self.id}"


Showing = Callable[[Sequence[int]], Awaitable[Collection[int]]]
"""Given the subjects of journal entries, returns the ids of the documents that show something of them."""


@dataclass(frozen=True, slots=True)
class Source:
    """How to load the documents of one kind: those of some subjects, or all of them.

    `kind` is the word before the dot of the journal entries it listens to, and the kind of its documents.
    `load` is given subject ids and yields the document of each that may be found; the others are forgotten.
    An entry re-reads its subject: `thread.…` the thread, `post.…` one post. An act that changes other documents too
    (a thread's title or audience is on all its posts, a new answer makes its thread answered) names them in the
    data of its entry: `{"touches": {"post": [7, 8], "thread": [3]}}`; they are re-read with the subject.
    What a document shows of others (its topics, its author) is followed by kind: `{"tag.renamed": those_with_topic}`.
    """

    kind: str
    load: Callable[[Sequence[int]], AsyncIterator[Document]]
    load_all: Callable[[], AsyncIterator[Document]]
    follows: Mapping[str, Showing] = field(default_factory=dict)
