"""The first words of an opening post, for lists."""

from typing import Final

from base.text.excerpt import excerpt
from base.text.plain import to_plain

# An excerpt needs only the beginning of a text.
_BEGINNING: Final = 2_000
_LENGTH: Final = 240


def excerpt_of(body: str) -> str:
    """Return what a list shows of a text: its beginning, up to its first heading if it does not begin with one."""
    return excerpt(to_plain(body.partition("\n## ")[0][:_BEGINNING] or body[:_BEGINNING]), _LENGTH)
