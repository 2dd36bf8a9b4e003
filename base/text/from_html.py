"""HTML from elsewhere, broken or hostile, to the Markdown our pages show the same way."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from base.text.clean import clean_text
from base.text.escaping import escaped_lines
from base.text.html_inline import paragraph
from base.text.html_tables import table
from base.text.html_tree import DROPPED, Node, read_html
from base.text.html_words import bare_text
from base.text.wall import LANGUAGES

MOST_CHARACTERS: Final = 300_000
# The parser reads twenty levels: a list takes two, a quote one, and the words in them need some.
_DEEPEST: Final = 16
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_CLOSING: Final = re.compile(r"(?:^|\s)#+$")
_LANGUAGE_PREFIXES: Final = ("language-", "lang-", "highlight-source-")


def to_markdown(html: str, *, base_url: str = "") -> str:
    """Return clean Markdown that shows the text of the HTML.

    `base_url` completes relative addresses; without it they lead nowhere, and only their words are kept.
    Scripts, styles, comments and frames are left out. Above 300,000 characters it is a ValueError.
    """
    if len(html) > MOST_CHARACTERS:
        message = f"An HTML text may hold at most {MOST_CHARACTERS:,} characters; this one holds {len(html):,}."
        raise ValueError(message)
    blocks = _Blocks(base_url, 0).all(read_html(html).children)
    return clean_text("\n\n".join(blocks), multiline=True)


@dataclass(frozen=True)
class _Blocks:
    """Turns nodes into blocks of Markdown, at a depth of lists and quotes."""

    base: str
    depth: int

    def all(self, nodes: Iterable[Node | str]) -> list[str]:
        """Return the blocks of some nodes; words between blocks are paragraphs of their own."""
        blocks: list[str] = []
        words: list[Node | str] = []
        for node in self._opened(nodes):
            if isinstance(node, str) or not node.is_block:
                words.append(node)
                continue
            blocks += self._paragraph(words)
            words = []
            found = self._block(node)
            if found and node.tag in {"ul", "ol"} and blocks and blocks[-1][:2] == found[0][:2] == "- ":
                # Two lists in a row would be read as one.
                found[0] = _with_other_bullets(found[0])
            blocks += found
        return blocks + self._paragraph(words)

    def _opened(self, nodes: Iterable[Node | str]) -> Iterator[Node | str]:
        """Replace elements of words that hold blocks by what they hold."""
        for node in nodes:
            if isinstance(node, Node) and node.tag in DROPPED:
                continue
            if isinstance(node, Node) and node.has_block and not node.is_block:
                yield from self._opened(node.children)
            else:
                yield node

    def _paragraph(self, words: list[Node | str]) -> list[str]:
        text = paragraph(words, self.base) if words else ""
        return [text] if text else []

    def _block(self, node: Node) -> list[str]:
        if node.tag in _HEADINGS:
            return self._heading(node)
        makers: dict[str, Callable[[Node], list[str]]] = {
            "pre": _code,
            "blockquote": self._quote,
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "table": self._table,
            "hr": lambda _: ["---"],
        }
        make = makers.get(node.tag)
        return make(node) if make else self.all(node.children)

    def _deeper(self, levels: int) -> "_Blocks":
        return _Blocks(self.base, self.depth + levels)

    def _heading(self, node: Node) -> list[str]:
        text = paragraph(node.children, self.base, one_line=True)
        if _CLOSING.search(text):
            text = f"{text[:-1]}\\#"
        return [f"{'#' * int(node.tag[1])} {text}"] if text else []

    def _quote(self, node: Node) -> list[str]:
        if self.depth + 1 > _DEEPEST:
            return self.all(node.children)
        inner = "\n\n".join(self._deeper(1).all(node.children))
        return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))] if inner else []

    def _list(self, node: Node) -> list[str]:
        if self.depth + 2 > _DEEPEST:
            return self.all(node.children)
        items = [item for item in _items(node) if item.children]
        loose = any(isinstance(child, Node) and child.tag == "p" for item in items for child in item.children)
        inner = self._deeper(2)
        written = [inner.item(item, loose=loose) for item in items]
        start = _number(node.attributes.get("start", "1"))
        marks = [f"{start + place}. " if node.tag == "ol" else "- " for place in range(len(written))]
        lines = [_hung(mark, text) for mark, text in zip(marks, written, strict=True) if text]
        return [("\n\n" if loose else "\n").join(lines)] if lines else []

    def item(self, node: Node, *, loose: bool) -> str:
        """Return the text of one list item."""
        blocks = self.all(node.children)
        if blocks and blocks[0] == "---":
            blocks[0] = "___"
        return ("\n\n" if loose or not _is_tight(blocks) else "\n").join(blocks)

    def _definitions(self, node: Node) -> list[str]:
        """Write terms and meanings; a term without a meaning, or the reverse, is a paragraph."""
        if self.depth + 2 > _DEEPEST:
            return [block for child in node.children for block in self.all(_contents(child))]
        blocks: list[str] = []
        term = ""
        for child in self._opened(node.children):
            if isinstance(child, str) or child.tag not in {"dt", "dd"}:
                blocks += self.all([child])
            elif child.tag == "dt":
                blocks += [term] if term else []
                term = escaped_lines(paragraph(child.children, self.base, one_line=True))
            else:
                inner = "\n\n".join(self._deeper(2).all(child.children))
                blocks += [f"{term}\n{_hung(': ', inner)}" if term and inner else term or inner]
                term = ""
        return [block for block in [*blocks, term] if block]

    def _table(self, node: Node) -> list[str]:
        return table(node, self.base)


def _items(node: Node) -> Iterator[Node]:
    """Yield the items of a list; what stands between them belongs to the item before."""
    item: Node | None = None
    for child in node.children:
        if isinstance(child, Node) and child.tag == "li":
            if item:
                yield item
            item = Node("li", children=list(child.children))
        elif not isinstance(child, str) or child.strip():
            item = item or Node("li")
            item.children.append(child)
    if item:
        yield item


def _contents(node: Node | str) -> list[Node | str]:
    return [node] if isinstance(node, str) else node.children


def _is_tight(blocks: list[str]) -> bool:
    """Tell whether an item is words and a list below them, which need no blank line between."""
    return len(blocks) < 2 or (len(blocks) == 2 and blocks[1].startswith(("- ", "1. ")))


def _hung(mark: str, text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([mark + first, *((" " * len(mark) + line).rstrip() for line in rest)])


def _with_other_bullets(text: str) -> str:
    return "\n".join(f"* {line[2:]}" if line.startswith("- ") else line for line in text.split("\n"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _code(node: Node) -> list[str]:
    text = bare_text(node.children).replace("\r\n", "\n").replace("\r", "\n")
    text = text.removeprefix("\n").rstrip()
    if not text.strip():
        return []
    fence = "```"
    while fence in text:
        fence += "`"
    return [f"{fence}{_language(node)}\n{text}\n{fence}"]


def _language(node: Node) -> str:
    inner = [child for child in node.children if isinstance(child, Node)]
    for element in [node, *inner[:1]]:
        for name in element.attributes.get("class", "").lower().split():
            for prefix in _LANGUAGE_PREFIXES:
                if name.startswith(prefix) and name.removeprefix(prefix) in LANGUAGES:
                    return name.removeprefix(prefix)
    return ""
