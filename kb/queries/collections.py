"""Collections: the list of all, one with what is in it, and the neighbours of a thing in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.condition import Condition
from base.db import as_datetime, rows
from base.errors import Missing
from forum.addresses import thread_url
from forum.rules import visible_threads
from kb.addresses import article_url
from kb.rules import READABLE, edits, visible_articles, visible_collections
from members.viewer import Viewer

_MOST: Final = 200
_NONE: Final = "There is no such collection, or you may not see it."


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRow:
    """A collection in the list of all."""

    id: int
    title: str
    url: str
    about: str
    state: str
    audience: str
    items: int
    owner: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing in a collection; `kind` is article, or that of a thread."""

    id: int
    kind: str
    title: str
    url: str
    note: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionDetail:
    """A collection with the things in it that the viewer may see, in order."""

    row: CollectionRow
    items: tuple[Item, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A collection that one is reading in, what comes before and after, and how far one is."""

    title: str
    url: str
    place: int
    total: int
    before: Item | None
    after: Item | None


def collection_url(collection_id: int, slug: str) -> str:
    """Return the address of a collection."""
    return f"/collections/{collection_id}-{slug}"


_COLUMNS: Final = """c.id, c.title, c.slug, c.about, c.state, c.audience, c.changed_at,
  CASE WHEN m.state = 'gone' THEN '' ELSE COALESCE(m.name, '') END AS owner,
  (SELECT COUNT(*) FROM collection_items i WHERE i.collection_id = c.id) AS items"""


async def collections(viewer: Viewer, which: Condition | None = None) -> tuple[CollectionRow, ...]:
    """Return the collections the viewer may see, by title."""
    visible = visible_collections(viewer) & (which or Condition("1 = 1"))
    found = await rows(
        f"SELECT {_COLUMNS} FROM collections c LEFT JOIN members m ON m.id = c.owner_id "  # noqa: S608
        f"WHERE {visible.sql} ORDER BY LOWER(c.title), c.id LIMIT ?",
        *visible.values, _MOST,
    )  # fmt: skip
    return tuple(_row(row) for row in found)


async def collection(viewer: Viewer, collection_id: int) -> CollectionDetail:
    """Return a collection with what is in it, in two statements; raises Missing."""
    known = await collections(viewer, Condition("c.id = ?", (collection_id,)))
    if not known:
        raise Missing(_NONE)
    articles, threads = visible_articles(viewer), visible_threads(viewer)
    readable = ", ".join(f"'{state}'" for state in READABLE)
    found = await rows(
        "SELECT i.id, i.note, a.id AS article_id, a.title AS article_title, a.slug AS article_slug, a.summary, "  # noqa: S608
        "t.id AS thread_id, t.title AS thread_title, t.slug AS thread_slug, t.kind, t.excerpt FROM collection_items i "
        f"LEFT JOIN articles a ON a.id = i.article_id AND a.state IN ({readable}) AND ({articles.sql}) "
        f"LEFT JOIN threads t ON t.id = i.thread_id AND t.state = 'published' AND ({threads.sql}) "
        "WHERE i.collection_id = ? AND (a.id IS NOT NULL OR t.id IS NOT NULL) ORDER BY i.position, i.id",
        *articles.values, *threads.values, collection_id,
    )  # fmt: skip
    return CollectionDetail(row=known[0], items=tuple(_item(row) for row in found), may_edit=edits(viewer))


async def neighbours(viewer: Viewer, collection_id: int, article_id: int) -> Neighbours | None:
    """Return what stands before and after an article in a collection; None when it is not in it."""
    try:
        found = await collection(viewer, collection_id)
    except Missing:
        return None
    urls = [one.url.partition("?")[0].partition("-")[0] for one in found.items]
    if f"/kb/{article_id}" not in urls:
        return None
    here = urls.index(f"/kb/{article_id}")
    items = (None, *found.items, None)
    return Neighbours(found.row.title, found.row.url, here + 1, len(found.items), items[here], items[here + 2])


def _row(row: dict[str, Any]) -> CollectionRow:
    return CollectionRow(
        **{name: row[name] for name in ("id", "title", "about", "state", "audience", "items", "owner")},
        url=collection_url(row["id"], row["slug"]),
        at=as_datetime(row["changed_at"]),
    )


def _item(row: dict[str, Any]) -> Item:
    if row["article_id"]:
        return Item(
            id=row["id"], kind="article", title=row["article_title"],
            url=article_url(row["article_id"], row["article_slug"]), note=row["note"], summary=row["summary"],
        )  # fmt: skip
    return Item(
        id=row["id"], kind=row["kind"], title=row["thread_title"],
        url=thread_url(row["thread_id"], row["thread_slug"]), note=row["note"], summary=row["excerpt"],
    )  # fmt: skip
