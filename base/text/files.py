"""Uploaded files in a text: which addresses are theirs, and how they are shown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from base.text.addresses import FILE
from base.text.autolinks import link_tokens

MOST_WIDE: Final = 1600
THUMB: Final = 480
SIZES: Final = "(max-width: 48rem) 92vw, 44rem"
# The same as a member writes it: in the brackets of a picture or of a link.
_NAMED: Final = re.compile(rf"\]\(\s*<?{FILE}")
_WORDLESS: Final = re.compile(rf"!\[\s*\](?=\(\s*<?{FILE})")

_MISSING: Final = "This file cannot be shown here."
_WAITING: Final = "This picture is looked at by a moderator before it is shown."
_REFUSED: Final = "This picture was taken away by a moderator."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShape:
    """What showing a file takes; `state` is ready, review or refused, `words` tell its kind and size."""

    id: int
    url: str
    is_picture: bool
    words: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""
    state: str = "ready"

    @property
    def why_not_shown(self) -> str:
        """Return what stands in its place, empty when it is shown."""
        return {"review": _WAITING, "refused": _REFUSED}.get(self.state, "")


Files = Mapping[int, FileShape]


def files_named(text: str) -> list[int]:
    """Return the ids of the files that a text shows or links to, each once, in their order."""
    return list(dict.fromkeys(int(found["id"]) for found in _NAMED.finditer(text)))


def with_alternatives(text: str, alternatives: Mapping[int, str]) -> str:
    """Return the text with words for the pictures in it that have none."""

    def told(found: re.Match[str]) -> str:
        words = alternatives.get(int(found["id"]), "")
        return f"![{_escaped(words)}]" if words else found[0]

    return _WORDLESS.sub(told, text)


def wordless_pictures(text: str) -> list[int]:
    """Return the ids of the pictures that a text shows without saying what is on them."""
    return list(dict.fromkeys(int(found["id"]) for found in _WORDLESS.finditer(text)))


def without_file(text: str, number: int) -> str:
    """Return the text without what shows or links to a file, and without the empty lines before it."""
    kept: list[str] = []
    upto, opened = 0, -1
    # Read once from beginning to end: a text of nothing but brackets must not be read again for each of them.
    for sign in re.finditer(rf"\\.|\[|\](?P<named>\(/files/{number}/[^)\s]{{0,400}}\))?", text, re.DOTALL):
        if sign[0] == "[" and opened < 0:
            opened = sign.start()
        elif sign["named"] and opened >= 0:
            kept.append(text[upto:opened].removesuffix("!").rstrip("\n"))
            upto = sign.end()
        if sign[0].startswith("]"):
            opened = -1
    return "".join([*kept, text[upto:]])


def _escaped(words: str) -> str:
    return re.sub(r"([\\\[\]`*_<>])", r"\\\1", " ".join(words.split()))


def file_at(url: str) -> int | None:
    """Return the id of the file with this address, None when it is none of ours."""
    found = re.fullmatch(FILE, url)
    return int(found["id"]) if found else None


def picture_tokens(token: Token, files: Files | None, inside: bool) -> Iterator[Token]:
    """Show an uploaded picture, with a link to the whole of it; or say why it is not shown."""
    token.attrs["loading"] = "lazy"
    number = file_at(str(token.attrs.get("src", "")))
    if files is None or number is None:
        yield token
        return
    shape = files.get(number)
    if shape is None or shape.why_not_shown:
        yield from _in_its_place(shape.why_not_shown if shape else _MISSING, token.level)
        return
    text = "".join(child.content for child in token.children or [] if child.type in ("text", "code_inline")).strip()
    if not shape.is_picture:
        yield from link_tokens(shape.url, text or shape.url.rpartition("/")[2], token.level)
        yield Token("text", "", 0, content=f" ({shape.words})", level=token.level)
        return
    if not text and shape.alt:
        token.children = [Token("text", "", 0, content=shape.alt)]
    token.attrs |= _measures(shape)
    if inside:
        yield token
        return
    opened, _, closed = link_tokens(shape.url, "", token.level)
    yield opened
    yield token
    yield closed


def _measures(shape: FileShape) -> dict[str, str | int | float]:
    """Return how large a picture is, so that the page does not jump, and where its smaller versions are."""
    wide = min(shape.width, MOST_WIDE)
    tall = round(shape.height * wide / shape.width) if shape.width else shape.height
    measures: dict[str, str | int | float] = {"src": shape.url, "width": str(wide), "height": str(max(1, tall))}
    longest = max(shape.width, shape.height)
    if longest > THUMB:
        small = max(1, round(shape.width * THUMB / longest))
        measures["src"] = f"/files/{shape.id}/display"
        measures["srcset"] = f"/files/{shape.id}/thumb {small}w, /files/{shape.id}/display {wide}w"
        measures["sizes"] = SIZES
    return measures


def _in_its_place(sentence: str, level: int) -> Iterator[Token]:
    yield Token("em_open", "em", 1, level=level)
    yield Token("text", "", 0, content=sentence, level=level + 1)
    yield Token("em_close", "em", -1, level=level)


def link_remark(url: str, files: Files | None) -> tuple[bool, str]:
    """Return whether a link may lead to this file, and what is said behind it: its kind and size, or why not."""
    number = file_at(url)
    if files is None or number is None:
        return True, ""
    shape = files.get(number)
    if shape is None or shape.why_not_shown:
        return False, f" ({shape.why_not_shown if shape else _MISSING})"
    return True, f" ({shape.words})" if shape.words and not shape.is_picture else ""
