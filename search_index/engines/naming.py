"""What things are called: labels as people type them, and everything a document is also called."""

import re
from typing import Final

from search_index.document import Document
from search_index.words import fold

_APART: Final = re.compile(r"[\W_]+")


def normal(label: str) -> str:
    """Return a label as people type it: lower case, no accents, words joined by hyphens."""
    return _APART.sub("-", fold(label)).strip("-") or fold(label)


def names_of(document: Document) -> str:
    """Return what a thing is also called: tags, platforms and their other names, people, organisations."""
    return " \n ".join(
        (
            *document.tags, *document.platforms, *document.aliases,
            document.author, document.handle, document.organisation,
        )
    )  # fmt: skip
