"""Where copies of people's data lie, and how they are thrown away."""

import re
import secrets
from pathlib import Path
from typing import Final

from base import settings

FOLDER: Final = "copies"
_NAME: Final = re.compile(r"(\d{1,19})-[0-9a-f]{48}\.zip")


def folder_of_copies() -> Path:
    """Return the folder; nothing in it is served by its name."""
    return settings.get().data_dir / FOLDER


def new_name(member_id: int) -> str:
    """Return a name for a copy that nobody guesses."""
    return f"{member_id}-{secrets.token_hex(24)}.zip"


def path_of_copy(name: str) -> Path:
    """Return where a copy lies; raises ValueError for a name that is none of ours."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a copy: {name!r}")
    return folder_of_copies() / name


def throw_away_copies(member_id: int, *, keep: str = "") -> int:
    """Delete the copies of a member, half written ones too; return how many."""
    gone = 0
    for file in folder_of_copies().glob(f"{member_id}-*.zip*"):
        if file.name.removesuffix(".partial") != keep:
            file.unlink(missing_ok=True)
            gone += 1
    return gone
