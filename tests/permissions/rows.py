"""What a row of the table of permissions is."""

from dataclasses import dataclass, field
from typing import Any, Final

ROOT: Final = "/api/v1"


@dataclass(frozen=True)
class Ask:
    """A request; `shows` is what an allowed answer has in it, and no other. `by` is how programs prove who they are."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    shows: str = ""
    by: str = "token"


@dataclass(frozen=True)
class Action:
    """What somebody may do, and who; `differs` is by the person, or by person and door ("leader/page").

    `settings` are those of the site on which it is tried.
    """

    name: str
    may: str
    page: Ask | str
    api: Ask | str
    differs: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
