"""What stands around every request: here, what happens when the other side goes away."""

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from base.web.guards import Calm

pytestmark = pytest.mark.anyio


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    await Request(scope, receive).body()


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise LookupError


async def levels(app: object) -> tuple[list[str], list[Message]]:
    """Send a request whose sender goes away; return at which levels was logged, and what was answered."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/drafts/save", "headers": [], "query_string": b""}
    with capture_logs() as logged:
        await Calm(app)(scope, receive, send)  # type: ignore[arg-type]
    return [one["log_level"] for one in logged], sent


async def test_who_goes_away_while_sending_is_no_failure() -> None:
    logged, sent = await levels(reader)
    assert "error" not in logged
    assert not sent


async def test_what_breaks_is_one() -> None:
    logged, sent = await levels(broken)
    assert logged == ["error"]
    assert sent[0]["status"] == 500
