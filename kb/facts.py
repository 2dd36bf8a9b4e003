"""What rules need to know of articles, their revisions, and collections."""

from dataclasses import dataclass

from members.viewer import PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFacts:
    """What rules need to know of a revision; `reviewer_ids` were asked to review it, `decider_ids` still are."""

    number: int
    state: str
    author_id: int
    last_editor_id: int
    reviewer_ids: frozenset[int] = frozenset()
    decider_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What rules need to know of an article; `people_ids` wrote a revision of it or were asked to review one."""

    id: int
    state: str = "draft"
    kind: str = "how_to"
    audience: str = PUBLIC
    owner_id: int | None = None
    published_revision: int = 0
    people_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFacts:
    """What rules need to know of a collection; without `owner_id` nobody looks after it any more."""

    id: int
    audience: str = PUBLIC
    owner_id: int | None = None
