"""People and organisations as findable things (members stands below search, so this is the place that knows both)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from base.clock import now
from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.text.plain import to_plain
from members.places import country_name
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.platforms import platforms_of
from members.rules import listed_members, visible_organisations
from members.viewer import NETWORK, PUBLIC, Viewer
from search_index.batches import in_batches
from search_index.document import Document, Source
from search_index.found import Hit

BATCH: Final = 500
_THE_NETWORK: Final = ("public", "members")
"""Who all of the network belongs to, of those who may read a part of a profile."""


async def _members(which: Condition, after: int) -> AsyncIterator[Document]:
    """Yield active people as the network may find them; what they wrote is found with its own audience.

    What somebody shows to their own organisation alone stands not in the index: nobody finds them by it.
    """
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, m.bio, m.bio_for, m.platforms_for, m.topics_for, m.created_at, "  # noqa: S608
        "m.last_seen_at, (SELECT string_agg(x.name, ', ') FROM member_topics x WHERE x.member_id = m.id) AS topics, "
        f"o.name AS organisation, o.country FROM members m {MAIN_ORGANISATION} "
        f"WHERE m.state = 'active' AND m.id > ? AND ({which.sql}) ORDER BY m.id LIMIT ?",
        after, *which.values, BATCH,
    )  # fmt: skip
    platforms = await platforms_of([row["id"] for row in found])
    for row in found:
        told = {part for part in ("bio", "platforms", "topics") if row[f"{part}_for"] in _THE_NETWORK}
        bio, topics = to_plain(row["bio"]) if "bio" in told else "", row["topics"] if "topics" in told else ""
        yield Document(
            kind="member",
            id=row["id"],
            type="member",
            title=row["name"],
            url=f"/people/{row['handle']}",
            audience=NETWORK,
            body="\n".join(part for part in (row["title"], row["organisation"], bio, topics) if part),
            author=row["name"],
            handle=row["handle"],
            organisation=row["organisation"] or "",
            country=row["country"] or "",
            platforms=tuple(one.name for one in platforms[row["id"]]) if "platforms" in told else (),
            **_dates(row),
        )


async def _organisations(which: Condition, after: int) -> AsyncIterator[Document]:
    """Yield the organisations that take part."""
    found = await rows(
        "SELECT o.id, o.slug, o.name, o.type, o.about, o.country, o.created_at, r.name AS region "  # noqa: S608
        "FROM organisations o LEFT JOIN regions r ON r.id = o.region_id "
        f"WHERE o.state IN ('active', 'grace') AND o.id > ? AND ({which.sql}) ORDER BY o.id LIMIT ?",
        after, *which.values, BATCH,
    )  # fmt: skip
    for row in found:
        words = (row["type"].replace("_", " "), country_name(row["country"]), row["region"], to_plain(row["about"]))
        yield Document(
            kind="organisation",
            id=row["id"],
            type="organisation",
            title=row["name"],
            url=f"/organisations/{row['slug']}",
            audience=PUBLIC,
            body="\n".join(word for word in words if word),
            organisation=row["name"],
            country=row["country"] or "",
            **_dates(row),
        )


def _dates(row: dict[str, Any]) -> dict[str, Any]:
    created = as_datetime(row["created_at"]) or now()
    return {"created": created, "active": as_datetime(row.get("last_seen_at")) or created}


SOURCES: list[Source] = [
    in_batches("member", "m.id", _members, BATCH),
    in_batches("organisation", "o.id", _organisations, BATCH),
]


async def members_among(viewer: Viewer, hits: Sequence[Hit]) -> set[str]:
    """Return the keys of the people whom the viewer may find now."""
    return await _among("member", "members m", "m.id", listed_members(viewer), hits)


async def organisations_among(viewer: Viewer, hits: Sequence[Hit]) -> set[str]:
    """Return the keys of the organisations that the viewer may find now."""
    return await _among("organisation", "organisations o", "o.id", visible_organisations(viewer), hits)


async def _among(kind: str, table: str, column: str, seen: Condition, hits: Sequence[Hit]) -> set[str]:
    which = one_of(column, [hit.id for hit in hits]) & seen
    found = await rows(f"SELECT {column} AS id FROM {table} WHERE {which.sql}", *which.values)  # noqa: S608
    return {f"{kind}:{row['id']}" for row in found}


GUARDS: Final = {"member": members_among, "organisation": organisations_among}
