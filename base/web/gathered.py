"""Answers of the site, gathered before they are given."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from base.log import logger
from base.web.guards import plain_apology
from base.web.observed import path_of

Given = Callable[[], Awaitable[object]]


async def gather(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    takes: Callable[[Message], bool],
    ready: Callable[[Message, bytes], Given],
) -> None:
    """Let the site answer; what `takes` says yes to is gathered, made `ready` and given then, all else passes."""
    start: Message | None = None
    body = b""

    async def catch(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start" and takes(message):
            start = message
        elif start is None:
            await send(message)
        else:
            body += message.get("body", b"")
            if not message.get("more_body", False):
                await _calmly(partial(ready, start, body), scope, receive, send)

    await app(scope, receive, catch)


async def _calmly(prepare: Callable[[], Given], scope: Scope, receive: Receive, send: Send) -> None:
    """Give an answer that was drawn, or say that it cannot be given: nothing outside of here would."""
    try:
        give = prepare()
    except Exception:
        logger("web").exception("an answer could not be put together", path=path_of(scope))
        await plain_apology(scope)(scope, receive, send)
        return
    await give()
