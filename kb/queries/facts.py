"""An article and one of its revisions, as rules and actions need them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import as_datetime, rows
from base.errors import Missing
from kb.content import Content
from kb.facts import ArticleFacts, RevisionFacts
from kb.rules import may_see_revision, visible_articles
from kb.verification import Standing, moved_column
from members.viewer import Viewer

MISSING: Final = "There is no such practice, or you may not see it."

# Who wrote a revision of the article or was asked to review one, and who was asked to review this revision.
PEOPLE_COLUMNS: Final = """
  (SELECT string_agg(CAST(who AS TEXT), ',') FROM (
     SELECT w.author_id AS who FROM article_revisions w WHERE w.article_id = a.id
     UNION SELECT q.reviewer_id FROM reviews q JOIN article_revisions w ON w.id = q.revision_id
       WHERE w.article_id = a.id) people) AS people,
  (SELECT string_agg(CAST(who AS TEXT), ',') FROM (
     SELECT q.reviewer_id AS who FROM reviews q WHERE q.revision_id = r.id AND q.decision <> 'withdrawn') asked)
  AS reviewers,
  (SELECT string_agg(CAST(who AS TEXT), ',') FROM (
     SELECT q.reviewer_id AS who FROM reviews q WHERE q.revision_id = r.id AND q.decision = '') asked) AS deciders
"""
FACT_COLUMNS: Final = f"""a.id AS article_id, a.state AS article_state, a.kind, a.slug, a.audience, a.owner_id,
  a.published_revision, a.latest_revision, a.verified_revision, a.verified_at, a.due_at, a.interval_days,
  {moved_column()},
  r.id AS revision_id, r.number, r.state AS revision_state, r.author_id, r.last_editor_id, r.edits, r.based_on,
  r.significance, r.note, r.title, r.summary, r.sections, r.recommendation, r.strength, r.evidence, r.evidence_why"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article with the revision that was asked for."""

    article: ArticleFacts
    revision: RevisionFacts
    revision_id: int
    kind: str
    slug: str
    latest_revision: int
    interval_days: int
    edits: int
    based_on: int
    significance: str
    note: str
    content: Content
    standing: Standing
    verified_at: datetime | None

    @property
    def id(self) -> int:
        """Return the article's id."""
        return self.article.id


async def find(viewer: Viewer, article_id: int, number: int = 0) -> Found:
    """Return an article the viewer may see, with its revision `number` or its latest one; raises Missing."""
    visible = visible_articles(viewer)
    wanted = "CAST(? AS BIGINT)" if number else "a.latest_revision"
    found = await rows(
        f"SELECT {FACT_COLUMNS}, {PEOPLE_COLUMNS} FROM articles a "  # noqa: S608
        f"JOIN article_revisions r ON r.article_id = a.id AND r.number = {wanted} WHERE a.id = ? AND ({visible.sql})",
        *((number,) if number else ()), article_id, *visible.values,
    )  # fmt: skip
    if not found:
        raise Missing(MISSING)
    return read_found(found[0])


async def find_for_nobody(article_id: int, *, published: bool = False) -> Found | None:
    """Return an article whoever asks, in its latest or published version, for work that no viewer asked for.

    Who is told of it has to be checked by who tells.
    """
    which = "published" if published else "latest"
    found = await rows(
        f"SELECT {FACT_COLUMNS}, {PEOPLE_COLUMNS} FROM articles a "  # noqa: S608
        f"JOIN article_revisions r ON r.article_id = a.id AND r.number = a.{which}_revision WHERE a.id = ?",
        article_id,
    )
    return read_found(found[0]) if found else None


async def find_readable(viewer: Viewer, article_id: int, number: int) -> Found:
    """Return a revision the viewer may read: past ones, and open ones if they work on the article."""
    found = await find(viewer, article_id, number)
    if not may_see_revision(viewer, found.article, found.revision):
        raise Missing(MISSING)
    return found


def read_found(row: Mapping[str, Any]) -> Found:
    """Read an article and its revision out of a row with FACT_COLUMNS and the columns of their people."""
    article, revision = read_facts(row)
    return Found(
        article=article,
        revision=revision,
        revision_id=row["revision_id"],
        kind=row["kind"],
        slug=row["slug"],
        latest_revision=row["latest_revision"],
        interval_days=row["interval_days"],
        edits=row["edits"],
        based_on=row["based_on"],
        significance=row["significance"],
        note=row["note"],
        content=Content.of(row),
        standing=read_standing(row, row["article_state"]),
        verified_at=as_datetime(row["verified_at"]),
    )


def read_facts(row: Mapping[str, Any]) -> tuple[ArticleFacts, RevisionFacts]:
    """Read what rules need out of a row with FACT_COLUMNS and the columns of their people."""
    article = ArticleFacts(
        id=row["article_id"],
        state=row["article_state"],
        kind=row["kind"],
        audience=row["audience"],
        owner_id=row["owner_id"],
        published_revision=row["published_revision"],
        people_ids=_ids(row["people"]),
    )
    revision = RevisionFacts(
        number=row["number"],
        state=row["revision_state"],
        author_id=row["author_id"],
        last_editor_id=row["last_editor_id"],
        reviewer_ids=_ids(row["reviewers"]),
        decider_ids=_ids(row["deciders"]),
    )
    return article, revision


def read_standing(row: Mapping[str, Any], state: str) -> Standing:
    """Read what the verification state depends on, out of a row that has the column `moved`."""
    return Standing(
        state=state,
        published_revision=row["published_revision"],
        verified_revision=row["verified_revision"],
        due_at=as_datetime(row["due_at"]),
        moved=frozenset(part for part in row["moved"].split(",") if part),
    )


def _ids(text: str | None) -> frozenset[int]:
    return frozenset(int(part) for part in (text or "").split(",") if part)
