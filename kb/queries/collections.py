"""Collections: the list of all, one with what is in it, and the neighbours of a thing in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from base.clock import now
from base.condition import ALWAYS, Condition
from base.db import as_datetime, rows
from base.errors import Missing, refusal
from base.paging import Page
from forum.addresses import thread_url
from forum.rules import visible_threads
from kb.addresses import article_url
from kb.facts import CollectionFacts
from kb.queries.facts import read_standing
from kb.rules import READABLE, check_may_hand_over, check_may_tick, edits, visible_articles, visible_collections
from kb.verification import State, moved_column, state_of
from members.viewer import Viewer

SIZE: Final = 50
NONE: Final = "There is no such collection, or you may not see it."


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRow:
    """A collection in the list of all; `items` and `done` count what the viewer may see, `group` is whose it is."""

    id: int
    title: str
    url: str
    about: str
    state: str
    audience: str
    group: str
    items: int
    done: int
    owner: str
    owner_handle: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing in a collection; `kind` is article, that of a thread, or page: one elsewhere, on `host`.

    `key` is what it is, such as "article:12"; empty for a page elsewhere. `verification` tells how an article stands.
    """

    id: int
    kind: str
    key: str = ""
    title: str
    url: str
    host: str = ""
    note: str
    summary: str = ""
    verification: State | None = None
    until: datetime | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class CollectionList:
    """A page of collections."""

    page: Page
    items: tuple[CollectionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionDetail:
    """A collection with the things in it that the viewer may see, in order."""

    row: CollectionRow
    items: tuple[Item, ...]
    may_edit: bool
    may_hand_over: bool
    may_tick: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """A collection that one is reading in, what comes before and after, and how far one is."""

    id: int
    title: str
    url: str
    place: int
    total: int
    done: int
    item: Item
    before: Item | None
    after: Item | None
    may_tick: bool


def collection_url(collection_id: int, slug: str) -> str:
    """Return the address of a collection."""
    return f"/collections/{collection_id}-{slug}"


def reading_url(collection: CollectionRow, item: Item | None) -> str:
    """Return where one reads a thing in a collection: on its page, or where the collection names a page elsewhere."""
    if item is None:
        return collection.url
    return f"{item.url}?collection={collection.id}" if item.key else f"{collection.url}#item-{item.id}"


# The things in collections that somebody may see, and which of them they have done.
_PARTS: Final = """FROM collection_items i
  LEFT JOIN articles a ON a.id = i.article_id AND a.state IN ({readable}) AND ({articles})
  LEFT JOIN threads t ON t.id = i.thread_id AND t.state = 'published' AND ({threads})
  LEFT JOIN collection_progress p ON p.item_id = i.id AND p.member_id = ?
WHERE ({which}) AND (a.id IS NOT NULL OR t.id IS NOT NULL OR i.url <> '')"""

# An owner who is gone, or no editor any more, looks after nothing.
_KEPT: Final = """EXISTS (SELECT 1 FROM role_grants g WHERE g.member_id = m.id AND m.state = 'active'
  AND g.role IN ('editor', 'admin') AND g.scope = 'site' AND g.since <= ? AND (g.until IS NULL OR g.until > ?))"""

_COLUMNS: Final = f"""c.id, c.title, c.slug, c.about, c.state, c.audience, c.changed_at, c.owner_id,
  CASE WHEN m.state = 'gone' THEN '' ELSE COALESCE(m.name, '') END AS owner,
  CASE WHEN m.state = 'gone' THEN '' ELSE COALESCE(m.handle, '') END AS owner_handle,
  CASE WHEN c.audience LIKE 'org:%' THEN
      (SELECT o.name FROM organisations o WHERE o.id = CAST(SUBSTR(c.audience, 5) AS BIGINT))
    WHEN c.audience LIKE 'region:%' THEN
      (SELECT r.name FROM regions r WHERE r.id = CAST(SUBSTR(c.audience, 8) AS BIGINT)) END AS audience_group,
  COALESCE(n.items, 0) AS items, COALESCE(n.done, 0) AS done, {_KEPT} AS kept"""  # noqa: S608


def _parts(viewer: Viewer, which: Condition) -> Condition:
    articles, threads = visible_articles(viewer), visible_threads(viewer)
    readable = ", ".join(f"'{state}'" for state in READABLE)
    sql = _PARTS.format(readable=readable, articles=articles.sql, threads=threads.sql, which=which.sql)
    return Condition(sql, (*articles.values, *threads.values, viewer.id or 0, *which.values))


async def _found(viewer: Viewer, number: int | None = None, *, offset: int = 0) -> list[dict[str, Any]]:
    """Return the collection of this number, or all, with what is in them counted."""
    one, visible, at = () if number is None else (number,), visible_collections(viewer), now()
    parts = _parts(viewer, Condition("i.collection_id = ?", one) if one else ALWAYS)
    return await rows(
        f"SELECT {_COLUMNS} FROM collections c LEFT JOIN members m ON m.id = c.owner_id "  # noqa: S608
        f"LEFT JOIN (SELECT i.collection_id, COUNT(*) AS items, COUNT(p.id) AS done {parts.sql} "
        "GROUP BY i.collection_id) n ON n.collection_id = c.id "
        f"WHERE ({visible.sql}){' AND c.id = ?' if one else ''} ORDER BY LOWER(c.title), c.id LIMIT ? OFFSET ?",
        at, at, *parts.values, *visible.values, *one, SIZE, offset,
    )  # fmt: skip


async def collections(viewer: Viewer, page: int = 1) -> CollectionList:
    """Return a page of the collections the viewer may see, by title."""
    visible = visible_collections(viewer)
    counted = await rows(f"SELECT COUNT(*) AS n FROM collections c WHERE {visible.sql}", *visible.values)  # noqa: S608
    pages = Page(page, SIZE, counted[0]["n"])
    if page > pages.pages:
        raise Missing("There is no such page.")
    return CollectionList(pages, tuple(_row(row) for row in await _found(viewer, offset=pages.offset)))


async def collection_facts(viewer: Viewer, collection_id: int) -> CollectionFacts:
    """Return what rules need to know of a collection; raises Missing."""
    found = await _found(viewer, collection_id)
    if not found:
        raise Missing(NONE)
    return _facts(found[0])


async def collection(viewer: Viewer, collection_id: int) -> CollectionDetail:
    """Return a collection with what is in it, in two statements; raises Missing."""
    known = await _found(viewer, collection_id)
    if not known:
        raise Missing(NONE)
    parts = _parts(viewer, Condition("i.collection_id = ?", (collection_id,)))
    found = await rows(
        "SELECT i.id, i.note, i.url, i.title, p.id AS done, a.id AS article_id, a.title AS article_title, "
        "a.slug AS article_slug, a.summary, a.state, a.recommendation, a.published_revision, a.verified_revision, "
        f"a.due_at, {moved_column()}, t.id AS thread_id, t.title AS thread_title, t.slug AS thread_slug, "
        f"t.kind, t.excerpt {parts.sql} ORDER BY i.position, i.id",
        *parts.values,
    )
    return CollectionDetail(
        row=_row(known[0]),
        items=tuple(_item(row) for row in found),
        may_edit=edits(viewer),
        may_hand_over=not refusal(check_may_hand_over, viewer, _facts(known[0])),
        may_tick=not refusal(check_may_tick, viewer),
    )


async def neighbours(viewer: Viewer, collection_id: int, key: str) -> Neighbours | None:
    """Return what stands before and after a thing such as "article:12"; None when it is not in the collection."""
    try:
        found = await collection(viewer, collection_id)
    except Missing:
        return None
    here = next((place for place, one in enumerate(found.items, 1) if one.key == key), 0)
    if not here:
        return None
    items = (None, *found.items, None)
    return Neighbours(
        id=found.row.id,
        title=found.row.title,
        url=found.row.url,
        place=here,
        total=len(found.items),
        done=found.row.done,
        item=found.items[here - 1],
        before=items[here - 1],
        after=items[here + 1],
        may_tick=found.may_tick,
    )


async def around_thread(viewer: Viewer, collection_id: int, thread_id: int) -> Neighbours | None:
    """Return what stands before and after a thread in a collection; for the pages of the forum."""
    return await neighbours(viewer, collection_id, f"thread:{thread_id}")


def _facts(row: dict[str, Any]) -> CollectionFacts:
    return CollectionFacts(id=row["id"], audience=row["audience"], owner_id=row["owner_id"] if row["kept"] else None)


def _row(row: dict[str, Any]) -> CollectionRow:
    same = ("id", "title", "about", "state", "audience", "items", "done", "owner", "owner_handle")
    return CollectionRow(
        **{name: row[name] for name in same},
        url=collection_url(row["id"], row["slug"]),
        group=row["audience_group"] or "",
        at=as_datetime(row["changed_at"]),
    )


def _item(row: dict[str, Any]) -> Item:
    known = {"id": row["id"], "note": row["note"], "done": row["done"] is not None}
    if row["article_id"]:
        url = article_url(row["article_id"], row["article_slug"])
        key, title = f"article:{row['article_id']}", row["article_title"]
        return Item(
            kind="article",
            key=key,
            title=title,
            url=url,
            summary=row["summary"],
            verification=state_of(read_standing(row, row["state"]), now()),
            until=as_datetime(row["due_at"]),
            **known,
        )
    if row["thread_id"]:
        url = thread_url(row["thread_id"], row["thread_slug"])
        key, title = f"thread:{row['thread_id']}", row["thread_title"]
        return Item(kind=row["kind"], key=key, title=title, url=url, summary=row["excerpt"], **known)
    return Item(kind="page", title=row["title"], url=row["url"], host=urlsplit(row["url"]).hostname or "", **known)
