"""Give an organisation a logo, and take it away; the picture is cleaned and kept as any other upload."""

from typing import Final

from pydantic import Field

from base.db import transaction
from base.errors import Invalid, Missing
from base.inputs import Input, Line
from base.journal import record
from forum.actions.upload import Sent, upload
from forum.actions.use_uploads import use_uploads
from members.actions.belong import as_now
from members.models import Organisation
from members.queries.facts import facts_of_organisation, facts_of_row
from members.rules import check_may_describe
from members.viewer import Viewer

_NO_PICTURE: Final = "A logo is a picture: PNG, JPEG or WebP."


class LogoWords(Input):
    """What a logo shows, for those who cannot see it."""

    logo_alt: Line = Field(min_length=2, max_length=160, title="What the logo shows")


async def set_logo(viewer: Viewer, organisation_id: int, sent: Sent, words: LogoWords) -> int:
    """Show a picture as the organisation's logo, in the place of the one before; return the number of the file."""
    check_may_describe(viewer, await facts_of_organisation(organisation_id))
    made = await upload(viewer, sent)
    if not made.is_picture:
        raise Invalid({"file": _NO_PICTURE}, words.model_dump())
    async with transaction():
        before = await Organisation.filter(id=organisation_id).select_for_update(no_key=True).get()
        check_may_describe(await as_now(viewer), facts_of_row(before))
        await use_uploads("logo", organisation_id, {made.id: made}, author_id=None)
        await Organisation.filter(id=organisation_id).update(logo_id=made.id, logo_alt=words.logo_alt)
        told = {"before": before.logo_id, "after": made.id, "alt": words.logo_alt}
        await record("organisation.logo_set", actor_id=viewer.id, subject_id=organisation_id, data=told)
    return made.id


async def drop_logo(viewer: Viewer, organisation_id: int) -> None:
    """Show no logo; the picture is thrown away with what nothing shows."""
    check_may_describe(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        before = await Organisation.filter(id=organisation_id).select_for_update(no_key=True).get()
        check_may_describe(await as_now(viewer), facts_of_row(before))
        if before.logo_id is None:
            raise Missing("There is no logo.")
        await use_uploads("logo", organisation_id, {}, author_id=None)
        await Organisation.filter(id=organisation_id).update(logo_id=None, logo_alt="")
        told = {"before": before.logo_id, "after": None}
        await record("organisation.logo_dropped", actor_id=viewer.id, subject_id=organisation_id, data=told)
