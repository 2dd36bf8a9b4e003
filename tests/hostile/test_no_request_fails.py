"""Whatever is put into an address, a query, a form or a JSON body: the site says what is wrong, and never fails.

Each place gets a few of the odd values in turn; with COMMONPLACE_HOSTILE=full it gets many.
"""

import json
import os
import re
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.routing import Route

from app.create import create_app
from app.wiring import SOURCES
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests.hostile.conftest import Site
from tests.hostile.test_rights_of_routes import filled_in, table

_FULL: Final = os.environ.get("COMMONPLACE_HOSTILE") == "full"
_NUMBERS: Final = ("0", "3000000000", "9223372036854775808", "1" * 5000, "007")
_WORDS: Final = (
    "a%00b", "%ED%A0%80", "%F0%9F%92%A9", "..%2f..%2fetc", "%2e%2e", "a%0d%0aX:%20y", "x" * 3000, "'%20OR%201=1--",
    "%25", "%", "%3Cscript%3E", "%E2%80%AE", "%C2%B2", "-1", "%7B%7B7*7%7D%7D", "9" * 30,
)  # fmt: skip
_QUERY: Final = (
    *_WORDS, "", "9223372036854775808", "-9223372036854775809", "1e999", "%D9%A1", "NaN", "a%0Ab", "(" * 400,
)  # fmt: skip
_NAMES: Final = (
    "q", "page", "limit", "type", "tag", "platform", "organisation", "author", "sort", "state", "draft", "quote",
    "thread", "version", "from", "to", "title", "next", "tab", "lane", "token", "place", "unread", "country", "region",
    "role", "kind", "audience", "language", "category", "year", "since", "until", "query", "text",
)  # fmt: skip
_FORM: Final = (
    "", " ", "\x00", "a\x00b", "a\r\nBcc: x@example.org", "x" * 40_000, "\u202e\u200b", "²", "9223372036854775808",
    "-1", "1e999", "NaN", "%s%n", "${7*7}", "'; DROP TABLE posts; --", "../../etc/passwd", "0000-00-00", "9999-99-99",
    "9" * 5000, "\U0001f4a9" * 200, "<script>", "(" * 500, "@" * 500, "[" * 2000 + "]" * 2000, "> " * 600 + "x",
)  # fmt: skip
_JSON: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308, "", "\x00", "\ud800", "a\udfffb", [], [[]],
    {}, {"a": {"b": [None]}}, ["\ud800"], [None], [1, "x", {}], {"\ud800": "\ud800"}, "x" * 40_000, ["x"] * 500, "²",
)  # fmt: skip


_ENDLESS: Final = ("/inbox/events",)


def _some(values: tuple[Any, ...], taken: Iterator[int], few: int) -> Iterator[Any]:
    """Return the next few values, so that all have their turn somewhere; many more of them in a full run."""
    for place in islice(taken, min(len(values), few * 8 if _FULL else few)):
        yield values[place % len(values)]


def _paths() -> Iterator[tuple[str, str]]:
    turn = cycle(range(10_000))
    for route in create_app().routes:
        if not isinstance(route, Route) or "{" not in route.path:
            continue
        parts = re.findall(r"{[^}]*}", route.path)
        for odd_one in range(len(parts)):
            for odd in _some(_NUMBERS if ":" in parts[odd_one] else _WORDS, turn, 3):
                path = route.path
                for place, part in enumerate(parts):
                    path = path.replace(part, odd if place == odd_one else "1" if ":" in part else "question", 1)
                for method in sorted((route.methods or set()) - {"HEAD"}):
                    yield method, path


def _queries() -> Iterator[tuple[str, str]]:
    turn = cycle(range(10_000))
    for name in ("rights_of_pages.txt", "rights_of_doors.txt"):
        for path in dict.fromkeys(row.path.partition("?")[0] for row in table(name) if row.method == "GET"):
            # What goes on for ever unless it is asked for one answer is asked for one.
            first = "once=1&" if path in _ENDLESS else ""
            for parameter in _NAMES:
                for odd in _some(_QUERY, turn, 1):
                    yield path, f"{first}{parameter}={odd}"


