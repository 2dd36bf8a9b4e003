"""Ask a question."""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field, field_validator

from base.clock import now
from base.inputs import BlankIsNone, Body, Line, Words
from base.web.words import translations_for
from forum.actions.check_mentions import check_mentions
from forum.actions.identities import identity_of
from forum.actions.opening import Opening, OpeningText, labels_of, new_thread
from forum.actions.start_thread import Started, start_thread
from forum.models import QuestionDetails, Thread
from forum.queries.ask_form import own_setting
from forum.rules import CONSTRAINTS, check_may_ask
from members.actions.wear_mask import Identity
from members.viewer import Viewer

_LONGEST_WAIT: Final = timedelta(days=730)


class Question(Opening):
    """A question as it is typed; everything but title and text may be left out."""

    body: OpeningText
    tried: Annotated[Body, Field(max_length=8_000, title="What you tried")] = ""
    goal: Annotated[Line, Field(max_length=300, title="Goal")] = ""
    setting: Annotated[Line, Field(max_length=160, title="Your setting")] = ""
    audience_served: Annotated[Line, Field(max_length=160, title="Who it is for")] = ""
    constraints: Annotated[Words, Field(default_factory=list, title="Constraints")]
    needed_by: Annotated[date | None, BlankIsNone, Field(title="Needed by")] = None

    @field_validator("constraints")
    @classmethod
    def _known_constraints(cls, names: list[str]) -> list[str]:
        if not set(names) <= set(CONSTRAINTS):
            raise ValueError(f"Constraints: please choose from {', '.join(CONSTRAINTS)}.")
        return [name for name in CONSTRAINTS if name in names]

    @field_validator("needed_by")
    @classmethod
    def _to_come(cls, day: date | None) -> date | None:
        # A day of grace: it may still be yesterday where the reader is.
        today = now().date()
        if day is not None and not today - timedelta(days=1) <= day <= today + _LONGEST_WAIT:
            raise ValueError("Needed by: please choose a day within the next two years.")
        return day

    @property
    def text(self) -> str:
        """Return the opening post: the question, and what was tried under a heading of its own."""
        if not self.tried:
            return self.body
        return f"{self.body}\n\n## {translations_for(self.language).gettext('What we tried')}\n\n{self.tried}"


async def ask(viewer: Viewer, given: Question) -> Started:
    """Ask a question."""
    check_may_ask(viewer, given.audience)
    labels = await labels_of(viewer, given)
    await check_mentions(viewer, given.text)
    identity = await identity_of(viewer, given.written_as, given.audience)
    setting = given.setting if identity is None else await _setting(viewer, given.setting, identity)

    async def details(thread: Thread) -> None:
        await QuestionDetails.create(
            thread_id=thread.id,
            goal=given.goal,
            setting=setting,
            audience_served=given.audience_served,
            constraints=",".join(given.constraints),
            needed_by=given.needed_by,
        )

    return await start_thread(
        new_thread(viewer, given, labels, kind="question", body=given.text, identity=identity), details
    )


async def _setting(viewer: Viewer, typed: str, identity: Identity) -> str:
    """Return the setting of a question behind a mask: what the form proposed says more of somebody than the mask."""
    proposed = await own_setting(viewer)
    return identity.shared.levels.setting if typed == proposed else typed
