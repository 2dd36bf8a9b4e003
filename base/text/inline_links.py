"""Links of a text: bare addresses, mentions, outside images, and how an outside link is marked."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from base.text.addresses import OUTSIDE_REL, is_outside, is_upload, may_link
from base.text.autolinks import BARE, link_tokens, trimmed
from base.text.files import Files, link_remark, picture_tokens
from base.text.headings import words

HANDLE: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?"
_BARE: Final = re.compile(
    rf"(?<![\w./@+&=:%#\\-])(?:{BARE}|@(?P<handle>{HANDLE})(?![\w@]|[.-]\w))", re.ASCII | re.IGNORECASE
)


def finish_links(state: StateCore) -> None:
    """Walk every run of inline tokens once and settle its links, images and mentions."""
    people: Collection[str] | None = state.env.get("people")
    files: Files | None = state.env.get("files")
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_settled(token.children, state.md, people, files))


def _settled(
    tokens: list[Token], md: MarkdownIt, people: Collection[str] | None, files: Files | None
) -> Iterator[Token]:
    inside, leads, remark = False, True, ""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "link_open":
            inside = True
            leads, remark = link_remark(str(token.attrs["href"]), files)
            _mark_outside(token)
            if leads:
                yield token
            if following is not None and following.type == "link_close":
                # A link without words has no name to be called by.
                yield Token(
                    "text", "", 0, content=md.normalizeLinkText(str(token.attrs["href"])), level=token.level + 1
                )
        elif token.type == "link_close":
            inside = False
            if leads:
                yield token
            if remark:
                yield Token("text", "", 0, content=remark, level=token.level)
        elif token.type == "image":
            yield from _image(token, inside, files)
        elif token.type == "text" and not inside and ("@" in token.content or "ww" in token.content.lower()):
            yield from _bare(token, md, people)
        else:
            yield token


def _mark_outside(token: Token) -> None:
    if is_outside(str(token.attrs.get("href", ""))):
        token.attrs["rel"] = OUTSIDE_REL


def _image(token: Token, inside: bool, files: Files | None) -> Iterator[Token]:
    """Keep an uploaded image; an outside one becomes a link, for the page may not load it."""
    source = str(token.attrs.get("src", ""))
    if is_upload(source):
        yield from picture_tokens(token, files, inside)
        return
    text = words(token.children or []).strip() or source.split("?", maxsplit=1)[0].rpartition("/")[2] or source
    if inside or not may_link(source):
        yield Token("text", "", 0, content=text, level=token.level)
        return
    linked = link_tokens(source, text, token.level)
    _mark_outside(linked[0])
    yield from linked


def _bare(token: Token, md: MarkdownIt, people: Collection[str] | None) -> Iterator[Token]:
    text, done = token.content, 0
    for found in _BARE.finditer(text):
        linked = _linked(found, md, people, token.level)
        if not linked:
            continue
        if found.start() > done:
            yield Token("text", "", 0, content=text[done : found.start()], level=token.level)
        yield from linked
        done = found.start() + len(linked[1].content)
    if done < len(text):
        yield Token("text", "", 0, content=text[done:], level=token.level)


def _linked(found: re.Match[str], md: MarkdownIt, people: Collection[str] | None, level: int) -> list[Token]:
    if handle := found["handle"]:
        if people is not None and handle.lower() not in people:
            return []
        linked = link_tokens(f"/people/{handle.lower()}", f"@{handle}", level)
        linked[0].attrs["class"] = "mention"
        linked[0].meta["handle"] = handle.lower()
        return linked
    written = trimmed(found.group())
    href = md.normalizeLink(f"mailto:{written}" if found["email"] else f"https://{written}")
    if ("." not in written.partition(".")[2] and not found["email"]) or not md.validateLink(href):
        return []
    linked = link_tokens(href, written, level)
    _mark_outside(linked[0])
    return linked
