"""What a look for trouble found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `fix` says what to do when it is not `ok`."""

    name: str
    ok: bool
    words: str
    fix: str = ""
