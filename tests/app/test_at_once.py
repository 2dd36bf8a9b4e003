"""What the connection gives at once is what the site would have answered, and only for as long as it would."""

import gzip
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.requests import Request

from app import whose
from base import settings
from base.clock import now
from base.db import execute
from base.db.sqlite_backend import SqliteBackend
from base.log import REQUEST
from forum.banners import look_again
from forum.models import Thread
from forum.pages.above import above
from members.models import Member, Session
from members.viewer import VISITOR
from tests import builders as make
from tests.databases import on_postgres

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(on_postgres(), reason="PostgreSQL is asked, and whoever asks waits: nothing is given at once"),
]
FIRST = [(b"date", b"today")]
VARIES = (b"x-request-id", b"date")


class Door:
    """The site behind a connection: asked at once, and in the usual way."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.site: Any = client._transport.app  # type: ignore[attr-defined]

    def _scope(self, path: str, headers: dict[str, str]) -> dict[str, Any]:
        path, _, query = path.partition("?")
        given = {"host": "commonplace.test", "accept-encoding": "gzip", **headers}
        return {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()], "client": ("127.0.0.1", 123),
            "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("commonplace.test", 80), "state": {},
        }  # fmt: skip

    def at_once(self, path: str, **headers: str) -> bytes | None:
        answer: bytes | None = self.site.at_once(self._scope(path, headers), FIRST)
        return answer

    async def usual(self, path: str, **headers: str) -> httpx2.Response:
        sent = {"accept-encoding": "gzip", **headers}
        return await self.client.get(path, headers=sent)


def read(answer: bytes | None) -> tuple[int, dict[bytes, bytes], bytes]:
    assert answer is not None
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = dict(line.split(b": ", 1) for line in lines)
    if b"content-length" in headers:
        assert int(headers[b"content-length"]) == len(body)
    if headers.get(b"content-encoding") == b"gzip":
        body = gzip.decompress(body)
    return int(first.split()[1]), {name: value for name, value in headers.items() if name not in VARIES}, body


def same(answer: bytes | None, usual: httpx2.Response) -> None:
    status, headers, body = read(answer)
    assert status == usual.status_code
    raw = {name.lower(): value for name, value in usual.headers.raw if name.lower() not in VARIES}
    assert {name: value for name, value in headers.items() if name != b"content-length"} == {
        name: value for name, value in raw.items() if name != b"content-length"
    }
    assert body == usual.content


@pytest.fixture
async def door(client: httpx2.AsyncClient) -> Door:
    await make.thread("How do you thank people who answer?", author=await make.member("Wim"))
    return Door(client)


async def cookie_of(door: Door, who: Member) -> str:
    await make.sign_in(door.client, who)
    sent = "; ".join(f"{name}={value}" for name, value in door.client.cookies.items())
    door.client.cookies.clear()
    return sent


@pytest.mark.parametrize("path", ["/", "/questions", "/latest?page=1", "/t/1", "/people", "/feeds/latest.atom"])
async def test_visitors_get_the_same(door: Door, path: str) -> None:
    if path == "/t/1":
        path = f"/t/1-{(await Thread.get()).slug}"
    assert door.at_once(path) is None, "nothing is kept yet"
    await door.usual(path)
    usual = await door.usual(path)
    if path == "/people":
        assert door.at_once(path) is None, "it is not kept"
        return
    same(door.at_once(path), usual)
    plain = door.at_once(path, **{"accept-encoding": "identity"})
    assert read(plain)[2] == usual.content
    tag = usual.headers["etag"]
    same(door.at_once(path, **{"if-none-match": tag}), await door.usual(path, **{"if-none-match": tag}))
    assert read(door.at_once(path, **{"if-none-match": tag}))[0] == 304


async def test_members_get_their_own(door: Door) -> None:
    ana, bo = await make.member("Ana <Lind>"), await make.member("Bo Okafor")
    path = "/questions"
    cookies = {one.name: await cookie_of(door, one) for one in (ana, bo)}
    for sent in cookies.values():
        await door.usual(path, cookie=sent)
    for name, sent in cookies.items():
        usual = await door.usual(path, cookie=sent)
        answer = door.at_once(path, cookie=sent)
        same(answer, usual)
        other = "Bo Okafor" if name == ana.name else "Ana &lt;Lind&gt;"
        assert other.encode() not in read(answer)[2]
        assert read(answer)[1][b"cache-control"] == b"private, no-store"
    assert b"Ana &lt;Lind&gt;" in read(door.at_once(path, cookie=cookies[ana.name]))[2]


async def test_after_any_change_it_is_asked_first(door: Door) -> None:
    who = await make.member("Ana Lind")
    sent = {"cookie": await cookie_of(door, who)}
    for headers in ({}, sent):
        await door.usual("/questions", **headers)
        await door.usual("/questions", **headers)
        assert door.at_once("/questions", **headers) is not None
    await execute("UPDATE members SET handle = 'ana-lind' WHERE id = ?", who.id)
    assert door.at_once("/questions") is None
    assert door.at_once("/questions", **sent) is None
    await Session.filter(member_id=who.id).update(revoked_at=now())
    assert door.at_once("/questions", **sent) is None
    assert "Ana Lind" not in (await door.usual("/questions", **sent)).text
    assert door.at_once("/questions", **sent) is None, "whoever is not signed in is nobody's member"


async def test_what_is_for_one_alone_is_never_given(door: Door) -> None:
    who = await make.member("Ana Lind")
    sent, token = await cookie_of(door, who), await make.token(who)
    for path in ("/inbox", "/settings", "/search?q=thank"):
        for _ in range(2):
            await door.usual(path, cookie=sent)
        assert door.at_once(path, cookie=sent) is None, path
    await door.usual("/questions")
    assert door.at_once("/questions") is not None
    assert door.at_once("/questions", **{name.lower(): value for name, value in token.items()}) is None
    assert door.at_once("/questions", cookie="commonplace_note=x") is None
    assert door.at_once("/questions", cookie="commonplace_session=forged") is None


async def test_a_private_site_gives_nothing_to_visitors(door: Door) -> None:
    await door.usual("/questions")
    assert door.at_once("/questions") is not None
    settings.use(settings.get().model_copy(update={"private": True}))
    assert door.at_once("/questions") is None


async def test_announcements_that_begin_or_end_are_seen(door: Door) -> None:
    await door.usual("/questions")
    assert door.at_once("/questions") is not None
    until = now() + timedelta(hours=1)
    await make.thread("The network meets", kind="announcement", banner_until=until)
    await look_again()
    assert door.at_once("/questions") is None
    await door.usual("/questions")
    assert b"The network meets" in read(door.at_once("/questions"))[2]


async def test_what_begins_while_a_page_is_drawn_does_not_stand_on_it(door: Door) -> None:
    scope = door._scope("/questions", {})
    asks = await whose.whose(scope)
    assert asks is not None
    await make.thread("The network meets", kind="announcement", banner_until=now() + timedelta(hours=1))
    await look_again()
    request = Request(scope)
    request.state.viewer = VISITOR
    assert above(request) == asks.mark == (), "it is kept for those who have put it away"
    asks = await whose.whose(door._scope("/questions", {}))
    assert asks is not None
    assert [one.title for one in asks.mark] == ["The network meets"]  # type: ignore[attr-defined]


async def test_it_is_counted_like_any_other(door: Door) -> None:
    from base.web.observed import REQUESTS

    path = f"/t/1-{(await Thread.get()).slug}"
    await door.usual(path)
    before = sum(seen.count for (_, route, _), seen in REQUESTS.items() if route.startswith("/t/"))
    assert door.at_once(path) is not None
    assert sum(seen.count for (_, route, _), seen in REQUESTS.items() if route.startswith("/t/")) == before + 1


@pytest.mark.parametrize("path", ["/healthz", "/static/app.css"])
async def test_where_nothing_is_kept_the_database_is_not_asked(
    door: Door, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def broken(self: SqliteBackend) -> int:
        raise OSError("the disk is gone")

    await door.usual("/people")  # the site is there
    monkeypatch.setattr(SqliteBackend, "data_version", broken)
    assert door.at_once(path) is None
    with pytest.raises(OSError, match="the disk is gone"):
        door.at_once("/questions")


async def test_what_is_logged_meanwhile_names_this_request_and_not_the_one_before(door: Door) -> None:
    await door.usual("/people")
    REQUEST.set("before")  # a connection begins all its requests in the same context
    assert door.at_once("/questions") is None
    assert REQUEST.get() != "before"


async def test_forged_cookies_push_nobody_out(door: Door) -> None:
    who = await make.member("Ana Lind")
    sent = await cookie_of(door, who)
    for _ in range(2):
        await door.usual("/questions", cookie=sent)
    known = len(whose._known._values)
    for number in range(5):
        await door.usual("/questions", cookie=f"commonplace_session=forged{number}")
    assert len(whose._known._values) == known
    assert door.at_once("/questions", cookie=sent) is not None
