"""One article as its page, its JSON and its Markdown show it: three statements, however long its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from base.errors import Missing
from forum.evidence import Adopter, Ceiling, ceiling
from kb.addresses import article_url
from kb.queries.facts import FACT_COLUMNS, MISSING, PEOPLE_COLUMNS, Found, read_found
from kb.queries.margin import Margin, margin_of
from kb.queries.sources import Rested, Source, sources_of
from kb.rules import OPEN_STATES, gone_articles, may_see_revision, visible_articles
from kb.sections import TEMPLATES
from kb.verification import State, state_of, states_of
from members.queries.vendors import signed
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named on an article; `industry` is the vendor that who belongs to one now."""

    name: str
    handle: str | None
    industry: str = ""

    @property
    def signed(self) -> str:
        """Return the name, with what has to be said of vendors."""
        return signed(self.name, self.industry)


@dataclass(frozen=True, slots=True)
class Link:
    """Another article."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class SectionText:
    """One filled section of an article; `name` is its anchor."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDetail:
    """An article at one revision, with everything a reader is told about it."""

    id: int
    url: str
    kind: str
    title: str
    summary: str
    state: str
    state_reason: str
    replaced_by: Link | None
    revision: int
    revision_state: str
    published_revision: int
    sections: tuple[SectionText, ...]
    recommendation: str
    strength: str
    evidence: str
    evidence_why: str
    ceiling: Ceiling
    verification: State
    verifications: tuple[State, ...]
    verified_by: Person | None
    verified_at: datetime | None
    due_at: datetime | None
    owner: Person | None
    audience: str
    language: str
    licence: str
    minutes: int
    published_at: datetime | None
    changed_at: datetime
    sha256: str
    sources: tuple[Source, ...]
    margin: Margin

    @property
    def is_current(self) -> bool:
        """Say whether this is the published version."""
        return self.revision == self.published_revision


@dataclass(frozen=True, slots=True)
class Shown:
    """An article's detail, what rules need to know of it, and what it rests on."""

    found: Found
    detail: ArticleDetail
    rested: Rested
    latest_state: str

    @property
    def draft(self) -> int:
        """Return the number of the version that is being worked on beside the one shown; 0 when there is none."""
        number = self.found.latest_revision
        return number if self.latest_state in OPEN_STATES and number != self.detail.revision else 0


_SELECT: Final = """a.state_reason, a.language, a.licence, a.published_at, a.changed_at AS article_changed_at, r.sha256,
  own.name AS owner_name, own.handle AS owner_handle, own.state AS owner_state,
  ver.name AS verifier_name, ver.handle AS verifier_handle, ver.state AS verifier_state,
  (SELECT z.state FROM article_revisions z WHERE z.article_id = a.id AND z.number = a.latest_revision) AS latest_state,
  new.id AS new_id, new.title AS new_title, new.slug AS new_slug
FROM articles a LEFT JOIN members own ON own.id = a.owner_id LEFT JOIN members ver ON ver.id = a.verified_by_id
  LEFT JOIN articles new ON new.id = a.replaced_by_id AND ({newer})
  JOIN article_revisions r ON r.article_id = a.id AND r.number = {revision}"""
_CURRENT: Final = "CASE WHEN a.published_revision > 0 THEN a.published_revision ELSE a.latest_revision END"


async def show_article(viewer: Viewer, article_id: int, number: int = 0) -> Shown:
    """Return an article as the viewer may read it: its published revision, or the one asked for; raises Missing."""
    visible, newer = visible_articles(viewer), visible_articles(viewer, "new")
    rest = _SELECT.format(newer=newer.sql, revision="?" if number else _CURRENT)
    found = await rows(
        f"SELECT {FACT_COLUMNS}, {PEOPLE_COLUMNS}, {rest} WHERE a.id = ? AND ({visible.sql})",
        *newer.values, *((number,) if number else ()), article_id, *visible.values,
    )  # fmt: skip
    if not found:
        raise Missing(MISSING)
    known = read_found(found[0])
    if not may_see_revision(viewer, known.article, known.revision):
        raise Missing(MISSING)
    rested = await sources_of(viewer, article_id, known.revision.number)
    margin, adopters = await margin_of(viewer, article_id)
    return Shown(known, _detail(found[0], known, rested, margin, adopters), rested, found[0]["latest_state"])


@dataclass(frozen=True, slots=True)
class Gone:
    """A retired article: what its readers are still told."""

    title: str
    reason: str
    replaced_by: Link | None


async def gone_article(viewer: Viewer, article_id: int) -> Gone:
    """Return why an article is gone; raises Missing when the viewer could never read it."""
    known, newer = gone_articles(viewer), visible_articles(viewer, "new")
    found = await rows(
        "SELECT a.title, a.state_reason, new.id AS new_id, new.title AS new_title, new.slug AS new_slug "  # noqa: S608
        f"FROM articles a LEFT JOIN articles new ON new.id = a.replaced_by_id AND ({newer.sql}) "
        f"WHERE a.id = ? AND {known.sql}",
        *newer.values, article_id, *known.values,
    )  # fmt: skip
    if not found:
        raise Missing(MISSING)
    return Gone(found[0]["title"], found[0]["state_reason"], _instead(found[0]))


def _instead(row: Mapping[str, Any]) -> Link | None:
    return Link(row["new_title"], article_url(row["new_id"], row["new_slug"])) if row["new_id"] else None


def _detail(
    row: Mapping[str, Any], known: Found, rested: Rested, margin: Margin, adopters: Sequence[Adopter]
) -> ArticleDetail:
    at, content = now(), known.content
    published = known.article.published_revision
    template = TEMPLATES[known.kind]
    return ArticleDetail(
        id=known.id,
        url=article_url(known.id, known.slug),
        kind=known.kind,
        title=content.title,
        summary=content.summary,
        state=known.article.state,
        state_reason=row["state_reason"],
        replaced_by=_instead(row),
        revision=known.revision.number,
        revision_state=known.revision.state,
        published_revision=published,
        sections=tuple(SectionText(name, template.label_of(name), text) for name, text in content.sections.items()),
        recommendation=content.recommendation,
        strength=content.strength,
        evidence=content.evidence,
        evidence_why=content.evidence_why,
        ceiling=ceiling(content.recommendation, rested.cases, adopters),
        verification=state_of(known.standing, at),
        verifications=states_of(known.standing, at),
        verified_by=_person(row, "verifier"),
        verified_at=known.verified_at,
        due_at=known.standing.due_at,
        owner=_person(row, "owner"),
        audience=known.article.audience,
        language=row["language"],
        licence=row["licence"],
        minutes=content.minutes,
        published_at=as_datetime(row["published_at"]),
        changed_at=as_datetime(row["article_changed_at"]) or at,
        sha256=row["sha256"],
        sources=rested.sources,
        margin=margin,
    )


def _person(row: Mapping[str, Any], who: str) -> Person | None:
    if row[f"{who}_name"] is None:
        return None
    gone = row[f"{who}_state"] == "gone"
    return Person("Former member" if gone else row[f"{who}_name"], None if gone else row[f"{who}_handle"])
