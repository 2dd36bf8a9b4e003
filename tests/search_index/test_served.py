"""The index taken from under a running server: search says so calmly, the site goes on, and it comes back."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import httpx2
import pytest

from search_index.engines.whoosh.folder import Folder
from tests.browser.served import Served, serving, wait_for
from tests.forked import run

DATABASE = "commonplace.sqlite3"
CALM = "Search is being rebuilt"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run a server with the demonstration network."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


def index_of(served: Served) -> Path:
    found = Folder(served.folder / "index").current()
    assert found
    return found


def found(client: httpx2.Client) -> int | None:
    """Return how much a search finds, None while search is away."""
    answer = client.get("/api/v1/search?q=captions")
    assert answer.status_code in (200, 503), answer.text
    return answer.json().get("total")


def _flip(served: Served) -> list[Path]:
    path = max(index_of(served).glob("*.pst"), key=lambda one: one.stat().st_size)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xa5\x5a\xa5")
    return [path]


def _cut(served: Served) -> list[Path]:
    paths = list(index_of(served).glob("MAIN_*.*"))
    for path in paths:
        os.truncate(path, path.stat().st_size // 3)
    return paths


def _remove(served: Served) -> list[Path]:
    shutil.rmtree(served.folder / "index")
    return []


def _other(served: Served) -> list[Path]:
    pointer = served.folder / "index" / "CURRENT"
    pointer.write_text("index-20200101T000000-abcdef")
    return [pointer]


def done(harm: Callable[[Served], list[Path]], served: Served) -> list[Path]:
    """Harm the index, again when the server melted one segment into another between the look and the act."""

    def harmed() -> list[list[Path]] | None:
        try:
            return [harm(served)]
        except OSError:
            return None

    return wait_for(harmed)[0]


@pytest.mark.parametrize("harm", [_flip, _cut, _remove, _other])
def test_a_damaged_index_is_rebuilt_while_the_site_goes_on(
    served: Served, harm: Callable[[Served], list[Path]]
) -> None:
    with httpx2.Client(base_url=served.address, timeout=30) as client:
        before = wait_for(lambda: found(client))
        first = index_of(served)
        harmed = done(harm, served)
        said: set[int] = set()

        def is_back() -> bool | None:
            nonlocal harmed
            page = client.get("/search?q=captions")
            said.add(page.status_code)
            assert page.status_code == 200 or (page.status_code == 503 and CALM in page.text)
            assert client.get("/").status_code == 200
            assert client.get("/search/suggest?q=capt").status_code == 200
            current = Folder(served.folder / "index").current()
            if current == first and harmed and not any(path.exists() for path in harmed):
                harmed = done(harm, served)  # it was melted into another segment at that very moment
            return (page.status_code == 200 and current not in (None, first)) or None

        wait_for(is_back, seconds=90)
        assert found(client) == before
    assert "request failed" not in served.log.read_text()


def test_the_doctor_finds_a_changed_byte(served: Served, tmp_path: Path) -> None:
    # A server that runs replaces files of its index and its database while one copies: each is asked for a whole one.
    (tmp_path / "data").mkdir()
    with closing(connect(served.folder / DATABASE)) as live, closing(connect(tmp_path / "data" / DATABASE)) as copy:
        live.backup(copy)

    def told(*words: str) -> str:
        return run("app", "--data", str(tmp_path / "data"), *words, "--json").stdout

    def finding() -> dict[str, str]:
        return next(one for one in json.loads(told("doctor"))["findings"] if one["name"] == "search index")

    assert json.loads(told("reindex"))["written"]
    assert finding()["ok"]
    current = Folder(tmp_path / "data" / "index").current()
    assert current
    for path in (next(current.glob(f"*{ending}")) for ending in (".toc", ".json", ".trm")):
        whole = path.read_bytes()
        path.write_bytes(whole[:-9] + bytes((whole[-9] ^ 1,)) + whole[-8:])
        looked = finding()
        assert not looked["ok"], path.name
        assert looked["fix"] == "commonplace reindex"
        path.write_bytes(whole)
