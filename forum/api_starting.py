"""One JSON door for every kind of thread: `kind` says which input the rest of the body is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from pydantic import GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema

from base.inputs import Input
from forum.actions.announce import Announcement, announce
from forum.actions.ask import Question, ask
from forum.actions.case_input import Case
from forum.actions.discuss import Discussion, discuss
from forum.actions.opening import Opening
from forum.actions.share_case import share_case
from forum.actions.start_thread import Started
from members.viewer import Viewer


class NewQuestion(Question):
    """A question to be asked."""

    kind: Literal["question"]


class NewCase(Case):
    """A case study to be shared."""

    kind: Literal["case_study"]


class NewDiscussion(Discussion):
    """A discussion to be started."""

    kind: Literal["discussion"]


class NewAnnouncement(Announcement):
    """An announcement to be made."""

    kind: Literal["announcement"]


@dataclass(frozen=True, slots=True)
class _Kind:
    input: type[Opening]
    act: Callable[[Viewer, Any], Awaitable[Started]]


_KINDS: Final = {
    "question": _Kind(NewQuestion, ask),
    "case_study": _Kind(NewCase, share_case),
    "discussion": _Kind(NewDiscussion, discuss),
    "announcement": _Kind(NewAnnouncement, announce),
}


class _Which(Input):
    kind: Literal["question", "case_study", "discussion", "announcement"]


class StartThread(Input):
    """A thread to be started."""

    kind: str
    opening: Opening

    @classmethod
    def read(cls, given: Mapping[str, object]) -> Self:
        """Read the kind, then the body as that kind is read."""
        kind = _Which.read(given).kind
        made: Self = cls.model_construct(kind=kind, opening=_KINDS[kind].input.read(given))  # type: ignore[assignment]
        return made

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the body as one of the kinds."""
        one_of: TypeAdapter[Any] = TypeAdapter(NewQuestion | NewCase | NewDiscussion | NewAnnouncement)
        return handler(one_of.core_schema)


async def starts(viewer: Viewer, given: StartThread) -> Started:
    """Start a thread of its kind."""
    return await _KINDS[given.kind].act(viewer, given.opening)
