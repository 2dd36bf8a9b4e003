"""How the knowledge base is, in figures: each with its definition, and the rows it counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from forum.queries.topic_tree import CLOSURE
from forum.rules import listed_threads
from kb.addresses import article_url
from kb.queries.desk import totals
from kb.queries.facts import read_standing
from kb.queries.filters import readable_articles
from kb.reads import reads_of
from kb.rules import check_may_edit
from kb.verification import MOVED, TRUSTED, State, moved_column, state_column, state_of
from members.viewer import Viewer

TARGET: Final = 80
_TOPICS: Final = 8
_PLATFORMS: Final = 15
_READ: Final = 10
_LATE: Final = ("overdue", "stale")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: what it is called, how it is counted, and where its rows are."""

    name: str
    label: str
    definition: str
    value: int
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How many published practices there are about a platform and a topic."""

    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One platform: its practices and threads, and its practices by topic, in the order of the topics."""

    name: str
    slug: str
    practices: int
    threads: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MostRead:
    """A practice that is read often, how often in 90 days, and how it stands."""

    title: str
    url: str
    reads: int
    verification: State
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Everything on the page; `share` is how many of a hundred practices are verified, `target` how many should be.

    `share` is rounded down: it reaches the target when the practices do. `verified` is their number.
    `reads` is how often practices were opened in 90 days, by readers and not by who works on them.
    """

    published: int
    verified: int
    share: int
    target: int
    figures: tuple[Figure, ...]
    topics: tuple[str, ...]
    coverage: tuple[Coverage, ...]
    reads: int
    most_read: tuple[MostRead, ...]


async def health(viewer: Viewer) -> Health:
    """Return how the practices are that the viewer may read, for editors."""
    check_may_edit(viewer)
    states = await _states(viewer)
    published = sum(states.values())
    trusted = sum(states.get(state, 0) for state in TRUSTED)
    topics, coverage = await _coverage(viewer)
    reads, most_read = await _most_read(viewer)
    return Health(
        published=published,
        verified=trusted,
        share=100 * trusted // published if published else 0,
        target=TARGET,
        figures=(*_by_state(states, published, trusted), *await _by_lane(viewer)),
        topics=topics,
        coverage=coverage,
        reads=reads,
        most_read=most_read,
    )


async def _most_read(viewer: Viewer) -> tuple[int, tuple[MostRead, ...]]:
    readable, reads, at = readable_articles(viewer), reads_of(), now()
    found = await rows(
        f"SELECT z.*, {moved_column('z')} FROM (SELECT y.*, SUM(y.reads) OVER () AS every FROM ("  # noqa: S608
        "SELECT a.id, a.slug, a.title, a.state, a.recommendation, a.published_revision, a.verified_revision, "
        f"a.verified_at, a.due_at, {reads.sql} AS reads FROM articles a WHERE {readable.sql}) y WHERE y.reads > 0 "
        "ORDER BY y.reads DESC, y.id LIMIT ?) z ORDER BY z.reads DESC, z.id",
        *reads.values, *readable.values, _READ,
    )  # fmt: skip
    listed = tuple(
        MostRead(
            title=row["title"],
            url=article_url(row["id"], row["slug"]),
            reads=int(row["reads"]),
            verification=state_of(read_standing(row, row["state"]), at),
            due=as_datetime(row["due_at"]),
        )
        for row in found
    )
    return int(found[0]["every"]) if found else 0, listed


async def _states(viewer: Viewer) -> dict[str, int]:
    readable, column = readable_articles(viewer), state_column(now())
    found = await rows(
        f"SELECT z.state, COUNT(*) AS n FROM (SELECT {column.sql} AS state FROM articles a WHERE {readable.sql}) z "  # noqa: S608
        "GROUP BY z.state",
        *column.values, *readable.values,
    )  # fmt: skip
    return {row["state"]: row["n"] for row in found}


def _by_state(states: dict[str, int], published: int, trusted: int) -> tuple[Figure, ...]:
    def counted(name: str, label: str, definition: str, wanted: tuple[str, ...]) -> Figure:
        query = "&".join(f"state={state}" for state in wanted)
        return Figure(name, label, definition, sum(states.get(one, 0) for one in wanted), f"/practices?{query}")

    return (
        Figure("published", "Published", "Practices that stand before readers; obsolete ones do not count.", published,
               "/practices"),
        Figure("verified", "Verified", "The published version was confirmed, and its check is not due yet.", trusted,
               "/practices?state=verified&state=due_soon"),
        counted("due", "Due in 30 days", "Verified, with a check due within 30 days.", ("due_soon",)),
        counted("overdue", "Overdue", "The day of the check has passed; after 90 days it is out of date.", _LATE),
        counted("unverified", "Not verified", "The published version was never confirmed.", ("unverified",)),
        counted("moved", "The ground moved", "A source or a platform changed, or it is disputed, since the last check.",
                MOVED),
    )  # fmt: skip


_LANES: Final = (
    ("unowned", "Unowned", "Nobody looks after it, or the owner is no longer active."),
    ("unhelpful", "It did not help", "Readers said no, and nobody has dealt with that yet; counted once a practice."),
    ("suggested", "Suggested changes", "Practices for which somebody suggested other words that wait for a decision."),
    ("nominated", "Nominated", "Threads that members want to see as a practice."),
    ("drafts", "In draft", "Versions that somebody is writing."),
    ("review", "In review", "Versions that wait for a decision."),
    ("gaps", "Looked for in vain", "Wordings of the last 90 days, asked on several days, that found nothing to open."),
)


async def _by_lane(viewer: Viewer) -> tuple[Figure, ...]:
    lanes = await totals(viewer, [name for name, _, _ in _LANES])
    return tuple(
        Figure(name, label, definition, lanes[name].total, lanes[name].url) for name, label, definition in _LANES
    )


async def _coverage(viewer: Viewer) -> tuple[tuple[str, ...], tuple[Coverage, ...]]:
    """Return for the platforms with most threads how many practices there are, by the topics with most practices."""
    readable, listed = readable_articles(viewer), listed_threads(viewer)
    platforms = await rows(
        "SELECT p.id, p.name, p.slug, (SELECT COUNT(*) FROM thread_platforms y "  # noqa: S608
        f" JOIN threads t ON t.id = y.thread_id WHERE y.platform_id = p.id AND ({listed.sql})) AS threads, "
        "(SELECT COUNT(*) FROM article_platforms x JOIN articles a ON a.id = x.article_id "
        f" WHERE x.platform_id = p.id AND {readable.sql}) AS practices FROM platforms p "
        "ORDER BY threads DESC, p.name LIMIT ?",
        *listed.values, *readable.values, _PLATFORMS,
    )  # fmt: skip
    pairs = await rows(
        "SELECT x.platform_id, g.slug, g.name, COUNT(DISTINCT a.id) AS n FROM articles a "  # noqa: S608
        "JOIN article_platforms x ON x.article_id = a.id JOIN article_tags y ON y.article_id = a.id "
        f"JOIN ({CLOSURE}) c ON c.id = y.tag_id JOIN tags g ON g.id = c.top "
        f"WHERE {readable.sql} GROUP BY x.platform_id, g.slug, g.name",
        *readable.values,
    )  # fmt: skip
    most: dict[tuple[str, str], int] = {}
    for row in pairs:
        most[row["slug"], row["name"]] = most.get((row["slug"], row["name"]), 0) + row["n"]
    topics = sorted(most, key=lambda topic: (-most[topic], topic))[:_TOPICS]
    counts = {(row["platform_id"], row["slug"]): row["n"] for row in pairs}
    return tuple(name for _, name in topics), tuple(_platform(row, topics, counts) for row in platforms)


def _platform(row: dict[str, Any], topics: list[tuple[str, str]], counts: dict[tuple[int, str], int]) -> Coverage:
    return Coverage(
        name=row["name"],
        slug=row["slug"],
        practices=row["practices"],
        threads=row["threads"],
        cells=tuple(
            Cell(counts.get((row["id"], slug), 0), f"/practices?platform={row['slug']}&tag={slug}")
            for slug, _ in topics
        ),
    )
