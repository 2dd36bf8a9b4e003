"""The topics as those who keep them in order see them: a searchable, paged list, and one topic with its forms."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from base.condition import ALWAYS, Condition, any_of, containing
from base.db import marks, rows
from base.errors import Missing
from base.paging import Page
from base.text.clean import clean_text
from forum.queries.carriers import CARRIERS, carried_at_all
from forum.queries.labels import tag_slug
from forum.queries.merges import Undoable, undoable
from forum.queries.thread_head import Label
from forum.rules import check_may_keep_tags, known_topics
from members.viewer import Viewer

_SIZE: Final = 50
_SUGGESTED: Final = 300

Only = Literal["", "deprecated", "top", "unused"]
_ONLY: Final[dict[Only, str]] = {
    "": "1 = 1",
    "deprecated": "g.deprecated_at IS NOT NULL",
    "top": "g.parent_id IS NULL",
    "unused": "1 = 1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTopic:
    """One topic in the list: what carries it itself, without narrower topics, as far as the viewer sees it."""

    slug: str
    name: str
    parent: str
    also: tuple[str, ...]
    narrower: int
    threads: int
    articles: int
    followers: int
    deprecated: bool
    deprecated_why: str


@dataclass(frozen=True, slots=True)
class KeptTopics:
    """A page of the list; `undoable` are the merges that can still be taken back."""

    words: str
    only: Only
    page: Page
    topics: tuple[KeptTopic, ...]
    undoable: tuple[Undoable, ...]


async def kept_topics(viewer: Viewer, words: str = "", only: str = "", page: int = 1) -> KeptTopics:
    """Return one page of the topics whose name or other name has the words."""
    check_may_keep_tags(viewer)
    words = clean_text(words, multiline=False)[:60]
    chosen: Only = next((one for one in _ONLY if one == only), "")
    which = _which(words, chosen) & known_topics(viewer)
    broader, narrower = known_topics(viewer, "p"), known_topics(viewer, "c")
    counted = [one.counted(viewer) for one in CARRIERS]
    columns = "".join(f"{one.sql} AS {carrier.name}, " for one, carrier in zip(counted, CARRIERS, strict=True))
    found = await rows(
        f"WITH shown AS (SELECT g.id, COUNT(*) OVER () AS total FROM tags g WHERE g.meant_id IS NULL AND {which.sql} "  # noqa: S608
        "ORDER BY LOWER(g.name), g.id LIMIT ? OFFSET ?) "
        "SELECT g.slug, g.name, g.deprecated_at, g.deprecated_why, p.name AS parent, s.total, "
        f"{columns}(SELECT string_agg(n.name, '\n') FROM tags n WHERE n.meant_id = g.id) AS also, "
        f"(SELECT COUNT(*) FROM tags c WHERE c.parent_id = g.id AND ({narrower.sql})) AS narrower, "
        "(SELECT COUNT(*) FROM watches w WHERE w.target = 'tag' AND w.target_id = g.id "
        "AND w.level IN ('watching', 'following')) AS followers "
        f"FROM shown s JOIN tags g ON g.id = s.id LEFT JOIN tags p ON p.id = g.parent_id AND ({broader.sql}) "
        "ORDER BY LOWER(g.name), g.id",
        *which.values, _SIZE, (page - 1) * _SIZE, *(value for one in counted for value in one.values),
        *narrower.values, *broader.values,
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    total = found[0]["total"] if found else 0
    topics = tuple(_kept(row) for row in found)
    return KeptTopics(words, chosen, Page(page, _SIZE, total), topics, await undoable(viewer))


def _which(words: str, only: Only) -> Condition:
    condition = Condition(_ONLY[only])
    if only == "unused":
        condition = Condition(f"NOT ({carried_at_all()})")
    if not words:
        return condition & ALWAYS
    own, other = containing("g.name", words), containing("n.name", words)
    called = Condition(f"EXISTS (SELECT 1 FROM tags n WHERE n.meant_id = g.id AND {other.sql})", other.values)  # noqa: S608
    return condition & any_of([own, called])


def _kept(row: dict[str, Any]) -> KeptTopic:
    also = tuple(sorted(row["also"].split("\n"), key=str.lower)) if row["also"] else ()
    same = ("slug", "name", "narrower", "followers", "deprecated_why", "threads")
    return KeptTopic(
        **{name: row[name] for name in same},
        parent=row["parent"] or "",
        also=also,
        articles=row.get("articles", 0),
        deprecated=row["deprecated_at"] is not None,
    )


async def topics_to_choose(viewer: Viewer) -> tuple[str, ...]:
    """Return names of topics to be suggested to those who keep them in order: those most used first."""
    known = known_topics(viewer)
    found = await rows(
        "SELECT g.name FROM tags g WHERE g.meant_id IS NULL AND g.deprecated_at IS NULL "  # noqa: S608
        f"AND ({known.sql}) ORDER BY (SELECT COUNT(*) FROM thread_tags x WHERE x.tag_id = g.id) DESC, g.name LIMIT ?",
        *known.values, _SUGGESTED,
    )  # fmt: skip
    return tuple(row["name"] for row in found)


async def to_be_merged(viewer: Viewer, names: list[str], but: str) -> tuple[Label, ...]:
    """Return the topics of their own among names that were given to another one, if the viewer knows them."""
    slugs, known = [tag_slug(name) for name in names], known_topics(viewer)
    found = await rows(
        f"SELECT g.slug, g.name FROM tags g WHERE g.meant_id IS NULL AND g.slug IN ({marks(slugs)}) AND g.slug <> ? "  # noqa: S608
        f"AND ({known.sql}) ORDER BY g.name",
        *slugs, but, *known.values,
    )  # fmt: skip
    return tuple(Label(row["slug"], row["name"]) for row in found)
