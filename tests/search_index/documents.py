"""Documents for tests, each with believable defaults, and an engine on a shelf of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from search_index.document import Document
from search_index.engines.cache import Cache
from search_index.engines.whoosh.asked import Asked
from search_index.engines.whoosh.evaluate import Deadline
from search_index.engines.whoosh.fresh import keys_of, prepare_all
from search_index.engines.whoosh.segment import dictionary
from search_index.engines.whoosh.shelf import Shelf
from search_index.ranking import WEIGHTS

START = datetime(2024, 1, 1, tzinfo=UTC)
PUBLIC = frozenset({"public"})

opened: list[Shelf] = []


def document(id_: int, title: str = "", body: str = "", **more: Any) -> Document:
    """Make a document; its day is its id."""
    when = START + timedelta(days=id_)
    given = {"kind": "thread", "type": "question", "url": f"/t/{id_}", "audience": "public", "created": when}
    return Document(**{"id": id_, "title": title or f"Title {id_}", "body": body, "active": when, **given, **more})


def shelf(folder: Path) -> Shelf:
    """Make an empty index in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    opened.append(Shelf.create(folder, dictionary(), Cache(8 * 1024 * 1024)))
    return opened[-1]


def put(on: Shelf, *documents: Document, gone: tuple[str, ...] = ()) -> None:
    """Write documents in one commit."""
    on.replace(prepare_all(documents), keys_of(gone))


def asked(on: Shelf, audiences: frozenset[str] = PUBLIC, seconds: float = 20.0) -> Asked:
    """Return what a question to a shelf is answered from."""
    return Asked(on.view, audiences, WEIGHTS, Deadline.after(seconds))
