"""The commands with which an operator does what the pages do, run in this process."""

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from base.db import close, connect, execute, rows
from base.settings import get


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operated") / "data"
    made = tell(folder, "init")
    assert re.search(r"/setup\?token=\S+", made)
    tell(folder, "createadmin", "--email", "boss@hospital.example", "--password", "correct horse battery")
    assert "setup" not in tell(folder, "init")
    return folder


def call(folder: Path, *words: str, given: str | None = None) -> Result:
    unset = dict.fromkeys(("COMMONPLACE_DATABASE_URL", "COMMONPLACE_LIMIT_NUMBERS"))
    runner = CliRunner(env={"COMMONPLACE_LOG_LEVEL": "error", **unset})
    return runner.invoke(main, ["--data", str(folder), *words], input=given, catch_exceptions=False)


def tell(folder: Path, *words: str, given: str | None = None) -> str:
    done = call(folder, *words, given=given)
    assert done.exit_code == 0, done.output
    return done.stdout


def plain(folder: Path, *words: str) -> Any:
    return json.loads(tell(folder, *words, "--json"))


def in_database(folder: Path, sql: str, *values: object) -> Any:
    async def work() -> Any:
        await connect(get().database)
        try:
            return await (rows if sql.startswith("SELECT") else execute)(sql, *values)
        finally:
            await close()

    tell(folder, "settings", "get", "site_name")  # puts the settings of this folder in force
    return asyncio.run(work())


def test_people_are_looked_up_and_kept(data: Path) -> None:
    (one,) = plain(data, "user", "list")
    assert (one["email"], one["roles"]) == ("boss@hospital.example", ["admin"])
    assert plain(data, "user", "list", "--find", "nobody-of-this-name") == []
    for who in ("boss@hospital.example", "@boss", "boss", str(one["id"])):
        assert plain(data, "user", "show", who)["name"] == "Boss"
    assert "boss@hospital.example" in tell(data, "user", "show", "boss")
    assert "editor" in tell(data, "user", "role", "add", "boss", "editor")
    assert {role["role"] for role in plain(data, "user", "show", "boss")["roles"]} == {"admin", "editor"}
    tell(data, "user", "role", "remove", "boss", "editor")
    tell(data, "user", "suspend", "boss", "--reason", "Only for a test")
    assert plain(data, "user", "show", "boss")["state"] == "suspended"
    tell(data, "user", "restore", "boss")
    assert "/reset?token=" in tell(data, "user", "reset-password", "boss")
    kinds = {row["kind"]: row["actor_id"] for row in in_database(data, "SELECT kind, actor_id FROM journal_entries")}
    for kind in ("role.granted", "role.revoked", "member.suspended", "member.restored", "password.link_made"):
        assert kinds[kind] is None


