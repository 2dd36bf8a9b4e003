"""The five ways an act can fail, each with a sentence fit for the reader."""

from collections.abc import Callable, Mapping
from typing import ClassVar


class Failure(Exception):
    """Something the reader is told; `status` is its HTTP status and `title` its short name."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    @property
    def sentence(self) -> str:
        """Return what the reader is told."""
        return str(self)


class Refused(Failure):
    """The viewer may not do this."""

    status = 403
    title = "Not allowed"


class NotSignedIn(Refused):
    """Only a member may do this, and the viewer has not signed in; `after` is where they are led then."""

    status = 401
    title = "Please sign in"

    def __init__(self, sentence: str = "Please sign in to do this.", *, after: str = "") -> None:
        super().__init__(sentence)
        self.after = after


class Missing(Failure):
    """There is no such thing, or the viewer may not know of it."""

    status = 404
    title = "Not found"

    def __init__(self, sentence: str = "There is nothing here, or you may not see it.") -> None:
        super().__init__(sentence)


class Invalid(Failure):
    """The input is wrong: `errors` maps a field to its sentence, `given` is what was typed."""

    status = 422
    title = "Please check what you entered"

    def __init__(self, errors: Mapping[str, str], given: Mapping[str, object] | None = None) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)
        self.given = dict(given or {})


class Conflict(Failure):
    """Somebody else changed the same thing meanwhile."""

    status = 409
    title = "Changed meanwhile"


class TooMany(Failure):
    """A limit was reached; it opens again after `retry_after` seconds."""

    status = 429
    title = "Too many at once"

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = max(1, retry_after)


def refusal(check: Callable[..., None], *facts: object, **more: object) -> str:
    """Return why a rule does not let somebody do something, empty when it does: for the buttons of a page."""
    try:
        check(*facts, **more)
    except Failure as failure:
        return failure.sentence
    return ""
