"""Whole answers, kept: given again for as long as nothing that they were drawn from has changed.

A page says that its answer may be kept by calling `keep`. For visitors it must depend on the address and on what stands
in the database alone. For members it is drawn for nobody in particular (`share`): for a member with the same rights, no
name and no history, with holes where something belongs to who asks; whom it concerns is drawn one of their own.
docs/performance.md tells how it is known that an answer is still right.
"""

import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base import settings
from base.db import Recalled, Version, version
from base.web.answers import Answer, Keep, Theirs, filled_once, made, may_be_kept, says_private, send_once
from base.web.gathered import Given, gather
from base.web.guards import BEGAN
from base.web.observed import finished, request_id
from base.web.parts import Kept
from base.web.version import version_at_once_of, version_of

Data = TypeVar("Data")

_MOST: Final = 32 * 1024 * 1024
"""Of memory, in bytes: so much for visitors, and so much for members."""
_LARGEST: Final = 1024 * 1024
_LONGEST: Final = 400
"""Of an address, in bytes: longer ones are rare, and would fill the memory with themselves."""
_KEEP: Final = "commonplace.keep"
_SHARE: Final = "commonplace.share"
_THEIRS: Final = "commonplace.theirs"
_NOTHING: Final[Mapping[str, str]] = {}
_UNTIL_AN_ACT: Final = Keep()
_MOST_ASKED: Final = 4096
"""So many answers to whose page is theirs are known at a time."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Who asks: `mark` is what of them makes the answer another one, beside the address.

    `viewer` is the member, `anybody` one with the same rights and nothing of their own; for visitors both are None.
    """

    mark: Hashable
    viewer: Any = None
    anybody: Any = None


@dataclass(slots=True)
class _Offer:
    """That the answer to a member may be shared; there is a version as soon as the page takes it up."""

    anybody: Any
    version: Version | None = None


def keep(request: Request, how: Keep = _UNTIL_AN_ACT, now_theirs: Mapping[str, str] = _NOTHING) -> None:
    """Let the answer to this request be kept, if whoever asks is a visitor, or it was drawn to be shared.

    `now_theirs` is what `how.theirs` returned for who asks.
    """
    request.scope[_KEEP] = how
    request.scope[_THEIRS] = now_theirs


def may_share(request: Request) -> bool:
    """Say whether the answer to this member may be drawn for all who have the same rights."""
    return _SHARE in request.scope


async def share(request: Request) -> Any:
    """Return for whom a page that may be shared is drawn, who from now on is the viewer of the request.

    What stands on the page must be loaded afterwards, and be what it is for them.
    """
    offer: _Offer = request.scope[_SHARE]
    # Read before the page is: at worst the page is newer than it says, and is drawn once more.
    offer.version = await version_of(request.scope) or await version()  # which says what is wrong
    request.state.viewer = offer.anybody
    return offer.anybody


def take_back(request: Request, viewer: Any) -> None:
    """Draw the page for this viewer after all."""
    request.scope[_SHARE].version = None
    request.state.viewer = viewer


async def shared_or_own(
    request: Request,
    viewer: Any,
    load: Callable[[Any], Awaitable[Data]],
    theirs_of: Callable[[Data], Theirs],
) -> Data:
    """Load a page for all who have the same rights, or for the viewer alone when it is another one for them.

    What is theirs is asked of what was loaded; the answer is kept until the next act.
    """
    if may_share(request):
        data = await load(await share(request))
        theirs = theirs_of(data)
        found = await theirs(viewer)
        if found is not None:
            keep(request, Keep(theirs=theirs), found)
            return data
        take_back(request, viewer)
    keep(request)
    return await load(viewer)


