"""What somebody typed into a form, given back when it could not be taken: their browser may not have it any more."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.types import Scope

_TYPED: Final = "commonplace.typed"
_SHORTEST: Final = 20
_MOST: Final = 200_000
_NOT_GIVEN_BACK: Final = re.compile(r"password|secret|token|code|current|challenge|passkey|next")


def remember_typed(scope: Scope, given: Mapping[str, object]) -> None:
    """Remember the fields of a form for as long as its request lasts."""
    scope[_TYPED] = given


def was_read(scope: Scope) -> bool:
    """Say whether the form of this request was read: its files are closed then, and it cannot be read again."""
    return _TYPED in scope


def typed(scope: Scope) -> tuple[str, ...]:
    """Return the texts among them, those in words of one's own: no secrets, and nothing that is chosen or hidden."""
    given: Mapping[str, object] = scope.get(_TYPED, {})
    found = [
        text
        for name, value in given.items()
        if not _NOT_GIVEN_BACK.search(name)
        for one in (value if isinstance(value, list) else [value])
        if len(text := str(one).strip()) >= _SHORTEST and len(text.split()) > 1
    ]
    return tuple(found) if sum(map(len, found)) <= _MOST else ()
