"""Markdown as readable plain text, for mail."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin

from markdown_it.tree import SyntaxTreeNode

from base.text.parser import parse

_CODE: Final = "    "
_INDENTS: Final = {"blockquote": "> ", "dd": "    "}
_TIGHT: Final = frozenset({"dl"})
_Lines = list[str]


def to_text(source: str, *, base_url: str = "") -> str:
    """Return a text as one would type it in a mail; `base_url` completes the addresses of this site."""
    tree = SyntaxTreeNode(parse(source))
    return "\n".join(_blocks(tree.children, base_url)).strip("\n") + "\n"


def _blocks(nodes: Iterable[SyntaxTreeNode], base: str, *, tight: bool = False) -> _Lines:
    lines: _Lines = []
    for node in nodes:
        block = _block(node, base)
        if block and lines and not tight:
            lines.append("")
        lines += block
    return lines


def _block(node: SyntaxTreeNode, base: str) -> _Lines:
    match node.type:
        case "inline":
            return _inline(node, base).split("\n")
        case "heading":
            text = " ".join(_blocks(node.children, base))
            return [text, ("=" if node.tag in {"h2", "h3"} else "-") * min(72, len(text))]
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n").split("\n"), _CODE)
        case "hr":
            return ["-" * 20]
        case "callout":
            title, *rest = node.children
            return [_inline(title.children[0], base) + ":", *_indented(_blocks(rest, base), "| ")]
        case "bullet_list" | "ordered_list":
            return _list(node, base)
        case "table":
            return _table(node, base)
        case "footnote_block":
            return ["-" * 8, *_blocks(node.children, base, tight=True)]
        case "footnote":
            return _hung(f"[{node.meta['id'] + 1}] ", _blocks(node.children, base))
        case _:
            lines = _blocks(node.children, base, tight=node.type in _TIGHT)
            return _indented(lines, _INDENTS[node.type]) if node.type in _INDENTS else lines


def _list(node: SyntaxTreeNode, base: str) -> _Lines:
    number = int(node.attrs.get("start", 1))
    loose = any(part.type == "paragraph" and not part.hidden for item in node.children for part in item.children)
    lines: _Lines = []
    for at, item in enumerate(node.children):
        mark = f"{number + at}. " if node.type == "ordered_list" else "- "
        lines += [""] if loose and lines else []
        lines += _hung(mark, _blocks(item.children, base, tight=not loose))
    return lines


def _table(node: SyntaxTreeNode, base: str) -> _Lines:
    lines: _Lines = []
    for part in node.children:
        rows = [" | ".join(" ".join(_blocks(cell.children, base)) for cell in row.children) for row in part.children]
        lines += rows
        if part.type == "thead":
            lines.append("-" * min(72, max(map(len, rows))))
    return lines


def _indented(lines: _Lines, by: str) -> _Lines:
    return [(by + line).rstrip() for line in lines]


def _hung(mark: str, lines: _Lines) -> _Lines:
    first, *rest = lines or [""]
    return [(mark + first).rstrip(), *_indented(rest, " " * len(mark))]


def _inline(node: SyntaxTreeNode, base: str) -> str:
    return "".join(_piece(child, base) for child in node.children)


def _piece(node: SyntaxTreeNode, base: str) -> str:
    match node.type:
        case "text" | "code_inline" | "text_special":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            return _link(_inline(node, base), str(node.attrs["href"]), base)
        case "image":
            return f"[{node.content}] ({urljoin(base, str(node.attrs['src']))})"
        case "task_box":
            return "[x] " if node.meta["checked"] else "[ ] "
        case "footnote_ref":
            return f"[{node.meta['id'] + 1}]"
        case _:
            return _inline(node, base)


def _link(text: str, href: str, base: str) -> str:
    shown = href.removeprefix("mailto:").removeprefix("tel:")
    if text in {shown, href} or text.startswith("@") or shown.endswith(f"://{text}"):
        return text
    return f"{text} ({urljoin(base, shown) if shown.startswith('/') else shown})"
