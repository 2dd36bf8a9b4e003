"""The count of the inbox as it changes: told once to each open page, ended with the sign-in and with the server."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from base.clock import now
from members import live
from members.actions.notify import notify
from members.models import Member, Notice, Session
from members.pages import inbox_events
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def nobody_listens() -> Iterator[None]:
    live._listeners.clear()
    yield
    live._listeners.clear()


async def told(*members: Member, key: str) -> None:
    await notify(
        [one.id for one in members], key=key, kind="answer", group="g", subject="s", text="", url="/", reason="r",
        because="own", actor_id=None,
    )  # fmt: skip


async def signed(member: Member) -> Viewer:
    """Return a member as they are in a browser."""
    found = await viewer_of_member(member.id)
    assert found is not None
    at = now()
    session = await Session.create(
        member=member, hash=f"{member.id}.{await Session.all().count()}", created_at=at, seen_at=at,
        expires_at=at.replace(year=at.year + 1, day=1),
    )  # fmt: skip
    return replace(found, session_id=session.id)


async def next_count(stream: AsyncIterator[str]) -> dict[str, Any]:
    async with asyncio.timeout(5):
        event = await anext(stream)
    return dict(json.loads(event.partition("data: ")[2]))


async def open_page(viewer: Viewer) -> AsyncIterator[str]:
    """Open a page and read what every page is told at first."""
    stream = inbox_events._told(viewer)
    assert (await anext(stream)).startswith("retry:")
    return stream


async def test_each_page_is_told_when_something_is_new_or_read(site: object) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    streams = [await open_page(await signed(one)) for one in (mara, mara, omar)]
    assert [(await next_count(one))["unread"] for one in streams] == [0, 0, 0]
    await told(mara, omar, key="a")
    await told(mara, key="b")
    assert await live.look() == 3
    assert [(await next_count(one))["unread"] for one in streams] == [2, 2, 1]
    await Notice.filter(member=mara).update(read_at=now())
    await live.look()
    assert [(await next_count(one))["unread"] for one in streams[:2]] == [0, 0]
    waiting = asyncio.ensure_future(anext(streams[2]))
    await live.look()
    await asyncio.sleep(0)
    assert not waiting.done(), "nothing has changed for Omar"
    waiting.cancel()


async def test_one_statement_looks_for_everybody_and_none_for_nobody(site: object) -> None:
    with statements() as sent:
        assert await live.look() == 0
    assert sent == []
    streams = [await open_page(await signed(await make.member())) for _ in range(20)]
    for one in streams:
        await next_count(one)
    with statements() as sent:
        assert await live.look() == 20
    assert len(sent) == 1


@pytest.mark.parametrize("how", ["revoked", "expired", "suspended"])
async def test_it_ends_with_the_sign_in(site: object, how: str) -> None:
    mara = await make.member("Mara")
    stream = await open_page(await signed(mara))
    await next_count(stream)
    if how == "suspended":
        await Member.filter(id=mara.id).update(state="suspended")
    else:
        await Session.all().update(**{"revoked_at" if how == "revoked" else "expires_at": now()})
    await live.look()
    async with asyncio.timeout(5):
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
    assert await live.look() == 0, "it left"


async def test_the_server_can_end_them_all_at_once(site: object) -> None:
    viewer = await signed(await make.member("Mara"))
    streams = [await open_page(viewer) for _ in range(3)]
    for one in streams:
        await next_count(one)
    live.end_all()
    for one in streams:
        async with asyncio.timeout(1):
            with pytest.raises(StopAsyncIteration):
                await anext(one)
    assert not live._listeners


async def test_it_shows_that_it_is_alive(site: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_events, "_HEARTBEAT", 0.01)
    stream = await open_page(await signed(await make.member("Mara")))
    await next_count(stream)
    assert (await anext(stream)).startswith(":")


async def test_a_member_opens_only_so_many(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    viewer = await signed(mara)
    streams = [await open_page(viewer) for _ in range(live.MOST_OF_ONE)]
    await make.sign_in(client, mara)
    answer = await client.get("/inbox/events")
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    live.check_room(await signed(omar))
    await streams[0].aclose()  # type: ignore[attr-defined]
    live.check_room(viewer)


async def test_once_is_enough_for_programs_and_for_proxies_that_keep_things_together(
    client: httpx2.AsyncClient,
) -> None:
    mara = await make.member("Mara")
    await told(mara, key="a")
    assert (await client.get("/inbox/events?once=1")).headers["location"].startswith("/sign-in")
    headers = await make.token(mara)
    answer = await client.get("/inbox/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
    assert '"unread": 1' in answer.text
    assert (await client.get("/api/v1/inbox/unread", headers=headers)).json()["unread"] == 1
    assert not live._listeners
