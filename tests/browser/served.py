"""The real server behind its real front door, in a process of its own, with the demonstration network."""

import email
import email.policy
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from tests.forked import Forked

Found = TypeVar("Found")
PASSWORD = "demonstration"
SECONDS = 240
# Letters leave within seconds; nobody here may be held up for working faster than people do.
SETTINGS = {"COMMONPLACE_MAIL_WINDOW_MINUTES": "0", "COMMONPLACE_LIMITS": "false", "COMMONPLACE_LOG_LEVEL": "warning"}
# A provider of single sign-on is a machine of this network there.
SETTINGS["COMMONPLACE_SSO_NETWORKS"] = "127.0.0.0/8"


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    address: str
    folder: Path
    log: Path

    def letters(self, to: str) -> list[EmailMessage]:
        """Return the letters to somebody, oldest first."""
        read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in self._files()]
        return [letter for letter in read if letter["To"] == to]

    def letter(self, to: str, about: str) -> EmailMessage:
        """Wait for a letter to somebody whose subject has these words."""
        return wait_for(lambda: next((one for one in self.letters(to) if about in one["Subject"]), None))

    def _files(self) -> list[Path]:
        return sorted((self.folder / "mail").glob("*.eml"))


def wait_for(look: Callable[[], Found | None], seconds: float = 30) -> Found:
    """Look again and again until there is something."""
    until = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < until, f"nothing after {seconds} seconds"
        time.sleep(0.1)
    return found


def text_of(letter: EmailMessage) -> str:
    """Return the words of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def plan(folder: Path) -> Served:
    """Choose where a server will be."""
    return Served(f"http://127.0.0.1:{_free_port()}", folder / "data", folder / "server.log")


def start(served: Served) -> Forked:
    """Run `commonplace serve`, and return when it answers."""
    port = served.address.rpartition(":")[2]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPLACE_")}
    words = ("serve", "--data", str(served.folder), "--port", port)
    process = Forked("app", *words, env=outside | SETTINGS, out=served.log, errors=served.log)
    try:
        _wait_until_up(process, served)
    except BaseException:
        process.kill()
        raise
    return process


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Run `commonplace serve` until the block is left, and end exactly that process."""
    served = plan(folder)
    process = start(served)
    try:
        yield served
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_up(process: Forked, served: Served) -> None:
    until = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None, served.log.read_text()
        assert time.monotonic() < until, served.log.read_text()
        try:
            # Search may still be reading what the demonstration has; it says so with 503.
            with urlopen(f"{served.address}/healthz", timeout=5), urlopen(f"{served.address}/search?q=a", timeout=5):
                return
        except (URLError, TimeoutError):
            time.sleep(0.1)
