"""Where the shipped files are: beside the packages in a checkout, in a package of their own when installed."""

from pathlib import Path
from typing import Final

_BESIDE: Final = Path(__file__).resolve().parents[1]


def shipped(name: str) -> Path:
    """Return the folder `name` (templates, static, locales) of this installation."""
    for folder in (_BESIDE / name, _BESIDE / "commonplace_files" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name} is missing from this installation")
