"""Addresses of pages with what was chosen on them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode


def address(path: str, asked: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    """Return the address of a page with what is asked of it, and only its path when that is nothing."""
    return f"{path}?{urlencode(asked)}" if asked else path
