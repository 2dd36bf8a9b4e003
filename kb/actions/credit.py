"""Choose how an article names one's contribution."""

from typing import Literal

from pydantic import Field

from base.db import transaction
from base.errors import Missing
from base.inputs import Input
from base.journal import record
from kb.models import Contributor
from kb.queries.facts import find
from members.viewer import Viewer


class Named(Input):
    """By name, by organisation only, as "a member", or not at all."""

    credit: Literal["name", "organisation", "anonymous", "none"] = Field(title="How you are named")


async def choose_credit(viewer: Viewer, article_id: int, given: Named) -> None:
    """Write down how the viewer is named, in every role they had."""
    await find(viewer, article_id)
    async with transaction():
        if not await Contributor.filter(article_id=article_id, member_id=viewer.member_id).update(credit=given.credit):
            raise Missing("You are not among the contributors of this practice.")
        await record("article.credited", actor_id=viewer.id, subject_id=article_id, data={"credit": given.credit})
