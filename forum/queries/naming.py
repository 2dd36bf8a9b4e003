"""Names while somebody types them into a text: people and organisations after @, topics, threads and practices after #.

Only who and what the viewer may see; never a mask, nobody who has left.
"""

from dataclasses import dataclass
from typing import Final

from base.condition import Condition
from base.db import rows
from base.text.escaping import escaped_wholly
from forum.rules import known_topics, may_mention_organisations
from members.queries.main_organisation import MAIN_ORGANISATION
from members.rules import listed_members, visible_organisations
from members.viewer import Viewer
from search_index.queries.suggestions import suggestions

MOST: Final = 8
_TITLES_FROM: Final = 3


@dataclass(frozen=True, slots=True)
class Name:
    """One suggestion: what it shows, what is put into the text, and a few words that tell it from others."""

    text: str
    insert: str
    kind: str
    note: str = ""


async def names(viewer: Viewer, typed: str) -> tuple[Name, ...]:
    """Return at most eight names for what was typed, which begins with @ or #."""
    sign, word = typed[:1], " ".join(typed[1:].split())[:60].lower()
    if not word or not viewer.is_member:
        return ()
    if sign == "@":
        return (*await _people(viewer, word), *await _organisations(viewer, word))[:MOST]
    if sign == "#":
        topics = await _topics(viewer, word)
        return (*topics, *await _things(viewer, word))[:MOST]
    return ()


def _beginning(columns: tuple[str, ...], word: str) -> Condition:
    """Return a condition that a column, or a later word in it, begins so."""
    literal = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    one = " OR ".join(f"LOWER({name}) LIKE ? ESCAPE '!' OR LOWER({name}) LIKE ? ESCAPE '!'" for name in columns)
    return Condition(one, (f"{literal}%", f"% {literal}%") * len(columns))


async def _people(viewer: Viewer, word: str) -> tuple[Name, ...]:
    listed = listed_members(viewer) & _beginning(("m.handle", "m.name"), word)
    found = await rows(
        f"SELECT m.handle, m.name, o.name AS organisation FROM members m {MAIN_ORGANISATION} "  # noqa: S608
        f"WHERE {listed.sql} ORDER BY CASE WHEN m.handle = ? THEN 0 ELSE 1 END, LOWER(m.name), m.id LIMIT ?",
        *listed.values, word, MOST - 2,
    )  # fmt: skip
    return tuple(Name(row["name"], f"@{row['handle']}", "member", row["organisation"] or "") for row in found)


async def _organisations(viewer: Viewer, word: str) -> tuple[Name, ...]:
    if not may_mention_organisations(viewer):
        return ()
    seen = visible_organisations(viewer) & _beginning(("o.slug", "o.name"), word)
    found = await rows(
        f"SELECT o.slug, o.name FROM organisations o WHERE {seen.sql} ORDER BY LOWER(o.name), o.id LIMIT ?",  # noqa: S608
        *seen.values, MOST // 2,
    )  # fmt: skip
    return tuple(Name(row["name"], f"@{row['slug']}", "organisation") for row in found)


async def _topics(viewer: Viewer, word: str) -> tuple[Name, ...]:
    known = _beginning(("g.slug", "g.name"), word) & known_topics(viewer)
    found = await rows(
        "SELECT g.slug, g.name FROM tags g WHERE g.meant_id IS NULL AND g.deprecated_at IS NULL "  # noqa: S608
        f"AND {known.sql} ORDER BY CASE WHEN g.slug = ? THEN 0 ELSE 1 END, LOWER(g.name), g.id LIMIT ?",
        *known.values, word, MOST // 2,
    )  # fmt: skip
    return tuple(Name(row["name"], f"#{row['slug']}", "tag") for row in found)


async def _things(viewer: Viewer, word: str) -> tuple[Name, ...]:
    if len(word) < _TITLES_FROM:
        return ()
    kinds = ("question", "case_study", "discussion", "announcement", "article")
    found = [one for one in await suggestions(viewer, word) if one.kind in kinds]
    return tuple(Name(one.text, f"[{escaped_wholly(one.text)}]({one.url})", one.kind) for one in found[:MOST])
