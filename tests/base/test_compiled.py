"""Compiled templates in the data folder: kept for the next start, and done without when they cannot be."""

import marshal
from pathlib import Path

import jinja2
import pytest

from base.web.compiled import NAME, Compiled, compiled_in


def _drawn(folder: Path, text: str = "Hello {{ name }}") -> str:
    environment = jinja2.Environment(
        loader=jinja2.DictLoader({"one.html": text}), bytecode_cache=compiled_in(folder), autoescape=True
    )
    return environment.get_template("one.html").render(name="Ana")


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _drawn(tmp_path) == "Hello Ana"
    assert len(list((tmp_path / NAME).iterdir())) == 1
    monkeypatch.setattr(jinja2.Environment, "_parse", lambda *_: pytest.fail("it was compiled again"))
    assert _drawn(tmp_path) == "Hello Ana"


def test_a_template_that_changed_is_compiled_anew(tmp_path: Path) -> None:
    assert _drawn(tmp_path) == "Hello Ana"
    assert _drawn(tmp_path, "Bye {{ name }}") == "Bye Ana"


@pytest.mark.parametrize("harm", ["cut", "torn", "other", "folder"])
def test_what_cannot_be_read_is_compiled_anew(tmp_path: Path, harm: str) -> None:
    _drawn(tmp_path)
    file = next((tmp_path / NAME).iterdir())
    if harm == "folder":
        file.unlink()
        file.mkdir()
    else:
        whole = file.read_bytes()
        start = whole.index(b".\xe3") + 1  # where the code begins, behind the checksum
        harmed = {"cut": whole[:-20], "torn": whole[:40] + b"?", "other": whole[:start] + marshal.dumps("no code")}
        file.write_bytes(harmed[harm])
    assert _drawn(tmp_path) == "Hello Ana"


def test_a_full_disk_keeps_nobody_from_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    assert _drawn(tmp_path) == "Hello Ana"
    assert list((tmp_path / NAME).iterdir()) == []


def test_without_a_folder_there_is_no_memory(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("something else")
    assert compiled_in(tmp_path) is None
    assert _drawn(tmp_path) == "Hello Ana"
    assert isinstance(compiled_in(tmp_path / "."), type(None))
    (tmp_path / NAME).unlink()
    assert isinstance(compiled_in(tmp_path), Compiled)
