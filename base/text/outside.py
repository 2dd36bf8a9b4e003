"""Which pages elsewhere a text links to."""

from base.text.addresses import is_outside
from base.text.parser import parse


def outside_links(source: str) -> list[str]:
    """Return the addresses of other sites that a text links to, each once, in their order."""
    found: dict[str, None] = {}
    for block in parse(source):
        for token in block.children or ():
            address = str(token.attrs.get("href", "")) if token.type == "link_open" else ""
            if is_outside(address):
                found[address] = None
    return list(found)
