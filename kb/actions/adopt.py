"""Say what one's organisation does with an article; take that back."""

from typing import Annotated, Literal

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, Line
from base.journal import record
from kb.models import Adoption
from kb.queries.facts import find
from kb.rules import check_may_adopt
from members.viewer import Viewer


class Use(Input):
    """What an organisation does with an article, and a few words about it."""

    state: Literal["planning", "trying", "adopted", "adapted", "stopped", "not_for_us"] = Field(
        title="What you do with it"
    )
    note: Annotated[Line, Field(max_length=400, title="Note")] = ""


async def adopt(viewer: Viewer, article_id: int, given: Use) -> None:
    """Write down what the viewer's organisation does with an article; it has one state at a time."""
    found = await find(viewer, article_id)
    check_may_adopt(viewer, found.article)
    async with transaction():
        before = await Adoption.get_or_none(article_id=article_id, organisation_id=viewer.organisation_id)
        await Adoption.update_or_create(
            defaults={"state": given.state, "note": given.note, "by_id": viewer.member_id, "at": now()},
            article_id=article_id,
            organisation_id=viewer.organisation_id,
        )
        data = {
            "organisation_id": viewer.organisation_id,
            "state": given.state,
            "before": before.state if before else "",
        }
        await record("article.adopted", actor_id=viewer.id, subject_id=article_id, data=data)


async def withdraw_adoption(viewer: Viewer, article_id: int) -> None:
    """Take back what the viewer's organisation said."""
    found = await find(viewer, article_id)
    check_may_adopt(viewer, found.article)
    async with transaction():
        if not await Adoption.filter(article_id=article_id, organisation_id=viewer.organisation_id).delete():
            raise Missing("Your organisation has said nothing about this practice.")
        data = {"organisation_id": viewer.organisation_id, "state": ""}
        await record("article.adopted", actor_id=viewer.id, subject_id=article_id, data=data)
