"""How a text reads once somebody is gone who is named in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from base.db import marks, rows
from base.text.addresses import FILE
from base.text.mentions import unmentioned
from base.text.quoting import requoted
from forum.actions.forget_author import names_somebody, plain_name
from forum.actions.withdraw import WORDS
from members.leaving import FORMER, Leaver

_POST: Final = re.compile(r"/t/(\d{1,18})(?:-[a-z0-9-]*)?[/?]?[^#]*#post-(\d{1,9})")
_THREAD: Final = re.compile(r"/t/(\d{1,18})-[a-z0-9-]+")
_FILE: Final = re.compile(FILE)
_NO_ADDRESS: Final = "(address removed)"
MENTIONED: Final = "former member"
Places = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Words:
    """Whom to look for in texts: `posts` are the places of what they wrote by name, `masked` of the rest.

    `slugs` are the addresses that withdrawn threads have now; what they had before told their titles.
    """

    leaver: Leaver
    posts: Places
    masked: Places
    slugs: Mapping[int, str]

    def rewritten(self, text: str, *, named: bool = False) -> str:
        """Return the text without them; `named` also where their whole name stands by itself, in what we wrote."""
        leaver = self.leaver
        for address in leaver.addresses:
            text = re.sub(re.escape(address), _NO_ADDRESS, text, flags=re.IGNORECASE)
        text = unmentioned(text, leaver.handle, leaver.now_handle, MENTIONED)
        if "#post-" in text:
            text = self._requoted(text)
        if "/files/" in text:
            text = _FILE.sub(self._renamed, text)
        if self.slugs and "/t/" in text:
            text = _THREAD.sub(self._addressed, text)
        if named:
            text = re.sub(rf"(?<!\w){re.escape(leaver.name)}(?!\w)", FORMER, text)
            text = leaver.now_handle if text == leaver.handle else text
        return text

    def value(self, value: Any, *, named: bool = False) -> Any:
        """Return what a column holds without them: a text, or JSON with texts in it."""
        if isinstance(value, str):
            return self.rewritten(value, named=named)
        if isinstance(value, list):
            return [self.value(one, named=named) for one in value]
        if isinstance(value, dict):
            return {key: self.value(one, named=named) for key, one in value.items()}
        return value

    def _requoted(self, text: str) -> str:
        words = WORDS if self.leaver.withdraws else ""
        text = requoted(text, lambda url: _place(url) in self.posts, author=FORMER, words=words)
        # A quote of a mask must not say that whoever wore it is gone; only what it said goes.
        return requoted(text, lambda url: _place(url) in self.masked, author="A member", words=words) if words else text

    def _renamed(self, found: "re.Match[str]") -> str:
        """Give the address of a file another name, if its own says who sent it; what counts is its number."""
        is_theirs = names_somebody(found["name"], self.leaver)
        return f"/files/{found['id']}/{plain_name(int(found['id']), found['name'])}" if is_theirs else found[0]

    def _addressed(self, found: "re.Match[str]") -> str:
        slug = self.slugs.get(int(found[1]))
        return f"/t/{found[1]}-{slug}" if slug else found[0]


def _place(url: str) -> tuple[int, int]:
    found = _POST.fullmatch(url)
    return (int(found[1]), int(found[2])) if found else (0, 0)


async def words_of(leaver: Leaver) -> Words:
    """Return whom to look for, and where what they wrote stands and stood before it was moved."""
    slugs: dict[int, str] = {}
    if leaver.withdraws:
        found = await rows(
            f"SELECT t.id, t.slug FROM threads t JOIN posts p ON p.thread_id = t.id AND p.number = 1 "  # noqa: S608
            f"WHERE p.body = ? AND p.author_id IN ({marks(leaver.ids)})",
            WORDS, *leaver.ids,
        )  # fmt: skip
        slugs = {row["id"]: row["slug"] for row in found}
    return Words(leaver, await _places([leaver.member_id]), await _places(leaver.masks), slugs)


async def _places(ids: "tuple[int, ...] | list[int]") -> Places:
    found = await rows(
        f"SELECT thread_id, number FROM posts WHERE author_id IN ({marks(ids)}) UNION "  # noqa: S608
        f"SELECT l.thread_id, l.number FROM post_places l JOIN posts p ON p.id = l.post_id "
        f"WHERE p.author_id IN ({marks(ids)})",
        *ids, *ids,
    )  # fmt: skip
    return frozenset((row["thread_id"], row["number"]) for row in found)
