"""Holes in pages: what is put in is escaped, arrives packed or plain, and nobody can write a hole."""

import gzip
from dataclasses import dataclass
from secrets import token_urlsafe

import pytest

from base.web import holes
from base.web.holes import cut, hole


@dataclass(frozen=True)
class _Reader:
    name: str


@pytest.fixture(autouse=True)
def _fillers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(holes.FILLERS, "test.name", lambda reader: reader.name)
    monkeypatch.setitem(holes.FILLERS, "test.key", lambda reader: token_urlsafe(8))


@pytest.mark.parametrize("name", ["Ana", "", "Özgür 😀", "<b>&\"'", "x" * 60_000, "\ue000name\ue001"])
def test_what_is_put_in_arrives_packed_and_plain(name: str) -> None:
    page = f"<p>{hole('test.name')}</p>{'words that repeat, ' * 4000}<i>{hole('test.name')}</i>"
    holed = cut(page.encode())
    fillings = holed.filled(_Reader(name))
    text = holed.text(fillings)
    assert gzip.decompress(holed.gzip(fillings)) == text
    shown = (
        name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    )
    assert text.decode() == f"<p>{shown}</p>{'words that repeat, ' * 4000}<i>{shown}</i>"


def test_a_page_without_holes_is_itself() -> None:
    holed = cut(b"nothing of anybody")
    assert holed.text(holed.filled(_Reader("Ana"))) == b"nothing of anybody"
    assert gzip.decompress(holed.gzip([])) == b"nothing of anybody"


def test_one_value_for_a_name_and_another_for_the_next_reader() -> None:
    holed = cut(f"{hole('test.key')} {hole('test.key')}".encode())
    first, second = holed.text(holed.filled(_Reader("Ana"))).split()
    assert first == second
    assert holed.text(holed.filled(_Reader("Ana"))).split()[0] != first


def test_nobody_writes_a_hole() -> None:
    holed = cut("\ue000test.name\ue001".encode())
    assert holed.names == ()


def test_what_is_too_long_for_a_hole_is_refused() -> None:
    holed = cut(str(hole("test.name")).encode())
    with pytest.raises(ValueError, match="too long"):
        holed.gzip(holed.filled(_Reader("x" * 70_000)))
