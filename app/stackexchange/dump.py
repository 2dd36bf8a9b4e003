"""Read the rows of a dump's file one by one, however large it is and whatever is broken in it.

A dump is one `<row A="…" … />` after another. Each is cut out of the stream and parsed by itself, so that a broken
row costs only itself, no document type is ever read, and memory does not grow with the file.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError, fromstring

Row = dict[str, str]
Complain = Callable[[str], None]

_BLOCK: Final = 1 << 16
_LONGEST: Final = 8 << 20
_START: Final = re.compile(r"<row(?=[\s/>])")
_WHOLE: Final = re.compile(r"""<row(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*/?>""")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def rows_of(file: Path, complain: Complain, step: Callable[[int], object] = lambda done: None) -> Iterator[Row]:
    """Yield the attributes of each row; complain of each that cannot be read. `step` is told the bytes read."""
    waiting, at_row, ended = "", 0, False
    decoder = codecs.getincrementaldecoder(_encoding(file))(errors="replace")
    with file.open("rb") as source:
        while not ended:
            block = source.read(_BLOCK)
            ended = not block
            waiting += decoder.decode(block, final=ended)
            step(len(block))
            while (start := _START.search(waiting)) is not None:
                whole = _WHOLE.match(waiting, start.start())
                following = _START.search(waiting, start.end())
                if whole is None and following is None and not ended and len(waiting) < _LONGEST:
                    break  # the rest of this row is still to be read
                at_row += 1
                if whole is None:
                    complain(
                        f"{file.name}: row {at_row} is broken and was left out: {_shown(waiting[start.start() :])}"
                    )
                    waiting = waiting[following.start() if following else len(waiting) :]
                    continue
                yield from _parsed(file, at_row, whole.group(), complain)
                waiting = waiting[whole.end() :]
            if _START.search(waiting) is None:
                waiting = waiting[-8:]
    if not at_row:
        complain(f"{file.name} has no rows.")


def _parsed(file: Path, number: int, text: str, complain: Complain) -> Iterator[Row]:
    text = _NOT_XML.sub("", text)
    try:
        yield dict(fromstring(text if text.endswith("/>") else text[:-1] + "/>").attrib)  # noqa: S314 - one tag, no DTD
    except ParseError as error:
        complain(f"{file.name}: row {number} is broken and was left out ({error}): {_shown(text)}")


def _shown(text: str) -> str:
    return " ".join(text[:80].split()) + "…"


def _encoding(file: Path) -> str:
    with file.open("rb") as source:
        begin = source.read(4)
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"
