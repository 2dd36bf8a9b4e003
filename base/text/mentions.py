"""Who a text mentions."""

from base.text.parser import parse


def mentions_in(source: str) -> list[str]:
    """List the handles a text mentions, in lower case, each once, in the order of their first mention."""
    found = (
        str(child.meta["handle"]) for token in parse(source) for child in token.children or [] if "handle" in child.meta
    )
    return list(dict.fromkeys(found))
