"""The best grade of evidence that a revision's sources allow."""

from base.db import rows
from forum.evidence import Adopter, Ceiling, ceiling
from kb.queries.sources import sources_of
from members.viewer import Viewer


async def adopters_of(article_id: int) -> tuple[Adopter, ...]:
    """Return what organisations do with an article."""
    found = await rows("SELECT organisation_id, state, result FROM adoptions WHERE article_id = ?", article_id)
    return tuple(Adopter(row["organisation_id"], row["state"], row["result"]) for row in found)


async def ceiling_of(viewer: Viewer, article_id: int, revision: int, recommendation: str) -> Ceiling:
    """Return the best grade a revision may claim for a recommendation."""
    rested = await sources_of(viewer, article_id, revision)
    return ceiling(recommendation, rested.cases, await adopters_of(article_id))