def test_two_steps_are_reset(data: Path) -> None:
    none = call(data, "user", "reset-two-steps", "boss", "--reason", "Lost the phone")
    assert (none.exit_code, "does not sign in with two steps" in none.stderr) == (1, True)
    assert call(data, "user", "reset-two-steps", "boss").exit_code == 2, "a reason is needed"
    in_database(
        data,
        "INSERT INTO two_factors (member_id, secret, since, made_at) SELECT id, 'x', '2026-03-31', '2026-03-31' "
        "FROM members WHERE handle = 'boss'",
    )
    assert "password alone" in tell(data, "user", "reset-two-steps", "boss", "--reason", "Lost the phone")
    told = in_database(data, "SELECT actor_id, data FROM journal_entries WHERE kind = 'two_factor.reset'")
    assert [(one["actor_id"], json.loads(one["data"])) for one in told] == [(None, {"reason": "Lost the phone"})]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "show", "nobody"), "There is no member nobody."),
        (("user", "suspend", "boss", "--reason", "no"), "Reason needs at least 5 characters."),
        (("user", "role", "remove", "boss", "moderator"), "@boss does not have this role."),
        (("user", "role", "remove", "boss", "admin"), "Somebody has to run the site"),
        (("user", "role", "add", "boss", "admin"), "already has this role"),
        (("user", "role", "add", "boss", "community_leader"), "Please choose the region"),
        (("user", "role", "add", "boss", "editor", "--until", "soon"), "must be a date such as"),
        (("user", "restore", "boss"), "is not suspended"),
        (("org", "show", "nowhere"), "There is no organisation nowhere."),
        (("org", "create", "x"), "Name needs at least 2 characters."),
        (("org", "create", "Anybody", "--domain", "gmail.com"), "Anybody can have an address at gmail.com"),
        (("settings", "get", "nothing"), "There is no setting nothing."),
        (("settings", "set", "nothing", "1"), "There is no setting nothing."),
        (("settings", "set", "upload_scanner", "true"), "is set when the site starts"),
        (("settings", "set", "page_size", "many"), "Rows on one page must be a whole number."),
        (("settings", "set", "limit_numbers.mentions", "four"), "must be a whole number"),
        (("mail-test", "nobody"), "one whole e-mail address"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(data: Path, words: tuple[str, ...], said: str) -> None:
    done = call(data, *words)
    assert done.exit_code == 1
    assert done.stderr.startswith("commonplace: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_programs_are_told_as_json(data: Path) -> None:
    done = call(data, "user", "show", "nobody", "--json")
    assert json.loads(done.stderr) == {"error": "There is no member nobody."}


def test_organisations(data: Path) -> None:
    made = plain(data, "org", "create", "St. Anna", "--country", "nl", "--domain", "anna.example")
    assert (made["slug"], made["country"], made["domains"]) == ("st-anna", "NL", ["anna.example"])
    assert plain(data, "org", "show", "st-anna") == made
    assert [one["slug"] for one in plain(data, "org", "list")] == ["st-anna"]
    assert "St. Anna" in tell(data, "org", "list")


def test_settings_from_the_command_line(data: Path) -> None:
    assert plain(data, "settings", "get", "page_size") == {"name": "page_size", "value": 20, "from": "default"}
    assert "30" in tell(data, "settings", "set", "page_size", "30")
    assert plain(data, "settings", "get", "page_size")["from"] == "page"
    assert "page_size" in tell(data, "settings", "list", "--changed")
    tell(data, "settings", "set", "limit_numbers.mentions", "4")
    assert plain(data, "settings", "get", "limit_numbers.mentions")["value"] == 4
    tell(data, "settings", "set", "mail_password", "-", given="very secret\n")
    assert "very secret" not in tell(data, "settings", "list") + tell(data, "settings", "get", "mail_password")
    tell(data, "settings", "set", "mail_server", "smtp.example")  # who runs commands may move the password
    for name in ("page_size", "limit_numbers.mentions", "mail_password", "mail_server"):
        tell(data, "settings", "reset", name)
    assert {one["name"] for one in plain(data, "settings", "list", "--changed")} <= {"data_dir", "log_level"}


def test_a_letter_to_try(data: Path) -> None:
    assert "No mail server is set" in tell(data, "mail-test", "you@hospital.example")
    tell(data, "settings", "set", "mail_server", "127.0.0.1")
    tell(data, "settings", "set", "mail_port", "1")
    done = call(data, "mail-test", "you@hospital.example", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["ok"] is False
    tell(data, "settings", "reset", "mail_server")


def test_verify_finds_what_does_not_agree(data: Path) -> None:
    tell(data, "reindex")
    assert plain(data, "verify")["ok"] is True
    counted = "INSERT INTO organisations (slug, name, created_at) VALUES ('unindexed', 'Unindexed', '2026-01-01')"
    in_database(data, counted)
    in_database(data, "DELETE FROM journal_deliveries")
    (data / "uploads" / "ab").mkdir()
    strange = data / "uploads" / "ab" / ("c" * 62)
    strange.write_bytes(b"x")
    os.utime(strange, (1, 1))
    done = call(data, "verify", "--json")
    assert done.exit_code == 1
    found = {one["name"]: one for one in json.loads(done.stdout)["findings"]}
    assert not found["files without a row"]["ok"]
    assert not found["search index"]["ok"]
    assert found["references"]["ok"]
    assert "BAD" in call(data, "verify").stdout


def test_providers_are_added_tried_turned_off_and_removed(data: Path) -> None:
    assert plain(data, "provider", "list") == []
    made = json.loads(
        tell(data, "provider", "add", "Clinic ID", "https://127.0.0.1", "client", "--secret", "--json", given="hush\n")
    )
    assert (made["slug"], made["redirect_address"].endswith("/sign-in/with/clinic-id/return")) == ("clinic-id", True)
    (kept,) = in_database(data, "SELECT secret, is_on FROM identity_providers")
    assert ("hush" in kept["secret"], bool(kept["secret"]), bool(kept["is_on"])) == (False, True, False)
    tried = plain(data, "provider", "test", "clinic-id")
    assert "may not be asked" in tried["trouble"]
    assert "is on" in tell(data, "provider", "on", "clinic-id")
    assert "on  " in tell(data, "provider", "list")
    assert "is off" in tell(data, "provider", "off", "clinic-id")
    assert call(data, "provider", "off", "nothing").exit_code == 1
    assert call(data, "provider", "add", "Clinic ID", "https://127.0.0.1", "client").exit_code == 1
    assert "is removed" in tell(data, "provider", "remove", "clinic-id")
    assert plain(data, "provider", "list") == []
