"""The best grade of evidence that a revision's sources allow."""

from base.db import rows
from forum.evidence import Adopter, Ceiling, ceiling
from kb.queries.sources import sources_of
from members.viewer import Viewer


async def adopters_of(article_id: int) -> tuple[Adopter, ...]:
    """Return what organisations do with an article, as evidence: vendors give none."""
    found = await rows(
        "SELECT d.organisation_id, d.state, d.result FROM adoptions d JOIN organisations o ON o.id = d.organisation_id "
        "WHERE d.article_id = ? AND o.kind <> 'industry'",
        article_id,
    )
    return tuple(Adopter(row["organisation_id"], row["state"], row["result"]) for row in found)


async def ceiling_of(viewer: Viewer, article_id: int, revision: int, recommendation: str) -> Ceiling:
    """Return the best grade a revision may claim for a recommendation."""
    rested = await sources_of(viewer, article_id, revision)
    return ceiling(recommendation, rested.cases, await adopters_of(article_id))
