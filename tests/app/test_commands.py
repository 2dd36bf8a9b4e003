"""The commands, each run as an operator runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.test_stackexchange import dump
from tests.forked import ROOT, run


def commonplace(data: Path, *words: str, code: int = 0) -> str:
    done = run("app", "--data", str(data), *words, env=environment(), cwd=data.parent)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def from_the_beginning(data: Path, *words: str) -> str:
    command = [sys.executable, "-m", "app", "--data", str(data), *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment(), cwd=data.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    given = {**os.environ, "PYTHONPATH": str(ROOT), "COMMONPLACE_LOG_LEVEL": "error"}
    return {name: value for name, value in given.items() if name != "COMMONPLACE_DATABASE_URL"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "data"
    from_the_beginning(folder, "init")
    return folder


def test_init_makes_a_closed_folder(data: Path) -> None:
    assert {"commonplace.sqlite3", "index", "uploads", "mail", "backups"} <= {path.name for path in data.iterdir()}
    assert data.stat().st_mode & 0o077 == 0
    assert "Nothing to do" in from_the_beginning(data, "migrate")


def test_an_import_an_admin_a_token_a_check_and_an_export(data: Path, tmp_path: Path) -> None:
    report = json.loads(commonplace(data, "import", "stackexchange", str(dump(tmp_path)), "--json"))
    assert report["made"]["questions"] == 2
    words = ("createadmin", "--email", "Boss@Hospital.example", "--password", "correct horse battery")
    assert json.loads(commonplace(data, *words, "--json"))["email"]
    token = commonplace(data, "token", "create", "--member", "boss@hospital.example").strip()
    assert len(token) > 30
    assert "\n" not in token
    findings = json.loads(from_the_beginning(data, "doctor", "--json"))
    assert findings["ok"], findings
    made = json.loads(commonplace(data, "export", str(tmp_path / "site.zip"), "--json"))
    assert made["rows"] > 20
    assert json.loads(commonplace(data, "reindex", "--json"))["written"] >= 6
    assert json.loads(commonplace(data, "relink", "--json"))["mended"] == 0
    assert "texts with links to practices looked at" in commonplace(data, "relink")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("import", "stackexchange", "/nowhere"), 1, "There is no folder"),
        (("token", "create", "--member", "nobody"), 1, "There is no member nobody"),
        (("createadmin", "--email", "nonsense", "--password", "correct horse battery"), 1, "address"),
        (("createadmin", "--email", "a@b.example", "--password", "short"), 1, "10"),
        (("export",), 2, "Missing argument"),
        (("unknown",), 2, "No such command"),
        (("demo", "--sideways"), 2, "No such option"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(data: Path, words: tuple[str, ...], code: int, said: str) -> None:
    error = commonplace(data, *words, code=code)
    assert said in error
    assert "Traceback" not in error


def test_demonstration_sign_ins_stay_on_this_machine(tmp_path: Path) -> None:
    data = tmp_path / "data"
    commonplace(data, "demo")
    error = commonplace(data, "serve", "--host", "0.0.0.0", "--port", "0", code=1)
    assert "demonstration sign-ins" in error
    assert "threads" in commonplace(data, "demo", "--remove")
    assert "no demonstration" in commonplace(data, "demo", "--remove")


@pytest.mark.parametrize("words", [("doctor",), ("verify",), ("backup",), ("user", "show", "x"), ("reindex",)])
def test_without_a_data_folder_a_command_says_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = commonplace(tmp_path / "none", *words, code=1)
    assert said == f"commonplace: There is no data folder {tmp_path / 'none'}; `commonplace init` makes one.\n"
    assert not (tmp_path / "none").exists()
