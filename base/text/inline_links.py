"""Links of a text: bare addresses, mentions, outside images, and how an outside link is marked."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from base.text.addresses import OUTSIDE_REL, is_outside, is_upload, may_link
from base.text.autolinks import BARE, link_tokens, trimmed
from base.text.files import Files, link_remark, picture_tokens
from base.text.headings import words

HANDLE: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,78}[A-Za-z0-9])?"
TOPIC: Final = r"[A-Za-z](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?"
_BARE: Final = re.compile(
    rf"(?<![\w./@+&=:%#\\-])(?:{BARE}|@(?P<handle>{HANDLE})(?![\w@]|[.-]\w)|#(?P<topic>{TOPIC})(?![\w#]|-\w))",
    re.ASCII | re.IGNORECASE,
)


# What may be the beginning of a link, found before anything is looked at more closely.
_MAY_LINK: Final = re.compile(r"[@#]|ww", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Names:
    """Which handles become links (none: all of them), and where other names lead: "@st-mary", "#youtube"."""

    people: Collection[str] | None
    links: Mapping[str, str]


def finish_links(state: StateCore) -> None:
    """Walk every run of inline tokens once and settle its links, images and mentions."""
    names = Names(state.env.get("people"), state.env.get("links") or {})
    files: Files | None = state.env.get("files")
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_settled(token.children, state.md, names, files))


def _settled(tokens: list[Token], md: MarkdownIt, names: Names, files: Files | None) -> Iterator[Token]:
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
        elif token.type == "text" and not inside and _MAY_LINK.search(token.content):
            yield from _bare(token, md, names)
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


def _bare(token: Token, md: MarkdownIt, names: Names) -> Iterator[Token]:
    text, done = token.content, 0
    for found in _BARE.finditer(text):
        linked = _linked(found, md, names, token.level)
        if not linked:
            continue
        if found.start() > done:
            yield Token("text", "", 0, content=text[done : found.start()], level=token.level)
        yield from linked
        done = found.start() + len(linked[1].content)
    if done < len(text):
        yield Token("text", "", 0, content=text[done:], level=token.level)


def _linked(found: re.Match[str], md: MarkdownIt, names: Names, level: int) -> list[Token]:
    if found["handle"] or found["topic"]:
        return _named(found.group(), (found["handle"] or "").lower(), names, level)
    written = trimmed(found.group())
    href = md.normalizeLink(f"mailto:{written}" if found["email"] else f"https://{written}")
    if ("." not in written.partition(".")[2] and not found["email"]) or not md.validateLink(href):
        return []
    linked = link_tokens(href, written, level)
    _mark_outside(linked[0])
    return linked


def _named(written: str, handle: str, names: Names, level: int) -> list[Token]:
    """Link a mention or a topic; what is no name here stays as it is."""
    url = names.links.get(written.lower(), "")
    if handle and (names.people is None or handle in names.people):
        url = f"/people/{handle}"
    if not url:
        return []
    linked = link_tokens(url, written, level)
    linked[0].attrs["class"] = "mention"
    if handle:
        linked[0].meta["handle"] = handle
    return linked
