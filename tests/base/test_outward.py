"""Pages elsewhere are asked, and nothing of one's own network ever is."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from base import outward
from base.outward import NO_HOST, UNCLEAR, Pace, ask, host_of, is_public
from base.text.outside import outside_links

ASKED: list[str] = []


class Site(BaseHTTPRequestHandler):
    def answer(self) -> None:
        ASKED.append(f"{self.command} {self.path}")
        name = self.path.strip("/").partition("?")[0]
        if name == "endless":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                time.sleep(0.1)
                try:
                    self.wfile.write(b"X")
                except OSError:
                    return
        where = {"round": "/round", "moved": "/200", "file": "file:///etc/passwd", "inside": "http://10.0.0.1/"}
        if name in where:
            self.send_response(302)
            self.send_header("Location", where[name])
        elif name == "picky":
            self.send_response(405 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(name or 200))
        self.end_headers()

    do_GET = do_HEAD = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def here(address: str, port: int) -> bool:
    return address == "127.0.0.1"


def asked(url: str) -> int:
    return ask(url, Pace(0), here)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/200", 200), ("/404", 404), ("/410", 410), ("/503", 503), ("/429", 429), ("/picky", 200), ("/moved", 200),
     ("/round", UNCLEAR), ("/file", UNCLEAR), ("/inside", UNCLEAR), ("/200?a=b", 200)],
)  # fmt: skip
def test_what_a_page_answers(site: str, path: str, status: int) -> None:
    assert asked(site + path) == status


def test_head_is_enough_when_it_answers(site: str) -> None:
    asked(f"{site}/200")
    asked(f"{site}/404")
    assert ASKED == ["HEAD /200", "HEAD /404", "GET /404"]


def test_a_round_of_redirects_ends(site: str) -> None:
    asked(f"{site}/round")
    assert ASKED.count("HEAD /round") == ASKED.count("GET /round") == 6


def test_a_server_that_answers_drop_by_drop_is_cut_off(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "_LONGEST", 0.3)
    begun = time.monotonic()
    assert asked(f"{site}/endless") == UNCLEAR
    assert time.monotonic() - begun < 5


def test_all_requests_for_a_page_have_one_limit(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "_PAGE", 0.5)
    begun = time.monotonic()
    assert asked(f"{site}/endless") == UNCLEAR
    assert ask(f"{site}/round", Pace(0.3), here) == UNCLEAR
    assert time.monotonic() - begun < 3
    assert "GET /endless" not in ASKED
    assert ASKED.count("HEAD /round") < 4


def test_nothing_inside_is_asked(site: str) -> None:
    assert ask(f"{site}/200", Pace(0)) == UNCLEAR
    assert ask(site.replace("127.0.0.1", "localhost"), Pace(0)) == UNCLEAR
    assert ASKED == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "http://", "http://user:secret@example.org/", "http://[::1]/",
     "http://[::ffff:10.0.0.1]/", "http://0x7f000001/", "http://2130706433/", "http://127.1/", "http://0/",
     "http://example.org:0/", "http://example.org:22/", "http://example.org:99999/",
     "http://169.254.169.254/latest/meta-data", "http://a..b/"],
)  # fmt: skip
def test_addresses_that_are_never_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connected(*_: object, **__: object) -> None:
        raise AssertionError("it was asked")

    monkeypatch.setattr(socket, "create_connection", connected)
    resolve = socket.getaddrinfo
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]

    def looked_up(host: str, *given: Any, **more: Any) -> Any:
        return known if host == "example.org" else resolve(host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    assert ask(url, Pace(0)) in (UNCLEAR, NO_HOST)


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://A.example:8/x", "a.example"), ("http://[::1/", ""), ("nothing", ""), ("http://[2606::1]/", "2606::1")],
)
def test_which_host_a_page_is_on(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.215.14", True), ("2606:4700::1111", True), ("10.1.2.3", False), ("172.16.0.1", False), ("::1", False),
     ("192.168.1.1", False), ("127.0.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
     ("0.0.0.0", False), ("224.0.0.1", False), ("240.0.0.1", False), ("fe80::1%eth0", False), ("fc00::1", False),
     ("ff02::1", False), ("::ffff:93.184.215.14", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
     ("2001:0:a00:1::", False), ("192.0.0.9", False), ("192.0.0.10", False), ("fec0::1", False), ("3fff::1", False),
     ("5f00::1", False)],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address, 443) is public
    assert not is_public(address, 8080)


def test_one_inside_address_spoils_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known)
    assert ask("http://example.org/", Pace(0)) == UNCLEAR


@pytest.mark.parametrize(("number", "status"), [(socket.EAI_NONAME, NO_HOST), (socket.EAI_AGAIN, UNCLEAR)])
def test_a_name_that_nobody_has(number: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert ask("https://nowhere.example/", Pace(0)) == status


def test_one_host_is_asked_slowly_and_others_meanwhile() -> None:
    pace, begun = Pace(0.2), time.monotonic()
    for host in ("a", "b", "a", "a"):
        pace.wait(host)
    assert 0.4 <= time.monotonic() - begun < 2


def test_which_links_lead_outside() -> None:
    text = (
        '[one](https://a.example/x?y=1 "t") and https://b.example/z. [in](/kb/1) <mailto:a@b.example> `https://c.example`\n\n'
        "- ![picture](https://d.example/p.png) www.e.example\n\n[one](https://a.example/x?y=1)\n\n[ref][r]\n\n[r]: http://f.example"
    )
    assert outside_links(text) == [
        "https://a.example/x?y=1", "https://b.example/z", "https://d.example/p.png", "https://www.e.example",
        "http://f.example",
    ]  # fmt: skip
