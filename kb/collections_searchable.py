"""What of collections can be found: those that are published, by their own words.

What stands in them is found by itself, by those who may read it; here are only the titles of pages elsewhere.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from base.clock import now
from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.text.plain import to_plain
from kb.queries.collections import collection_url
from kb.rules import visible_collections
from members.viewer import Viewer
from search_index.batches import in_batches
from search_index.document import Document
from search_index.found import Hit
from search_index.showing import showing

BATCH: Final = 200


async def _load(which: Condition, after: int) -> AsyncIterator[Document]:
    found = await rows(
        "SELECT c.id, c.title, c.slug, c.about, c.audience, c.created_at, c.changed_at, m.name, m.handle, "  # noqa: S608
        "(SELECT string_agg(i.title || ' ' || i.note, '\n') FROM collection_items i "
        "WHERE i.collection_id = c.id AND i.url <> '') AS pages "
        "FROM collections c LEFT JOIN members m ON m.id = c.owner_id AND m.state = 'active' "
        f"WHERE c.state = 'published' AND c.id > ? AND ({which.sql}) ORDER BY c.id LIMIT ?",
        after, *which.values, BATCH,
    )  # fmt: skip
    for row in found:
        yield _document(row)


def _document(row: Mapping[str, Any]) -> Document:
    changed = as_datetime(row["changed_at"]) or now()
    return Document(
        kind="collection",
        id=row["id"],
        type="collection",
        title=row["title"],
        url=collection_url(row["id"], row["slug"]),
        audience=row["audience"],
        created=as_datetime(row["created_at"]) or changed,
        active=changed,
        body="\n".join(part for part in (to_plain(row["about"]), row["pages"]) if part),
        author=row["name"] or "",
        handle=row["handle"] or "",
    )


_SHOWING: Final = {"member.renamed": showing("SELECT c.id FROM collections c", "c.owner_id")}
SOURCES: Final = [in_batches("collection", "c.id", _load, BATCH, _SHOWING)]


async def collections_among(viewer: Viewer, hits: Sequence[Hit]) -> set[str]:
    """Return the keys of the collections that the viewer may read now."""
    which = one_of("c.id", [hit.id for hit in hits]) & visible_collections(viewer)
    found = await rows(f"SELECT c.id FROM collections c WHERE {which.sql}", *which.values)  # noqa: S608
    return {f"collection:{row['id']}" for row in found}


GUARDS: Final = {"collection": collections_among}
