"""Where the shipped files are: beside the packages in a checkout, in a package of their own when installed."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_BESIDE: Final = Path(__file__).resolve().parents[1]


def shipped(name: str) -> Path:
    """Return the folder `name` (templates, static, locales) of this installation."""
    for folder in (_BESIDE / name, _BESIDE / "commonplace_files" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name} is missing from this installation")


def sync_folder(path: Path) -> None:
    """Make the name of a new file last through a power cut."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
