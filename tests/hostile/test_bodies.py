"""Bodies and headers that no browser sends: a clear refusal with the strict headers, and never a failure."""

from collections.abc import Iterator
from typing import Final

import httpx2
import pytest

from base.web.guards import HEADERS, MOST_BYTES
from base.web.inputs import MOST_FIELDS

pytestmark = pytest.mark.anyio

_EDGE: Final = "edge"
_MULTIPART: Final = f"multipart/form-data; boundary={_EDGE}"
_FORM: Final = "application/x-www-form-urlencoded"


def part(name: str, value: str, more: str = "") -> str:
    return f'--{_EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n{more}\r\n{value}\r\n'


def bodies() -> Iterator[tuple[str, str, bytes]]:
    end = f"--{_EDGE}--\r\n"
    yield "too many fields", _MULTIPART, ("".join(part(f"f{n}", "x") for n in range(MOST_FIELDS + 1)) + end).encode()
    yield "a field too large", _MULTIPART, (part("email", "x" * (1024 * 1024 + 1)) + end).encode()
    yield "a part with many headers", _MULTIPART, (part("email", "x", "X: y\r\n" * 500) + end).encode()
    yield "a part with a long header", _MULTIPART, (part("email", "x", f"X: {'y' * 100_000}\r\n") + end).encode()
    yield "a file where none is taken", _MULTIPART, (part('f"; filename="a.txt', "x") + end).encode()
    yield "no boundary", "multipart/form-data", b"x"
    yield "a boundary that never comes", _MULTIPART, b"--other\r\n\r\nx\r\n--other--\r\n"
    yield "an end that never comes", _MULTIPART, part("email", "x").encode()
    yield "bytes that are no UTF-8", _MULTIPART, (part("email", "x") + end).encode().replace(b"x", b"\xff\xfe\x00")
    yield "a name that is no UTF-8", _MULTIPART, (part("email", "x") + end).encode().replace(b"email", b"\xc3\x28")
    yield "an unknown charset", f"{_MULTIPART}; charset=no-such", (part("email", "x") + end).encode()
    yield "many fields in a line", _FORM, b"&".join(b"a%d=1" % n for n in range(5_000))
    yield "broken escapes", _FORM, b"email=%ff%fe%00%zz%&password=%"
    yield "a field in a line too large", _FORM, b"email=" + b"x" * (1024 * 1024 + 1)
    yield "deep brackets", "application/json", b"[" * 100_000
    yield "a deep tree", "application/json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    yield "no JSON", "application/json", b"\xff\xfe{"
    yield "a huge number", "application/json", b'{"email": ' + b"9" * 50_000 + b"}"
    yield "a name twice", "application/json", b'{"email": "a", "email": "b"}'
    yield "more than is taken", _FORM, b"x" * (MOST_BYTES + 1)


def check(answer: httpx2.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text[:300]
    for name, value in HEADERS:
        assert answer.headers[name] == value


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/threads"])
@pytest.mark.parametrize(("what", "kind", "body"), [pytest.param(*one, id=one[0]) for one in bodies()])
async def test_odd_bodies_are_refused(client: httpx2.AsyncClient, path: str, what: str, kind: str, body: bytes) -> None:
    check(await client.post(path, content=body, headers={"Content-Type": kind}))


@pytest.mark.parametrize("value", [b"\xff\xfe", b"a\x01b", b"x" * 8000, b"=;=;,,;q=9", b"a" * 300 + b";q=0.x", b"%00"])
@pytest.mark.parametrize(
    "name",
    [
        "Accept", "Accept-Language", "Accept-Encoding", "Authorization", "Cookie", "Origin", "Referer", "User-Agent",
        "If-None-Match", "If-Modified-Since", "Range", "X-Forwarded-For", "X-Forwarded-Proto", "Sec-Fetch-Site",
        "Content-Type", "Forwarded",
    ],
)  # fmt: skip
async def test_odd_headers_change_nothing(client: httpx2.AsyncClient, name: str, value: bytes) -> None:
    answer = await client.get("/", headers=[(name.encode(), value)])
    assert answer.status_code in (200, 206, 401), answer.text[:300]
    for header, strict in HEADERS:
        assert answer.headers[header] == strict


@pytest.mark.parametrize(
    "next_", ["/a%0d%0aSet-Cookie:%20a=b", "//evil.example", "https://evil.example", "/\\evil", "/\t/e"]
)
async def test_nothing_sent_becomes_a_header(client: httpx2.AsyncClient, next_: str) -> None:
    for path in (f"/sign-in?next={next_}", f"/search?q={next_}", f"/t/1-{next_.replace('/', '%2f')}", f"/x{next_}"):
        answer = await client.get(path.replace("\\", "%5c").replace("\t", "%09"))
        assert "set-cookie" not in answer.headers or "a=b" not in answer.headers["set-cookie"]
        assert "evil" not in answer.headers.get("location", "").partition("?")[0]


@pytest.mark.parametrize(
    "path", ["/", "/static/none.css", "/static/favicon.svg", "/healthz", "/no/such", "/api/v1/none"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "TRACE", "OPTIONS", "HEAD", "NONSENSE"])
async def test_every_answer_has_the_strict_headers(client: httpx2.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code < 500
    for name, value in HEADERS:
        assert answer.headers[name] == value, (method, path)