class KeptAnswers:
    """Give what is kept to whom it is for, and keep what pages allow.

    `whose` tells who asks; none when nothing that is kept may be given to them, nor theirs be kept. `known` tells the
    same without asking anybody, if it can.
    """

    def __init__(
        self,
        app: ASGIApp,
        whose: Callable[[Scope], Awaitable[Whose | None]],
        known: Callable[[Scope], Whose | None] = lambda _scope: None,
    ) -> None:
        # It stands around everything else: what is given again passes nothing of it.
        self.app, self._whose, self._known = app, whose, known
        self._visitors: Final[Kept[Answer]] = Kept(_MOST)
        self._members: Final[Kept[Answer]] = Kept(_MOST)
        self._asked: Final[Recalled[tuple[Mapping[str, str] | None]]] = Recalled(_MOST_ASKED)
        self._site: settings.Settings | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on and keep the answer."""
        began = scope[BEGAN] = time.perf_counter()
        if scope["type"] == "http":
            request_id(scope)  # for what is logged from now on
        whose = await self._whose(scope) if _is_short_question(scope) else None
        if whose is None or (whose.viewer is not None and scope["method"] != "GET"):
            await self.app(scope, receive, send)
            return
        kept = self._find(scope, whose)
        # The version is read before the page: at worst the page is newer than it says, and is drawn once more.
        now = None if kept is None and whose.viewer is not None else await version_of(scope)
        if now is not None and kept is not None and await kept.holds(now):
            more = _NOTHING if whose.viewer is None else await self._theirs(kept, whose.viewer, now)
            fillings = None if more is None else kept.fillings(whose.viewer, more)
            if fillings is None:
                await self.app(scope, receive, send)
                return
            kept.again(scope)
            finished(scope, await kept.give(fillings, scope, send), time.perf_counter() - began)
        elif whose.viewer is None:
            await self._draw(whose, now, scope, receive, send)
        else:
            await self._draw_for_member(whose, scope, receive, send)

    def at_once(self, scope: Scope, first: list[tuple[bytes, bytes]]) -> bytes | None:
        """Return the whole answer to a request as it is sent, with the headers `first`, if nobody has to wait for it.

        That is what is kept, for whom it is known that it is for them, while nothing at all was written: all of it is
        in memory. The connection sends it without beginning a task. For all else it returns none.
        """
        began = time.perf_counter()
        request_id(scope)  # first, as in the usual way: what is logged from now on is not of the request before
        whose = self._known(scope) if _is_short_question(scope) else None
        now = None if whose is None else version_at_once_of(scope)
        if now is None or whose is None:
            return None
        kept = self._find(scope, whose)
        if kept is None or not kept.surely_holds(now):
            return None
        fillings: list[bytes] | None = []
        if whose.viewer is not None:
            theirs = self._asked.get((kept.serial, whose.viewer.id), now)
            fillings = None if theirs is None or theirs[0] is None else kept.fillings(whose.viewer, theirs[0])
        if fillings is None:
            return None
        status, head, more, body = kept.ready(fillings, scope)
        answer = head.whole(status, first, more, body)
        if answer is not None:
            kept.again(scope)
            finished(scope, status, time.perf_counter() - began)
        return answer

    async def _theirs(self, kept: Answer, viewer: Any, now: Version) -> Mapping[str, str] | None:
        """Ask once, for as long as nothing is written."""
        key = (kept.serial, viewer.id)
        known = self._asked.get(key, now)
        if known is None:
            # In a tuple of its own, for it may be none. The answer itself may go meanwhile.
            known = (await kept.theirs(viewer),)
            self._asked.put(key, now, known)
        return known[0]

    def _find(self, scope: Scope, whose: Whose) -> Answer | None:
        self._follow_settings()
        return self._of(whose).get(_key(scope, whose))

    def _of(self, whose: Whose) -> Kept[Answer]:
        return self._visitors if whose.viewer is None else self._members

    def _follow_settings(self) -> None:
        """Forget everything when the settings are other ones: the name of the site is on every page."""
        now = settings.get()
        if now is not self._site:
            self._site = now
            self._visitors.forget()
            self._members.forget()

    async def _draw(self, whose: Whose, now: Version | None, scope: Scope, receive: Receive, send: Send) -> None:
        site = self._site

        def takes(start: Message) -> bool:
            # A page that belongs to somebody says so; it must never get here, and if it does it is not kept.
            keeps = now is not None and _asks_to_be_kept(scope)
            return keeps and may_be_kept(start) and not says_private(start)

        def ready(start: Message, body: bytes) -> Given:
            assert now is not None, "nothing else is taken"
            answer = made(start, body, scope[_KEEP], scope.get("route"), now, shared=False)
            self._put(whose, answer, site, scope)
            return lambda: answer.give([], scope, send)

        await gather(self.app, scope, receive, send, takes=takes, ready=ready)

    async def _draw_for_member(self, whose: Whose, scope: Scope, receive: Receive, send: Send) -> None:
        offer = scope[_SHARE] = _Offer(whose.anybody)
        site = self._site

        def ready(start: Message, body: bytes) -> Given:
            if not _asks_to_be_kept(scope) or not may_be_kept(start) or scope[_KEEP].theirs is None:
                filled = filled_once(start, body, whose.viewer, scope.get(_THEIRS, _NOTHING))
                return lambda: send_once(filled, send)
            assert offer.version is not None, "nothing else is taken"
            answer = made(start, body, scope[_KEEP], scope.get("route"), offer.version, shared=True)
            fillings = answer.fillings(whose.viewer, scope[_THEIRS])
            if fillings is None:
                raise RuntimeError("a page could not be filled")
            self._put(whose, answer, site, scope)
            return lambda: answer.give(fillings, scope, send)

        def takes(_: Message) -> bool:
            return offer.version is not None

        await gather(self.app, scope, receive, send, takes=takes, ready=ready)

    def _put(self, whose: Whose, answer: Answer, site: settings.Settings | None, scope: Scope) -> None:
        # The settings may have become others while it was drawn; what stands above it is part of its mark.
        if settings.get() is site and answer.size <= _LARGEST:
            size = answer.size + len(scope["path"]) + len(scope["query_string"])
            self._of(whose).put(_key(scope, whose), answer, size)


def _key(scope: Scope, whose: Whose) -> Hashable:
    return scope["path"], scope["query_string"], whose.mark


def _asks_to_be_kept(scope: Scope) -> bool:
    return scope["method"] == "GET" and _KEEP in scope


def _is_short_question(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and len(scope["path"]) + len(scope["query_string"]) <= _LONGEST
    )
