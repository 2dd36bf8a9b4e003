"""What a text holds besides words."""

from dataclasses import dataclass
from typing import Final

from base.text.parser import parse

_OUTSIDE: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Contents:
    """How many different links to other sites a text has, and how many pictures."""

    links: int
    images: int


def contents_of(source: str, address: str = "") -> Contents:
    """Count what is in a text; links to `address`, this site, do not count."""
    links: set[str] = set()
    images = 0
    for token in parse(source):
        for child in token.children or []:
            if child.type == "link_open" and _leads_away(href := str(child.attrs.get("href", "")), address):
                links.add(href)
            images += child.type == "image"
    return Contents(len(links), images)


def _leads_away(href: str, address: str) -> bool:
    here = bool(address) and (href == address or href.startswith((f"{address}/", f"{address}?", f"{address}#")))
    return href.startswith(_OUTSIDE) and not here
