"""Any HTML, broken or hostile, as a small tree; in time that grows with its length alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from base.text.clean import without_hidden

_DEEPEST: Final = 60
_LONGEST_TAG: Final = 20_000
_MOST_BROKEN_TAGS: Final = 200


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS: Final = _names(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_VOID: Final = _names("area base br col embed hr img input link meta param source track wbr")
_RAW: Final = _names("iframe noembed noframes script style textarea title xmp")
DROPPED: Final = _RAW | _names("applet audio canvas math noscript object select svg template video")

_CELLS: Final = _names("td th caption")
_ROWS: Final = _CELLS | {"tr"}
_GROUPS: Final = _ROWS | _names("thead tbody tfoot")
_KEEP_OPEN: Final = _CELLS | _names("table li blockquote ul ol dl dt dd div")
# What the start of an element closes, and the elements at which the search for it ends.
_CLOSES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "li": (_names("li"), _names("ul ol")),
    "dt": (_names("dt dd"), _names("dl")),
    "dd": (_names("dt dd"), _names("dl")),
    "td": (_CELLS, _names("tr table")),
    "th": (_CELLS, _names("tr table")),
    "tr": (_ROWS, _names("table")),
    "thead": (_GROUPS, _names("table")),
    "tbody": (_GROUPS, _names("table")),
    "tfoot": (_GROUPS, _names("table")),
    "a": (_names("a"), BLOCKS),
}

_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>"
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z-]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'>]*+)))?+"
)


@dataclass
class Node:
    """An element: its tag, its attributes, and what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)
    has_block: bool = False

    @property
    def is_block(self) -> bool:
        """Whether the element stands on lines of its own."""
        return self.tag in BLOCKS


@dataclass(frozen=True)
class _Tag:
    name: str
    rest: str
    ends: bool


def read_html(html: str) -> Node:
    """Return the tree of an HTML text; comments, scripts and what cannot be shown as text are left out."""
    return _Builder().built(html)


def _tokens(html: str) -> Iterator["_Tag | str"]:
    position, broken = 0, 0
    while (start := html.find("<", position)) >= 0:
        if start > position:
            yield html[position:start]
        if html.startswith(("<!", "<?"), start):
            position = _after(html, "-->" if html.startswith("<!--", start) else ">", start)
            continue
        found = _TAG.match(html, start, start + _LONGEST_TAG) if broken < _MOST_BROKEN_TAGS else None
        if found is None:
            # Only what looks like a tag costs time to reject.
            broken += html[start + 1 : start + 2].isalpha() or html[start + 1 : start + 2] == "/"
            yield "<"
            position = start + 1
            continue
        name = found["name"].lower()
        position = found.end()
        if name in _RAW and not found["end"]:
            closing = re.compile(rf"</{name}(?![A-Za-z0-9])[^>]*+>", re.IGNORECASE).search(html, position)
            position = closing.end() if closing else len(html)
            continue
        yield _Tag(name, found["rest"], bool(found["end"]))
    yield html[position:]


def _after(html: str, mark: str, start: int) -> int:
    found = html.find(mark, start)
    return found + len(mark) if found >= 0 else len(html)


def _attributes(rest: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(rest):
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), without_hidden(unescape(value)))
    return found


class _Builder:
    """Puts tags and text in their places, closing what authors leave open."""

    def __init__(self) -> None:
        self.stack = [Node("body")]

    def built(self, html: str) -> Node:
        for token in _tokens(html):
            if isinstance(token, str):
                if token:
                    self.stack[-1].children.append(without_hidden(unescape(token)))
            elif token.ends:
                self._end(token.name)
            else:
                self._start(token)
        return self.stack[0]

    def _start(self, tag: _Tag) -> None:
        if tag.name in _CLOSES:
            self._close(*_CLOSES[tag.name])
        if tag.name in BLOCKS:
            self._close(_names("p"), _CELLS | {"table"})
        node = Node(tag.name, _attributes(tag.rest))
        if tag.name in _VOID or len(self.stack) < _DEEPEST:
            self._add(node)
        elif tag.name in BLOCKS:
            self._add(Node("br"))
        if tag.name not in _VOID and len(self.stack) < _DEEPEST:
            self.stack.append(node)

    def _end(self, name: str) -> None:
        if name == "br" or (name == "p" and all(node.tag != "p" for node in self.stack)):
            self._add(Node(name))
            return
        if name in _CLOSES:
            stop = _CLOSES[name][1]
        elif name in BLOCKS:
            stop = _CELLS if name != "table" else frozenset()
        else:
            stop = _KEEP_OPEN
        self._close(frozenset([name]), stop)

    def _close(self, tags: frozenset[str], stop: frozenset[str]) -> None:
        """Close the innermost open element of `tags`, and all in it, unless one of `stop` stands between."""
        for place in range(len(self.stack) - 1, 0, -1):
            if self.stack[place].tag in tags:
                del self.stack[place:]
                return
            if self.stack[place].tag in stop:
                return

    def _add(self, node: Node) -> None:
        self.stack[-1].children.append(node)
        if node.is_block:
            for holder in reversed(self.stack):
                if holder.has_block:
                    break
                holder.has_block = True
