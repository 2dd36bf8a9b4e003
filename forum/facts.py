"""What rules need to know of threads and posts."""

from dataclasses import dataclass
from datetime import datetime

from members.viewer import PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFacts:
    """What rules need to know of a thread; `vendors` are those of its platforms, empty where nobody knows it."""

    id: int
    kind: str
    author_id: int
    audience: str = PUBLIC
    state: str = "published"
    locked: bool = False
    region_id: int | None = None
    vendors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """What rules need to know of a post."""

    id: int
    thread: ThreadFacts
    number: int
    kind: str
    author_id: int
    created_at: datetime
    state: str = "published"
    has_replies: bool = False
    deleted_by_id: int | None = None
