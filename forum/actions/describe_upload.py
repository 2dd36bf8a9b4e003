"""Say what a file shows, and whether a patient is on it; throw one away that nothing shows."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from base.clock import now
from base.db import execute
from base.errors import Invalid, Missing, Refused
from base.inputs import BlankIsNone, Input, Line
from forum.files import LICENCES, UploadFacts
from forum.models import Upload
from forum.queries.uploads import own_upload
from members.viewer import Viewer


class UploadWords(Input):
    """What its owner says of a file; what is left out stays as it is.

    `gate` answers whether a picture shows a patient, a badge, a screen or a chart: none, authorised (then `gate_ref`
    and `gate_on` say under which written authorisation, and of which day) or unsure (then a moderator looks at it).
    """

    alt: Annotated[Line | None, Field(max_length=300, title="What it shows")] = None
    gate: Annotated[Literal["none", "authorised", "unsure"] | None, BlankIsNone, Field(title="Who is on it")] = None
    gate_ref: Annotated[Line | None, Field(max_length=160, title="Authorisation")] = None
    gate_on: Annotated[date | None, BlankIsNone, Field(title="Day of the authorisation")] = None
    reusable: Annotated[bool | None, BlankIsNone, Field(title="A template for others")] = None
    title: Annotated[Line | None, Field(max_length=160, title="Title of the template")] = None
    licence: Annotated[Annotated[Line, Field(max_length=40)] | None, BlankIsNone, Field(title="Licence")] = None


async def describe_upload(viewer: Viewer, number: int, given: UploadWords) -> UploadFacts:
    """Store what the viewer says of a file of theirs."""
    before = await own_upload(viewer, number)
    said = {name: value for name, value in given.model_dump().items() if value is not None}
    changed = {name: value for name, value in said.items() if value != getattr(before, name)}
    if not changed:
        return before
    _check(before, changed)
    if "gate" in changed:
        changed["state"] = "review" if changed["gate"] == "unsure" else "ready"
    if changed.get("reusable") and not (changed.get("licence") or before.licence):
        changed["licence"] = LICENCES[0]
    await Upload.filter(id=before.id).update(**changed)
    return await own_upload(viewer, number)


def _check(before: UploadFacts, changed: dict[str, Any]) -> None:
    errors: dict[str, str] = {}
    if before.used and before.gate and {"gate", "gate_ref", "gate_on"} & set(changed):
        raise Refused("What was said of the people on a picture stays as it was when it was published.")
    day = changed.get("gate_on")
    # A day of grace: it may be tomorrow already where the reader is.
    if day is not None and not date(1950, 1, 1) <= day <= now().date() + timedelta(days=1):
        errors["gate_on"] = "The day of the authorisation cannot be in the future."
    if changed.get("licence") and changed["licence"] not in LICENCES:
        errors["licence"] = f"Licence: please choose one of {', '.join(LICENCES)}."
    if errors:
        raise Invalid(errors)


async def drop_upload(viewer: Viewer, number: int) -> None:
    """Throw away a file of one's own that nothing shows; its bytes go with the next purge."""
    before = await own_upload(viewer, number)
    if before.used:
        raise Refused("This file is shown in a post. Edit the post to take it out.")
    gone = await execute(
        "DELETE FROM uploads WHERE id = ? AND NOT EXISTS "
        "(SELECT 1 FROM upload_uses w WHERE w.upload_id = uploads.id AND w.target <> 'dropped')",
        before.id,
    )
    if not gone:
        raise Missing
