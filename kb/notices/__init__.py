"""Who is told when something happens in kb/."""

from collections.abc import Mapping, Sequence
from typing import Final

from base.journal import Handler
from base.journal.models import Entry
from kb.notices import assignments, collections, deputies, ground, readers, reviews
from kb.notices.telling import Teller
from kb.queries.facts import find_for_nobody

_TELLERS: Final[Mapping[str, Teller]] = {**reviews.TELLERS, **ground.TELLERS, **readers.TELLERS}
# These reach people who may not know of a draft, so they name the version that readers have.
_FOR_READERS: Final = frozenset(
    {"article.published", "article.aged", "article.obsolete", "article.retired", *ground.TELLERS, *readers.TELLERS}
)


async def tell(entries: Sequence[Entry]) -> None:
    """Tell whom each entry concerns; telling again changes nothing."""
    for entry in entries:
        teller = _TELLERS.get(entry.kind)
        article = await find_for_nobody(entry.subject_id, published=entry.kind in _FOR_READERS) if teller else None
        if teller is not None and article is not None:
            await teller(entry, article)


SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {
    "practice_notices": (tuple(_TELLERS), tell),
    "collection_notices": (("collection.handed_over",), collections.tell_of_handing_over),
    "practice_assignments": (("assignment.made",), assignments.tell_of_assignments),
    "practice_deputies": (("delegation.begun",), deputies.tell_of_deputies),
    "practice_platforms": (("platform.changed",), ground.tell_of_platforms),
}
