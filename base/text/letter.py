"""Markdown as readable plain text, for mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from markdown_it.token import Token

from base.text.headings import words
from base.text.parser import parse

_CODE: Final = "    "
_INDENTS: Final = {"blockquote": "> ", "dd": "    "}
_TIGHT: Final = frozenset({"dl"})
_Lines = list[str]


@dataclass(frozen=True)
class _Block:
    """A block and the blocks in it; the parser bounds their depth."""

    kind: str
    token: Token
    parts: list["_Block"] = field(default_factory=list)


def to_text(source: str, *, base_url: str = "") -> str:
    """Return a text as one would type it in a mail; `base_url` completes the addresses of this site."""
    return text_of(parse(source), base_url=base_url)


def text_of(tokens: Sequence[Token], *, base_url: str = "") -> str:
    """Return the readable text of some block tokens."""
    return "\n".join(_blocks(_nested(tokens), base_url)).strip("\n") + "\n"


def _nested(tokens: Sequence[Token]) -> list[_Block]:
    levels: list[list[_Block]] = [[]]
    for token in tokens:
        if token.nesting == 1:
            block = _Block(token.type.removesuffix("_open"), token)
            levels[-1].append(block)
            levels.append(block.parts)
        elif token.nesting == -1:
            if len(levels) > 1:  # a note that is explained within itself ends more often than it begins
                levels.pop()
        else:
            levels[-1].append(_Block(token.type, token))
    return levels[0]


def _blocks(blocks: Iterable[_Block], base: str, *, tight: bool = False) -> _Lines:
    lines: _Lines = []
    for block in blocks:
        shown = _block(block, base)
        if shown and lines and not tight:
            lines.append("")
        lines += shown
    return lines


def _block(block: _Block, base: str) -> _Lines:
    match block.kind:
        case "inline":
            return _inline(block.token.children or [], base).split("\n")
        case "heading":
            text = " ".join(_blocks(block.parts, base))
            return [text, ("=" if block.token.tag in {"h2", "h3"} else "-") * min(72, len(text))]
        case "fence" | "code_block":
            return _indented(block.token.content.rstrip("\n").split("\n"), _CODE)
        case "hr":
            return ["-" * 20]
        case "callout":
            title, *rest = block.parts
            return [" ".join(_block(title, base)) + ":", *_indented(_blocks(rest, base), "| ")]
        case "bullet_list" | "ordered_list":
            return _list(block, base)
        case "table":
            return _table(block, base)
        case "footnote_block":
            return ["-" * 8, *_blocks(block.parts, base, tight=True)]
        case "footnote":
            return _hung(f"[{block.token.meta['id'] + 1}] ", _blocks(block.parts, base))
        case _:
            lines = _blocks(block.parts, base, tight=block.kind in _TIGHT)
            return _indented(lines, _INDENTS[block.kind]) if block.kind in _INDENTS else lines


def _list(block: _Block, base: str) -> _Lines:
    number = int(block.token.attrs.get("start", 1))
    loose = any(part.kind == "paragraph" and not part.token.hidden for item in block.parts for part in item.parts)
    lines: _Lines = []
    for at, item in enumerate(block.parts):
        mark = f"{number + at}. " if block.kind == "ordered_list" else "- "
        lines += [""] if loose and lines else []
        lines += _hung(mark, _blocks(item.parts, base, tight=not loose))
    return lines


def _table(block: _Block, base: str) -> _Lines:
    lines: _Lines = []
    for part in block.parts:
        rows = [" | ".join(" ".join(_blocks(cell.parts, base)) for cell in row.parts) for row in part.parts]
        lines += rows
        if part.kind == "thead":
            lines.append("-" * min(72, max(map(len, rows))))
    return lines


def _indented(lines: _Lines, by: str) -> _Lines:
    return [(by + line).rstrip() for line in lines]


def _hung(mark: str, lines: _Lines) -> _Lines:
    first, *rest = lines or [""]
    return [(mark + first).rstrip(), *_indented(rest, " " * len(mark))]


def _inline(tokens: Iterable[Token], base: str) -> str:
    pieces: list[str] = []
    href, begun = "", 0
    for token in tokens:
        match token.type:
            case "link_open":
                href, begun = str(token.attrs["href"]), len(pieces)
            case "link_close":
                pieces[begun:] = [_link("".join(pieces[begun:]), href, base)]
            case "image":
                pieces.append(f"[{words(token.children or [])}] ({urljoin(base, str(token.attrs['src']))})")
            case "task_box":
                pieces.append("[x] " if token.meta["checked"] else "[ ] ")
            case "footnote_ref":
                pieces.append(f"[{token.meta['id'] + 1}]")
            case _:
                pieces.append(words([token]))
    return "".join(pieces)


def _link(text: str, href: str, base: str) -> str:
    shown = href.removeprefix("mailto:").removeprefix("tel:")
    if text in {shown, href} or text.startswith("@") or shown.endswith(f"://{text}"):
        return text
    return f"{text} ({urljoin(base, shown) if shown.startswith('/') else shown})"
