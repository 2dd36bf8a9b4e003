"""The paragraphs of a Markdown text, so that a remark can be pinned to one: blocks, and the items of lists."""

from base.text.parser import parse


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Part a text into its blocks as written; a list is parted into its items."""
    lines = text.splitlines()
    starts = sorted({0} | {token.map[0] for token in parse(text) if token.map and _begins(token.type, token.level)})
    pieces = (
        "\n".join(lines[start:end]).strip("\n") for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    )
    return tuple(piece for piece in pieces if piece.strip())


def _begins(kind: str, level: int) -> bool:
    if kind == "list_item_open":
        return level == 1
    return level == 0 and not kind.endswith("_close")
