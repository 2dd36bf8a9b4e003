"""Whom and what a text mentions: people and organisations with @, topics with #. Groups will stand beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from base.condition import one_of
from base.db import marks, rows
from base.text.mentions import mentions_in, topics_in
from forum.rules import known_topics
from members.rules import visible_organisations
from members.viewer import VISITOR


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation that a text mentions."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a text mentions of what there is, and where the names lead that are no people.

    `people` are handles in lower case, in the order in which they stand.
    """

    people: tuple[str, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


async def mentioned_in(source: str) -> Mentioned:
    """Return what a text mentions; no statement for a text that mentions nothing.

    What becomes a link is what every visitor may know of, so that no text tells more than its author typed.
    """
    handles = mentions_in(source) if "@" in source else []
    people, organisations = await _people(handles), await organisations_named(handles)
    topics = topics_in(source) if "#" in source else []
    links = {f"@{one.slug}": f"/organisations/{one.slug}" for one in organisations if one.slug not in people}
    found = tuple(one for one in organisations if one.slug not in people)
    return Mentioned(tuple(one for one in handles if one in people), found, links | await _topics(topics))


async def _people(handles: Sequence[str]) -> frozenset[str]:
    if not handles:
        return frozenset()
    found = await rows(
        f"SELECT LOWER(handle) AS handle FROM members WHERE LOWER(handle) IN ({marks(handles)}) "  # noqa: S608
        "AND state IN ('active', 'staged')",
        *handles,
    )
    return frozenset(row["handle"] for row in found)


async def organisations_named(handles: Sequence[str]) -> tuple[Organisation, ...]:
    """Return the organisations of the network that have one of these names in their address."""
    if not handles:
        return ()
    seen = visible_organisations(VISITOR)
    which = one_of("o.slug", handles) & seen
    sql = f"SELECT o.id, o.slug, o.name FROM organisations o WHERE {which.sql} ORDER BY o.id"  # noqa: S608
    return tuple(Organisation(**row) for row in await rows(sql, *which.values))


async def _topics(names: Sequence[str]) -> dict[str, str]:
    """Return where the topics are that these words name, by the words: "youtube" and "google-reviews"."""
    if not names:
        return {}
    slugs = {name.replace("_", "-"): name for name in names}
    known = known_topics(VISITOR)
    which = one_of("g.slug", slugs) & known
    found = await rows(
        "SELECT g.slug, m.slug AS meant FROM tags g LEFT JOIN tags m ON m.id = g.meant_id "  # noqa: S608
        f"WHERE {which.sql}",
        *which.values,
    )
    return {f"#{slugs[row['slug']]}": f"/topics/{row['meant'] or row['slug']}" for row in found}
