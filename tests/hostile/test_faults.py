"""What goes wrong around the program: a full disk, a database that only reads or is away, a clock put back, no mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx2
import pytest

from base import clock, db, settings
from base.journal.deliver import deliver_all, waiting_for
from base.journal.models import Delivery
from base.mail import Letter, post_office, send, take_back_letters
from base.mail.ledger import note_taken
from base.mail.models import OutgoingMail
from base.settings import Settings
from search_index.keep_up import NAME as INDEX
from tests import builders as make
from tests.databases import on_postgres

pytestmark = pytest.mark.anyio

only_sqlite = pytest.mark.skipif(on_postgres(), reason="a file of SQLite")
only_postgres = pytest.mark.skipif(not on_postgres(), reason="connections of PostgreSQL")


async def ask(client: httpx2.AsyncClient, headers: dict[str, str], title: str) -> httpx2.Response:
    sent = {"title": title, "body": "We would like to know how others do this on their wards."}
    return await client.post("/api/v1/threads", json=sent | {"kind": "discussion"}, headers=headers)


async def shifted(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "datetime":  # type: ignore[override]
            return datetime.now(tz) + by

    monkeypatch.setattr(clock, "datetime", Shifted)


@pytest.fixture
async def readable(site: Settings) -> AsyncIterator[None]:
    yield
    if not on_postgres():
        await db.execute("PRAGMA query_only = OFF")


@only_sqlite
@pytest.mark.parametrize("fault", ["full", "read only"])
async def test_when_nothing_can_be_written_all_can_be_read_and_it_mends_itself(
    client: httpx2.AsyncClient, readable: None, fault: str
) -> None:
    mara = await make.member("Mara", trust=2)
    headers = await make.token(mara)
    there = (await ask(client, headers, "How do you do the night shift?")).json()
    if fault == "full":
        pages = (await db.rows("SELECT page_count AS n FROM pragma_page_count"))[0]["n"]
        await db.execute(f"PRAGMA max_page_count = {pages}")
    else:
        await db.execute("PRAGMA query_only = ON")
    for number in range(40):  # the last page may have some room
        answer = await ask(client, headers, f"What about the morning {number}?")
        if answer.status_code != 201:
            break
    assert answer.status_code == 503
    assert "can be read, not written" in answer.json()["detail"]
    assert "Retry-After" in answer.headers
    assert "Content-Security-Policy" in answer.headers
    assert (await client.get(f"/api/v1/threads/{there['id']}", headers=headers)).status_code == 200
    await db.execute("PRAGMA max_page_count = 1073741823")
    await db.execute("PRAGMA query_only = OFF")
    before = (await db.rows("SELECT COUNT(*) AS n FROM threads"))[0]["n"]
    assert (await ask(client, headers, "And how do you do the evening?")).status_code == 201
    assert (await db.rows("SELECT COUNT(*) AS n FROM threads"))[0]["n"] == before + 1
    await deliver_all()
    assert not await Delivery.exclude(subscriber=INDEX).exists()


@only_postgres
async def test_lost_connections_are_made_again(client: httpx2.AsyncClient, database_url: str) -> None:
    headers = await make.token(await make.member("Mara", trust=2))
    assert (await ask(client, headers, "How do you do the night shift?")).status_code == 201
    for number in range(3):
        await _cut(database_url)
        answers = [await ask(client, headers, f"What about the morning {number}.{turn}?") for turn in range(4)]
        assert {one.status_code for one in answers} <= {201, 503}
        assert [one.status_code for one in answers][2:] == [201, 201]
    during = asyncio.gather(*[ask(client, headers, f"Many at once {turn}, what then?") for turn in range(10)])
    await _cut(database_url)
    assert {one.status_code for one in await during} <= {201, 503}
    assert (await ask(client, headers, "And how do you do the evening?")).status_code in (201, 503)
    assert (await ask(client, headers, "And how do you do the dawn shift?")).status_code == 201
    await deliver_all()
    assert not await Delivery.exclude(subscriber=INDEX).exists()


async def _cut(url: str) -> None:
    other = await asyncpg.connect(url.replace("asyncpg://", "postgres://", 1))
    try:
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await other.close()


async def test_a_clock_that_is_put_back_holds_up_nothing(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mara = await make.member("Mara", trust=2)
    headers = await make.token(mara)
    monkeypatch.setattr(settings.get(), "limit_numbers", {"topic_pause": 15})
    assert (await ask(client, headers, "How do you do the night shift?")).status_code == 201
    await send(Letter(key="a", to="mara@hospital.example", subject="s", text="t"))
    await shifted(monkeypatch, timedelta(hours=-5))
    assert (await ask(client, headers, "What about the morning?")).status_code == 201
    assert (await ask(client, headers, "And the evening, too?")).status_code == 429
    owed = {one.subscriber for one in await Delivery.all()} - {INDEX}
    assert owed
    assert set(await waiting_for(sorted(owed))) == owed
    await deliver_all()
    assert not await Delivery.exclude(subscriber=INDEX).exists()
    assert await post_office() >= 1
    assert not await OutgoingMail.filter(state="waiting").exists()


class Mailbox:
    """A mail server that can be away."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.port = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line[:4].upper() == b"DATA":
                writer.write(b"354 go on\r\n")
                self.taken.append(await reader.readuntil(b"\r\n.\r\n"))
            writer.write(b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250 fine\r\n")
        writer.close()


@pytest.fixture
def mailbox(site: Settings) -> Mailbox:
    return Mailbox()


async def test_mail_waits_for_a_server_that_is_away_for_an_hour_and_goes_out_once(
    site: Settings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mailbox.open():
        pass
    away = {"mail_server": "127.0.0.1", "mail_port": mailbox.port, "mail_tls": "none"}
    settings.use(settings.get().model_copy(update=away))
    for number in range(45):
        await send(Letter(key=f"k{number}", to="mara@hospital.example", subject=f"s{number}", text="t"))
    for minute in range(0, 66, 3):
        await shifted(monkeypatch, timedelta(minutes=minute))
        while await OutgoingMail.filter(state="waiting", due__lte=clock.now()).exists():
            assert await post_office() == 0
    assert not await OutgoingMail.filter(state="failed").exists()
    async with mailbox.open():
        for minute in range(66, 190, 10):
            await shifted(monkeypatch, timedelta(minutes=minute))
            while await post_office():
                pass
    assert await OutgoingMail.filter(state="sent").count() == 45
    assert len(mailbox.taken) == len(set(mailbox.taken)) == 45


async def test_letters_of_a_killed_server_go_out_when_it_is_back(site: Settings) -> None:
    at = datetime.now(UTC)
    await send(Letter(key="claimed", to="mara@hospital.example", subject="s", text="t"))
    await send(Letter(key="put off", to="mara@hospital.example", subject="s", text="t"))
    await OutgoingMail.all().update(tries=1, due=at + timedelta(minutes=4))
    await OutgoingMail.filter(key="put off").update(error="away")
    assert await post_office() == 0
    assert await take_back_letters() == 1
    assert await post_office() == 1
    assert (await OutgoingMail.get(key="claimed")).state == "sent"


async def test_a_letter_that_was_taken_before_the_kill_is_not_sent_again(site: Settings, mailbox: Mailbox) -> None:
    async with mailbox.open():
        here = {"mail_server": "127.0.0.1", "mail_port": mailbox.port, "mail_tls": "none"}
        settings.use(settings.get().model_copy(update=here))
        for key in ("a", "b"):
            await send(Letter(key=key, to="mara@hospital.example", subject="s", text="t"))
        first = await OutgoingMail.get(key="a")
        note_taken(first)  # and then the process was killed
        await OutgoingMail.all().update(tries=1)
        assert await post_office() == 1
        assert await OutgoingMail.filter(state="sent").count() == 2
    assert len(mailbox.taken) == 1
