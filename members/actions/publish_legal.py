"""Put a new version of a legal document in force; the ones before stay readable, and are never changed."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import rows, transaction
from base.errors import Conflict, Invalid
from base.inputs import BlankIsNone, Body, Input, Line, Number
from members import rules
from members.models import LegalText
from members.viewer import Viewer

_ONCE_MORE: Final = "Somebody else has just published a version. Please look at it, and send yours again."


class NewLegalText(Input):
    """A version of a document; with `version` the same one in another language, which asks nobody anything."""

    document: Literal["terms", "privacy", "guidelines"] = Field(title="Document")
    title: Line = Field(min_length=3, max_length=120, title="Title")
    text: Body = Field(min_length=20, max_length=200_000, title="Text")
    language: Line = Field("en", pattern="^[a-z]{2,3}(_[A-Za-z]{2,4})?$", title="Language")
    version: Annotated[Number | None, BlankIsNone] = Field(None, title="Version to translate")
    is_significant: bool = Field(False, title="Everybody has to accept it")
    effective_on: Annotated[date | None, BlankIsNone] = Field(None, title="In force from")


async def publish_legal_text(viewer: Viewer, given: NewLegalText) -> LegalText:
    """Publish it; the first version of a document has to be accepted by everybody, whatever is said."""
    rules.check_may_write_legal_texts(viewer)
    rules.check_may_act_now(viewer, now())
    today = now().date()
    effective = given.effective_on or today
    if effective < today:
        sentence = "This day has passed; what was in force then is not to be changed."
        raise Invalid({"effective_on": sentence}, _typed(given))
    try:
        async with transaction():
            newest = (await rows("SELECT MAX(version) AS n FROM legal_texts WHERE document = ?", given.document))[0][
                "n"
            ]
            if given.version is not None and given.version > (newest or 0):
                raise Invalid({"version": "There is no such version to translate."}, _typed(given))
            made = await LegalText.create(
                document=given.document, version=given.version or (newest or 0) + 1, language=given.language,
                title=given.title, text=given.text, effective_on=effective, by_id=viewer.id, at=now(),
                is_significant=given.version is None and (given.is_significant or not newest),
            )  # fmt: skip
            data = {"document": made.document, "version": made.version, "language": made.language}
            await journal.record("legal.published", actor_id=viewer.id, subject_id=made.id, data=data)
    except IntegrityError:
        raise Conflict(
            _ONCE_MORE if given.version is None else "This version is there in this language already."
        ) from None
    return made


def _typed(given: NewLegalText) -> dict[str, object]:
    return given.model_dump(mode="json")
