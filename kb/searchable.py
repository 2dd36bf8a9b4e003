"""What of kb/ can be found: published and obsolete articles, and collections."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from base.clock import now
from base.condition import Condition, one_of
from base.db import as_datetime, marks, rows
from base.text.plain import to_plain
from forum.queries.topic_tree import carried_and_above
from forum.searchable import of_topics, on_topics, topics_of
from kb import collections_searchable
from kb.addresses import article_url
from kb.content import Content
from kb.queries.facts import read_standing
from kb.rules import READABLE, visible_articles
from kb.verification import moved_column, state_of
from members.viewer import Viewer
from search_index.batches import in_batches
from search_index.document import Document, Source
from search_index.found import Hit
from search_index.showing import showing

BATCH: Final = 200

_TOPICS: Final = carried_and_above("article_tags", "article_id", "a.id")
_COLUMNS: Final = f"""a.id, a.slug, a.audience, a.language, a.state, a.published_revision, a.verified_revision,
  a.due_at, a.published_at, a.changed_at, r.title, r.summary, r.sections, r.recommendation, r.strength, r.evidence,
  r.evidence_why, {moved_column()}, m.name AS owner_name, m.handle AS owner_handle,
  (SELECT string_agg(t.name, '\n') FROM article_tags x JOIN tags t ON t.id = x.tag_id
    WHERE x.article_id = a.id) AS tags,
  (SELECT string_agg(t.name, '\n') FROM tags t WHERE t.id IN ({_TOPICS})) AS topics,
  (SELECT string_agg(p.name, '\n') FROM article_platforms x JOIN platforms p ON p.id = x.platform_id
    WHERE x.article_id = a.id) AS platforms,
  (SELECT string_agg(p.name, '\n') FROM (
     SELECT n.name FROM article_platforms x JOIN platform_aliases n ON n.platform_id = x.platform_id
       WHERE x.article_id = a.id
     UNION SELECT n.name FROM tags n WHERE n.meant_id IN ({_TOPICS})
   ) p) AS aliases,
  (SELECT COUNT(*) FROM source_links l JOIN case_studies cs ON cs.thread_id = l.thread_id
    JOIN metrics k ON k.case_id = cs.id WHERE l.article_id = a.id AND l.revision = a.published_revision) AS measured,
  (SELECT COUNT(*) FROM adoptions d JOIN organisations ao ON ao.id = d.organisation_id AND ao.kind <> 'industry'
    WHERE d.article_id = a.id AND d.state IN ('adopted', 'adapted')) AS adopted"""  # noqa: S608


async def _load(which: Condition, after: int) -> AsyncIterator[Document]:
    standing = one_of("a.state", READABLE)
    found = await rows(
        f"SELECT {_COLUMNS} FROM articles a "  # noqa: S608
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.published_revision "
        "LEFT JOIN members m ON m.id = a.owner_id "
        f"WHERE {standing.sql} AND a.id > ? AND ({which.sql}) ORDER BY a.id LIMIT ?",
        *standing.values, after, *which.values, BATCH,
    )  # fmt: skip
    for row in found:
        yield _document(row)


def _document(row: Mapping[str, Any]) -> Document:
    content = Content.of(row)
    changed = as_datetime(row["changed_at"]) or now()
    return Document(
        kind="article",
        id=row["id"],
        type="practice",
        title=content.title,
        url=article_url(row["id"], row["slug"]),
        audience=row["audience"],
        created=as_datetime(row["published_at"]) or changed,
        active=changed,
        body="\n".join(to_plain(text) for text in (content.summary, *content.sections.values()) if text),
        author=row["owner_name"] or "",
        handle=row["owner_handle"] or "",
        language=row["language"],
        tags=topics_of(row),
        platforms=_words(row["platforms"]),
        aliases=_words(row["aliases"]),
        state=(state_of(read_standing(row, row["state"]), now()), f"evidence:{content.evidence}"),
        votes=row["adopted"],
        has=(*(("metrics",) if row["measured"] else ()), *(("adoption",) if row["adopted"] else ())),
    )


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


_SHOWING: Final = {
    **of_topics(on_topics("SELECT x.article_id AS id FROM article_tags x", "x.tag_id")),
    "platform.changed": showing("SELECT x.article_id AS id FROM article_platforms x", "x.platform_id"),
    "platform.unchanged": showing("SELECT x.article_id AS id FROM article_platforms x", "x.platform_id"),
    "platform.edited": showing("SELECT x.article_id AS id FROM article_platforms x", "x.platform_id"),
    "member.renamed": showing("SELECT a.id FROM articles a", "a.owner_id"),
}
SOURCES: list[Source] = [in_batches("article", "a.id", _load, BATCH, _SHOWING), *collections_searchable.SOURCES]


async def articles_among(viewer: Viewer, hits: Sequence[Hit]) -> set[str]:
    """Return the keys of the articles that the viewer may read now."""
    ids = [hit.id for hit in hits]
    readable = visible_articles(viewer) & one_of("a.state", READABLE)
    found = await rows(
        f"SELECT a.id FROM articles a WHERE a.id IN ({marks(ids)}) AND {readable.sql}",  # noqa: S608
        *ids, *readable.values,
    )  # fmt: skip
    return {f"article:{row['id']}" for row in found}


GUARDS: Final = {"article": articles_among, **collections_searchable.GUARDS}
