"""Rows of a dump, cut out of whatever the file holds."""

from pathlib import Path

import pytest

from app.stackexchange.dump import rows_of


def read(folder: Path, content: bytes) -> tuple[list[dict[str, str]], list[str]]:
    file = folder / "Posts.xml"
    file.write_bytes(content)
    said: list[str] = []
    return list(rows_of(file, said.append)), said


HEAD = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE posts SYSTEM "posts.dtd">\n<posts>\n'


def test_rows_are_read_with_their_entities(tmp_path: Path) -> None:
    found, said = read(tmp_path, HEAD + b'  <row Id="1" Body="&lt;p&gt;a &amp; b&#xA;\xc3\xa9&lt;/p&gt;" />\n</posts>')
    assert found == [{"Id": "1", "Body": "<p>a & b\né</p>"}]
    assert said == []


@pytest.mark.parametrize(
    "broken",
    [
        b'<row Id="2" Body="never closed',
        b'<row Id="2" Body=unquoted />',
        b'<row Id="2" Body="a < b" />',
        b'<row Id="2" Id="2" />',
        b'<row Id="2" Body="&nosuchentity;" />',
        b'<row Id="2" ',
    ],
)
def test_a_broken_row_costs_only_itself(tmp_path: Path, broken: bytes) -> None:
    found, said = read(tmp_path, HEAD + b'<row Id="1" />\n' + broken + b'\n<row Id="3" />\n</posts>')
    assert [row["Id"] for row in found] == ["1", "3"]
    assert len(said) == 1
    assert "row 2" in said[0]


def test_a_file_that_breaks_off_gives_what_was_whole(tmp_path: Path) -> None:
    found, said = read(tmp_path, HEAD + b'<row Id="1" />\n<row Id="2" Body="and then the disk was')
    assert [row["Id"] for row in found] == ["1"]
    assert len(said) == 1


def test_rows_longer_than_a_block_and_across_blocks(tmp_path: Path) -> None:
    rows = b"".join(b'<row Id="%d" Body="%s" />\n' % (n, b"x" * 5_000) for n in range(60))
    long = b'<row Id="long" Body="%s" />' % (b"y" * 300_000)
    found, said = read(tmp_path, HEAD + rows + long + b"</posts>")
    assert len(found) == 61
    assert len(found[-1]["Body"]) == 300_000
    assert said == []


def test_entity_bombs_are_not_even_read(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>\n<p><row Id="1" Body="&b;" /><row Id="2" /></p>'
    found, said = read(tmp_path, bomb)
    assert [row["Id"] for row in found] == ["2"]
    assert len(said) == 1


@pytest.mark.parametrize("content", [b"", HEAD + b"</posts>", b"not xml at all"])
def test_a_file_without_rows_is_said_to_have_none(tmp_path: Path, content: bytes) -> None:
    found, said = read(tmp_path, content)
    assert found == []
    assert said == ["Posts.xml has no rows."]


def test_utf16_and_control_characters(tmp_path: Path) -> None:
    found, _ = read(tmp_path, '<posts><row Id="1" Body="é\x01" /></posts>'.encode("utf-16"))
    assert found == [{"Id": "1", "Body": "é"}]