def _bodies(odds: tuple[Any, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    turn = cycle(range(10_000))
    for name in ("rights_of_pages.txt", "rights_of_doors.txt"):
        for row in table(name):
            for field in row.body or ():
                for odd in _some(odds, turn, 3):
                    yield row.method, row.path, {**row.body, field: odd}


async def _failures(site: Site, requests: list[tuple[str, str, dict[str, Any]]]) -> list[str]:
    found: list[str] = []
    for number, (method, path, more) in enumerate(requests):
        if number % 500 == 0:
            await site.begin()  # what was done to the cast until here is undone
        for who in ("admin", "visitor") if method == "GET" else ("admin",):
            answer = await site.ask(who, method, path, **more)
            # No journal works during these tests: not to be ready is the right answer there.
            if answer.status_code >= 500 and not (path.startswith("/readyz") and answer.status_code == 503):
                found.append(f"{answer.status_code} {method} {path[:120]} {str(more)[:200]}")
    return found


def _told(failures: list[str]) -> str:
    return f"{len(failures)} failed:\n" + "\n".join(failures[:60])


async def test_odd_addresses(site_of_cast: Site) -> None:
    failures = await _failures(site_of_cast, [(method, path, {}) for method, path in _paths()])
    assert not failures, _told(failures)


async def test_numbers_that_no_table_holds_are_of_nothing(site_of_cast: Site) -> None:
    for path in ("/t/{}", "/kb/{}", "/api/v1/threads/{}", "/api/v1/articles/{}", "/t/{}-x", "/t/1/posts/{}"):
        for number in ("9223372036854775807", "9223372036854775808", "99999999999999999999", "1" * 5000, "3000000000"):
            assert (await site_of_cast.ask("admin", "GET", path.format(number))).status_code == 404


async def test_odd_queries(site_of_cast: Site, tmp_path: Path) -> None:
    async with running(WhooshEngine(tmp_path / "index", memory_mb=32)):
        await rebuild(SOURCES)
        asked = [("GET", f"{site_of_cast.world.path(path)}?{query}", {}) for path, query in _queries()]
        failures = await _failures(site_of_cast, asked)
    assert not failures, _told(failures)


@pytest.mark.parametrize("kind", ["form", "json"])
async def test_odd_bodies(site_of_cast: Site, kind: str) -> None:
    requests = []
    for method, path, body in _bodies(_FORM if kind == "form" else _JSON):
        given = filled_in(body, site_of_cast.world)
        if kind == "form":
            more: dict[str, Any] = {"data": given}
        else:  # written by hand: libraries refuse to write half of a surrogate pair
            more = {"content": json.dumps(given).encode(), "headers": {"content-type": "application/json"}}
        requests.append((method, site_of_cast.world.path(path), more))
    failures = await _failures(site_of_cast, requests)
    assert not failures, _told(failures)


@pytest.mark.parametrize(
    "body", [rb'{"body": "\ud800"}', rb'{"\udfff": ""}', b'{"body": NaN}', b"[" * 100_000, b"\xff", b'"x"']
)
async def test_what_is_no_json_is_said_to_be_none(site_of_cast: Site, body: bytes) -> None:
    for path in ("/preview", "/api/v1/preview"):
        headers = {"content-type": "application/json"}
        answer = await site_of_cast.ask("member", "POST", path, content=body, headers=headers)
        assert answer.status_code == 422


async def test_what_is_left_out_of_the_number_of_a_version_is_the_published_one(site_of_cast: Site) -> None:
    path = site_of_cast.world.path("/api/v1/articles/{practice}/revisions/0/restore")
    assert (await site_of_cast.ask("editor", "POST", path)).status_code == 201


async def test_nul_is_in_nothing_that_is_asked_or_sent(site_of_cast: Site) -> None:
    for path in ("/practices?tag=a%00b", "/search?q=%00", "/search?q=%%0000&page=%001", "/questions?platform=%00"):
        assert (await site_of_cast.ask("editor", "GET", path)).status_code == 200, path
    path = site_of_cast.world.path("/kb/{draft}/edit")
    assert (await site_of_cast.ask("editor", "POST", path, data={"do": "find", "q": "a\0b"})).status_code == 303
