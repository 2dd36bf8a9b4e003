"""The words of a paragraph of HTML, one after the other, with spaces as a browser shows them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin

from base.text.addresses import may_link
from base.text.escaping import escaped
from base.text.html_tree import DROPPED, Node

_MARKS: Final = {"b": "**", "strong": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_CODE: Final = frozenset(["code", "kbd", "samp", "tt"])
_RAISED: Final = {"sup": "^", "sub": "~"}
_SHORT: Final = re.compile(r"[^\s~^\\@\[`<]{1,40}")
_SPACES: Final = re.compile(r"[ \t\n\r\f]+")
_SEEN_SPACES: Final = re.compile(r"([ \n]+)")
_TO_ENCODE: Final = re.compile(r"[\s<>\\()\x00-\x1f]")


@dataclass(frozen=True)
class Words:
    """Text still to be escaped; a line end stands for itself."""

    text: str


@dataclass(frozen=True)
class Done:
    """Markdown that is finished, and the text a reader sees of it."""

    text: str
    markdown: str


@dataclass(frozen=True)
class Link:
    """A link around words."""

    parts: tuple["Part", ...]
    href: str
    title: str


@dataclass(frozen=True)
class Mark:
    """The start or the end of emphasis."""

    sign: str
    opens: bool


Part = Words | Done | Link | Mark


def words_of(nodes: Iterable[Node | str], base: str, *, one_line: bool) -> list[Part]:
    """Return the parts of a paragraph: no space at the ends of lines, none just inside a mark."""
    return _settled(_parts(nodes, base, frozenset()), one_line=one_line)


def text_of(parts: Iterable[Part]) -> str:
    """Return what a reader sees of some parts."""
    texts = (
        text_of(part.parts) if isinstance(part, Link) else part.text for part in parts if not isinstance(part, Mark)
    )
    return "".join(texts)


def bare_text(nodes: Iterable[Node | str]) -> str:
    """Return the text of some nodes with its spaces as they are."""
    return "".join(_bare(nodes))


def _bare(nodes: Iterable[Node | str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif node.tag == "br":
            yield "\n"
        elif node.tag not in DROPPED:
            yield from _bare(node.children)
            if node.is_block:
                yield "\n"


def _parts(nodes: Iterable[Node | str], base: str, inside: frozenset[str]) -> Iterator[Part]:
    for node in nodes:
        if isinstance(node, str):
            yield Words(_SPACES.sub(" ", node))
        elif node.tag == "br":
            yield Words("\n")
        elif node.tag == "img":
            yield from _image(node, base)
        elif node.tag in _CODE:
            yield from _code(node)
        elif node.tag == "a" and "a" not in inside:
            yield from _link(node, base, inside)
        elif node.tag in _RAISED and _SHORT.fullmatch(bare_text(node.children)):
            yield _raised(node)
        elif node.tag in _MARKS and _MARKS[node.tag] not in inside:
            sign = _MARKS[node.tag]
            yield Mark(sign, opens=True)
            yield from _parts(node.children, base, inside | {sign})
            yield Mark(sign, opens=False)
        elif node.tag not in DROPPED:
            # A block where only words can stand: its words must not run into others.
            yield Words(" " if node.is_block else "")
            yield from _parts(node.children, base, inside)
            yield Words(" " if node.is_block else "")


def _settled(parts: Iterable[Part], *, one_line: bool) -> list[Part]:
    """Decide which spaces are seen, and put them outside of the marks; drop marks around nothing."""
    settled: list[Part] = []
    waiting: list[Part] = []
    space, depth = "", 0
    for piece in _pieces(parts):
        if isinstance(piece, Mark):
            depth += 1 if piece.opens else -1
            if piece.opens:
                waiting.append(piece)
            elif waiting:
                waiting.pop()
            else:
                settled.append(piece)
        elif isinstance(piece, Words) and not piece.text.strip(" \n"):
            space = _wider(space, piece.text, one_line=one_line, may_part=depth == 0)
        else:
            settled += [Words(space)] if space and settled else []
            settled += [*waiting, piece]
            waiting, space = [], ""
    return _joined(settled)


def _pieces(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Words):
            yield from (Words(text) for text in _SEEN_SPACES.split(part.text) if text)
        else:
            yield part


def _wider(space: str, more: str, *, one_line: bool, may_part: bool) -> str:
    """Add up the white space between two words: a space, a new line, or a new paragraph."""
    lines = (space + more).count("\n")
    if not lines or one_line:
        return " "
    return "\n\n" if lines > 1 and may_part else "\n"


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Join text with text, and emphasis with the same emphasis right after it."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Words) and isinstance(last, Words):
            joined[-1] = Words(last.text + part.text)
        elif isinstance(part, Mark) and part.opens and last == Mark(part.sign, opens=False):
            joined.pop()
        else:
            joined.append(part)
    return joined


def _code(node: Node) -> Iterator[Part]:
    bare = bare_text(node.children)
    text = " ".join(bare.split())
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    yield from _spaced(bare, [Done(text, f"{fence}{pad}{text}{pad}{fence}")] if text else [])


def _spaced(bare: str, parts: Iterable[Part]) -> Iterator[Part]:
    """Put the spaces at both ends of an element outside of it."""
    yield Words(" " if bare[:1].isspace() else "")
    yield from parts
    yield Words(" " if bare[-1:].isspace() else "")


def _raised(node: Node) -> Part:
    text, sign = bare_text(node.children), _RAISED[node.tag]
    return Done(text, f"{sign}{text}{sign}")


def _image(node: Node, base: str) -> Iterator[Part]:
    alt = " ".join(node.attributes.get("alt", "").split())
    source = _address(node.attributes.get("src", ""), base)
    if source:
        text = alt or source.partition("?")[0].rpartition("/")[2] or source
        yield Done(text, f"![{escaped(alt, in_link=True)}]({source}{_titled(node)})")
    elif alt:
        yield Words(alt)


def _link(node: Node, base: str, inside: frozenset[str]) -> Iterator[Part]:
    parts = _settled(_parts(node.children, base, inside | {"a"}), one_line=True)
    href = _address(node.attributes.get("href", ""), base)
    linked: list[Part] = [Link(tuple(parts), href, _titled(node))] if href and parts else parts
    yield from _spaced(bare_text(node.children), linked)


def _address(url: str, base: str) -> str:
    """Complete and encode an address; an empty string for one that must not be linked, or that is of no site."""
    try:
        whole = urljoin(base, url.strip()) if base else url.strip()
    except ValueError:
        return ""
    if whole.startswith("//"):
        whole = f"https:{whole}"
    encoded = _TO_ENCODE.sub(lambda found: quote(found.group()), whole)
    return encoded if may_link(encoded) and encoded[0] not in "/#?" else ""


def _titled(node: Node) -> str:
    title = " ".join(node.attributes.get("title", "").split())[:200]
    return ' "' + escaped(title).replace('"', '\\"') + '"' if title else ""
