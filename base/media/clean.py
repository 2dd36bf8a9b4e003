"""What a cleaned file is, and why a file is not taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MEGABYTE: Final = 1024 * 1024


class NotTaken(Exception):
    """A file is not taken; the message is a sentence for who sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A file of which nothing is left but its content.

    `kind` is image, pdf, office or table. `stripped` are codes for what was taken out: location, camera, author,
    description, animation, scripts, attachments or links. `versions` are smaller pictures by name.
    """

    data: bytes
    kind: str
    media_type: str
    ending: str
    width: int | None = None
    height: int | None = None
    stripped: tuple[str, ...] = ()
    versions: Mapping[str, bytes] = field(default_factory=dict)
