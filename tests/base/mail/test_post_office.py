"""The post office: sends what is due, keeps what cannot go, gives up in the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from base import settings
from base.clock import now
from base.mail import Letter, post_office, send
from base.mail.models import OutgoingMail
from base.mail.post_office import MOST_TRIES

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]


async def queue(*keys: str) -> None:
    for key in keys:
        await send(Letter(key=key, to=f"{key}@example.org", subject=f"For {key}", text="Text\n.\nafter a dot\n"))


class Server:
    """A mail server that understands as much as it must."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.replies: dict[str, bytes] = {}
        self.hang_up_after = 1000

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings.use(
            settings.get().model_copy(update={"mail_server": "127.0.0.1", "mail_port": port, "mail_tls": "none"})
        )
        async with server:
            yield

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        to = ""
        while line := (await reader.readline()).decode():
            word = line.split()[0].upper() if line.split() else ""
            if word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                writer.write(self.replies.get(to, b"250 ok\r\n"))
            elif word == "DATA":
                writer.write(b"354 go\r\n")
                body = (await reader.readuntil(b"\r\n.\r\n")).decode()
                if len(self.received) >= self.hang_up_after:
                    break
                self.received.append((to, body))
                writer.write(b"250 taken\r\n")
            elif word == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        await writer.drain()
        writer.close()


async def states() -> dict[str, str]:
    return {mail.key: mail.state for mail in await OutgoingMail.all()}


async def test_without_a_server_letters_are_files_and_stay_in_the_list() -> None:
    await queue("mara")
    assert await post_office() == 1
    assert await post_office() == 0
    (file,) = (settings.get().data_dir / "mail").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert (file.suffix, message["To"], message["Subject"]) == (".eml", "mara@example.org", "For mara")
    assert file.stat().st_mode & 0o077 == 0
    mail = await OutgoingMail.get()
    assert mail.state == "sent"
    assert mail.text.startswith("Text")


async def test_with_a_server_letters_go_there_and_their_text_is_forgotten() -> None:
    server = Server()
    await queue("mara", "omar")
    async with server.serving():
        assert await post_office() == 2
    assert [to for to, _ in server.received] == ["mara@example.org", "omar@example.org"]
    assert "after a dot" in server.received[0][1]
    mail = await OutgoingMail.get(key="mara")
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")


async def test_a_refused_recipient_fails_alone_and_a_busy_one_is_tried_again() -> None:
    server = Server()
    server.replies = {"gone@example.org": b"550 no such user\r\n", "busy@example.org": b"450 later\r\n"}
    await queue("gone", "busy", "mara")
    async with server.serving():
        assert await post_office() == 1
    assert await states() == {"gone": "failed", "busy": "waiting", "mara": "sent"}
    busy = await OutgoingMail.get(key="busy")
    assert busy.due > now()
    assert "later" in busy.error


async def test_when_the_line_drops_what_went_is_sent_and_the_rest_waits() -> None:
    server = Server()
    server.hang_up_after = 1
    server.replies = {"gone@example.org": b"550 no such user\r\n"}
    await queue("gone", "first", "second", "third")
    async with server.serving():
        assert await post_office() == 1
    assert await states() == {"gone": "failed", "first": "sent", "second": "waiting", "third": "waiting"}


async def test_a_server_that_is_away_is_tried_less_and_less_often_and_then_given_up() -> None:
    async with Server().serving():
        pass
    await queue("mara")
    waits = []
    for _ in range(MOST_TRIES):
        await OutgoingMail.filter(state="waiting").update(due=now())
        assert await post_office() == 0
        waits.append((await OutgoingMail.get()).due - now())
    assert waits[0] < timedelta(minutes=2)
    assert waits == sorted(waits[:9]) + waits[9:]
    assert max(waits) <= timedelta(hours=6)
    assert await states() == {"mara": "failed"}


async def test_two_post_offices_do_not_send_a_letter_twice() -> None:
    server = Server()
    await queue(*(f"m{number}" for number in range(30)))
    async with server.serving():
        sent = await asyncio.gather(post_office(), post_office())
    assert sum(sent) == 30
    assert len({to for to, _ in server.received}) == len(server.received) == 30


async def test_a_folder_that_cannot_be_written_keeps_the_letter(tmp_path: Path) -> None:
    (settings.get().data_dir / "mail").write_text("a file where the folder should be")
    await queue("mara")
    assert await post_office() == 0
    assert await states() == {"mara": "waiting"}
