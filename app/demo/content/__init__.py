"""The demonstration's words, as TOML."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def content(name: str) -> dict[str, Any]:
    """Return one file of the demonstration's words."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text())
