"""Write down that a platform changed, with the day; take that back."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.inputs import Body, Input, Line
from members import rules
from members.models import Platform, PlatformChange
from members.viewer import Viewer


class ChangeForm(Input):
    """What changed on a platform, and when."""

    happened_on: date = Field(title="Day")
    title: Annotated[Line, Field(min_length=5, max_length=160, title="What changed")]
    text: Annotated[Body, Field(max_length=2_000, title="In more words")] = ""
    weight: Literal["major", "minor"] = Field("major", title="What follows")


async def record_change(viewer: Viewer, slug: str, given: ChangeForm) -> int:
    """Write a change into a platform's log; a major one lets what names the platform be checked again."""
    rules.check_may_record_changes(viewer)
    platform = await Platform.get_or_none(slug=slug)
    if platform is None:
        raise Missing("There is no such platform.")
    async with transaction():
        made = await PlatformChange.create(
            platform_id=platform.id, by_id=viewer.member_id, recorded_at=now(), **given.model_dump()
        )
        data = {"change_id": made.id, "weight": given.weight}
        await journal.record("platform.changed", actor_id=viewer.id, subject_id=platform.id, data=data)
    return int(made.id)


async def withdraw_change(viewer: Viewer, slug: str, change_id: int) -> None:
    """Take a change out of the log again, for it was a mistake."""
    rules.check_may_record_changes(viewer)
    found = await PlatformChange.get_or_none(id=change_id).select_related("platform")
    if found is None or found.platform.slug != slug:
        raise Missing("There is no such change.")
    async with transaction():
        await PlatformChange.filter(id=found.id).delete()
        data = {"change_id": found.id, "title": found.title}
        await journal.record("platform.unchanged", actor_id=viewer.id, subject_id=found.platform.id, data=data)
