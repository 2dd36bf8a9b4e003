"""What every new thread is asked for, whatever its kind."""

from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar, Final, TypeVar

from pydantic import Field, field_validator

from base.errors import Invalid
from base.inputs import BlankIsNone, Body, Input, Line, RowId, Words
from base.text.languages import LANGUAGES
from forum.actions.identities import WrittenAs
from forum.actions.pace import check_text, check_topic_pace
from forum.actions.start_thread import NewThread
from forum.queries.labels import Labels, find_labels
from members.actions.wear_mask import Identity
from members.viewer import PUBLIC, Viewer

LONGEST: Final = 32_000
OpeningText = Annotated[Body, Field(min_length=20, max_length=LONGEST, title="Your text")]
"""The text of an opening post, in Markdown."""


Title = Annotated[Line, Field(min_length=15, max_length=255, title="Title")]
"""One sentence that a colleague in another country would understand."""


class Labelled(Input):
    """The names by which a thread will be found."""

    category: Annotated[Line, Field(max_length=60, title="Category")] = ""
    platforms: Annotated[Words, Field(default_factory=list, max_length=8, title="Platforms")]
    tags: Annotated[Words, Field(default_factory=list, max_length=6, title="Topics")]

    @field_validator("platforms", "tags")
    @classmethod
    def _short(cls, names: list[str]) -> list[str]:
        if any(len(name) > 60 for name in names):
            raise ValueError("Please use short names, of at most 60 characters.")
        return [name for name in names if name]


class Opening(Labelled):
    """The beginning of every thread; `once`, `draft` and `opened` come from the form it was written in."""

    in_order: ClassVar[tuple[str, ...]] = ("title", "body")
    """The fields that come first in the form, so that errors are told in its order."""

    title: Title
    language: Annotated[Line, Field(title="Language")] = "en"
    audience: Annotated[Line, Field(pattern=r"^(public|network|staff|org:\d{1,18}|region:\d{1,18})$")] = PUBLIC
    once: Annotated[Line, Field(max_length=64)] = ""
    draft: Annotated[RowId | None, BlankIsNone] = None
    written_as: WrittenAs = "me"
    opened: Annotated[Line, Field(max_length=200)] = ""

    @field_validator("language")
    @classmethod
    def _known(cls, code: str) -> str:
        if code not in LANGUAGES:
            raise ValueError("Please choose one of the languages.")
        return code


O = TypeVar("O", bound=Opening)  # noqa: E741 - O for opening


async def read_opening(kind: type[O], viewer: Viewer, given: Mapping[str, object]) -> O:
    """Read a form, or raise Invalid with everything that is wrong at once: its fields and its labels."""
    try:
        return kind.read(given)
    except Invalid as wrong:
        errors = wrong.errors | await _wrong_labels(viewer, given)
    order = {name: place for place, name in enumerate(dict.fromkeys([*kind.in_order, *kind.model_fields]))}
    ordered = sorted(errors.items(), key=lambda error: order.get(error[0].partition(".")[0], len(order)))
    raise Invalid(dict(ordered), given)


async def _wrong_labels(viewer: Viewer, given: Mapping[str, object]) -> dict[str, str]:
    try:
        await labels_of(viewer, Labelled.read(given))
    except Invalid as wrong:
        return wrong.errors
    return {}


async def labels_of(viewer: Viewer, given: Labelled, carried: Collection[int] = ()) -> Labels:
    """Find what the thread is to be labelled with; the topics it has `carried` may be deprecated ones."""
    return await find_labels(
        viewer, category=given.category, platforms=given.platforms, tags=given.tags, carried=carried
    )


def new_thread(
    viewer: Viewer, given: Opening, labels: Labels, *, kind: str, body: str, identity: Identity | None = None
) -> NewThread:
    """Put together the thread that is to be started, if its text and the pace of its author allow it.

    Behind a mask nothing says more of the author than the mask.
    """
    check_text(viewer, body)
    return NewThread(
        kind=kind,
        title=given.title,
        body=body,
        author_id=viewer.member_id,
        identity=identity,
        organisation_id=viewer.organisation_id if identity is None else None,
        region_id=labels.region_id if identity is None or identity.shared.one_region else None,
        category_id=labels.category_id,
        platform_ids=labels.platform_ids,
        tag_ids=labels.tag_ids,
        new_tags=labels.new_tags,
        language=given.language,
        audience=given.audience,
        once=given.once,
        draft_id=given.draft,
        viewer=viewer,
        check=lambda: check_topic_pace(viewer, given.opened),
    )
