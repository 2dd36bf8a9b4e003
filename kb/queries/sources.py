"""What a revision rests on: passages and whole threads, and what counts of them as evidence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.db import rows
from forum.addresses import post_url, thread_url
from forum.evidence import Case
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION, Author, author_of
from forum.rules import visible_threads
from members.viewer import Viewer

HIDDEN_TITLE: Final = "A thread that is not open to you"
HIDDEN_AUTHOR: Final = Author(0, "A member", None)

_COLUMNS: Final = f"""l.id, l.section, l.thread_id, l.post_number, l.post_revision, l.text, l.state, l.addressed,
  t.kind AS thread_kind, t.title AS thread_title, t.slug AS thread_slug, t.state AS thread_state,
  t.audience AS thread_audience, t.organisation_id AS thread_organisation_id, too.kind AS thread_organisation_kind,
  too.name AS thread_organisation,
  p.revision AS current_revision, p.state AS post_state, cs.direction,
  COALESCE(p.industry, (SELECT w.industry FROM posts w WHERE w.thread_id = t.id AND w.number = 1)) AS author_industry,
  {AUTHOR_COLUMNS}"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage of a post, or a whole thread (`number` is 0); without title and author for who may not see it.

    `state` is ok, edited (the post has a newer revision than the cited one), changed, outdated (its author says that it
    is no longer true), withdrawn or redacted. `section` is where it went; of a whole thread it is empty, `promoted`
    (the practice was started from it) or `against` (it came out the other way).
    """

    id: int
    section: str
    thread_id: int
    kind: str
    title: str
    url: str
    thread_url: str
    author: Author
    number: int = 0
    text: str = ""
    state: str = "ok"
    cited_revision: int = 0
    current_revision: int = 0
    audience: str = "public"
    open_to_viewer: bool = True
    direction: str = ""
    comparisons: tuple[str, ...] = ()
    organisation: str = ""
    addressed: str = ""


@dataclass(frozen=True, slots=True)
class Rested:
    """The sources of one revision as the viewer may see them, and the cases among them as evidence."""

    sources: tuple[Source, ...]
    cases: tuple[Case, ...]

    @property
    def threads(self) -> tuple[Source, ...]:
        """Return one source for each thread, in the order in which they came in."""
        first: dict[int, Source] = {}
        for source in self.sources:
            first.setdefault(source.thread_id, source)
        return tuple(first.values())

    @property
    def passages(self) -> tuple[Source, ...]:
        """Return the passages alone."""
        return tuple(source for source in self.sources if source.number)


async def sources_of(viewer: Viewer, article_id: int, revision: int) -> Rested:
    """Return what a revision rests on, in one statement."""
    visible = visible_threads(viewer)
    found = await rows(
        f"SELECT {_COLUMNS}, CASE WHEN {visible.sql} THEN 1 ELSE 0 END AS seen, "  # noqa: S608
        "(SELECT string_agg(x.comparison, ',') FROM metrics x WHERE x.case_id = cs.id) AS comparisons "
        "FROM source_links l JOIN threads t ON t.id = l.thread_id LEFT JOIN posts p ON p.id = l.post_id "
        "LEFT JOIN case_studies cs ON cs.thread_id = t.id LEFT JOIN organisations too ON too.id = t.organisation_id "
        f"JOIN members m ON m.id = COALESCE(p.author_id, t.author_id) {MAIN_ORGANISATION} "
        "WHERE l.article_id = ? AND l.revision = ? ORDER BY l.id",
        *visible.values, article_id, revision,
    )  # fmt: skip
    return Rested(tuple(_source(row) for row in found), _cases(found))


async def source_threads(article_id: int, revision: int) -> list[int]:
    """Return the ids of the threads a revision rests on, whoever asks."""
    found = await rows(
        "SELECT DISTINCT thread_id FROM source_links WHERE article_id = ? AND revision = ?", article_id, revision
    )
    return [row["thread_id"] for row in found]


async def sources_seal(article_id: int, revision: int) -> str:
    """Return a seal of what a revision rests on: the same passages, threads and answers to cases have the same one.

    A case that somebody put beside the article since, and that nobody has answered, is no part of what it says.
    """
    found = await rows(
        "SELECT thread_id, post_number, post_revision, section, hash, addressed FROM source_links "
        "WHERE article_id = ? AND revision = ? AND NOT (section = 'against' AND addressed = '') "
        "ORDER BY thread_id, post_number, section, hash, addressed",
        article_id, revision,
    )  # fmt: skip
    return hashlib.sha256(json.dumps([list(row.values()) for row in found]).encode()).hexdigest()


def _source(row: Mapping[str, Any]) -> Source:
    seen = bool(row["seen"])
    number = row["post_number"]
    at = (row["thread_id"], row["thread_slug"])
    url = post_url(*at, number) if number else thread_url(*at)
    return Source(
        id=row["id"],
        section=row["section"],
        thread_id=row["thread_id"],
        kind=row["thread_kind"],
        title=row["thread_title"] if seen else HIDDEN_TITLE,
        url=url if seen else "",
        thread_url=thread_url(*at) if seen else "",
        author=author_of(row) if seen else HIDDEN_AUTHOR,
        number=number,
        text=row["text"] if seen else "",
        state=_state(row),
        cited_revision=row["post_revision"],
        current_revision=row["current_revision"] or 0,
        audience=row["thread_audience"],
        open_to_viewer=seen,
        direction=row["direction"] or "",
        comparisons=tuple(sorted(set(row["comparisons"].split(",")))) if row["comparisons"] else (),
        organisation=(row["thread_organisation"] or "") if seen else "",
        addressed=row["addressed"],
    )


def _state(row: Mapping[str, Any]) -> str:
    """Return the worst that can be said of a source."""
    gone = row["thread_state"] != "published" or (row["post_number"] and row["post_state"] != "published")
    if row["state"] != "ok":
        return str(row["state"])
    if gone:
        return "withdrawn"
    return "edited" if row["post_number"] and row["current_revision"] > row["post_revision"] else "ok"


def _cases(found: Sequence[Mapping[str, Any]]) -> tuple[Case, ...]:
    answered = {row["thread_id"] for row in found if row["addressed"]}
    cases = {row["thread_id"]: row for row in found if row["direction"] and row["thread_state"] == "published"}
    return tuple(
        Case(
            thread_id=row["thread_id"],
            title=row["thread_title"] if row["seen"] else HIDDEN_TITLE,
            organisation_id=row["thread_organisation_id"],
            direction=row["direction"],
            comparisons=frozenset((row["comparisons"] or "").split(",")) - {""},
            industry=row["thread_organisation_kind"] == "industry",
            addressed=row["thread_id"] in answered,
        )
        for row in cases.values()
    )
