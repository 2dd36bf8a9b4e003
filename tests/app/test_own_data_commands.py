"""Own data from the command line, for those who cannot do it on the site."""

import json
import zipfile
from pathlib import Path

from tests.app.test_operator_commands import call, data, in_database, plain, tell  # noqa: F401 - a fixture

ADA = "ada@hospital.example"


def test_somebody_is_handed_a_copy_and_erased(data: Path, tmp_path: Path) -> None:  # noqa: F811
    tell(data, "createadmin", "--email", ADA, "--password", "correct horse battery")
    file = tmp_path / "ada.zip"
    made = plain(data, "user", "export", ADA, str(file))
    assert made["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("data/profile.json"))[0]["email"] == ADA
    assert "there already" in call(data, "user", "export", ADA, str(file)).output
    assert call(data, "user", "erase", ADA).exit_code == 2  # a reason is asked for
    refused = call(data, "user", "erase", ADA, "--reason", "Asked for by letter")
    assert (refused.exit_code, "Take the role away first" in refused.output) == (1, True)
    plain(data, "user", "role", "remove", ADA, "admin")
    done = plain(data, "user", "erase", ADA, "--reason", "Asked for by letter", "--withdraw")
    (row,) = in_database(data, "SELECT name, email, state FROM members WHERE id = ?", done["id"])
    assert (row["name"], row["email"], row["state"]) == ("Former member", None, "gone")
    assert plain(data, "user", "erase-again")["erased"] == 0
    assert call(data, "user", "export", str(done["id"]), str(tmp_path / "other.zip")).exit_code == 1


def test_an_administrator_is_not_erased_and_the_last_one_stays_one(data: Path) -> None:  # noqa: F811
    refused = call(data, "user", "erase", "boss@hospital.example", "--reason", "By mistake")
    assert (refused.exit_code, "Take the role away first" in refused.output) == (1, True)
    assert call(data, "user", "role", "remove", "boss@hospital.example", "admin").exit_code == 1
