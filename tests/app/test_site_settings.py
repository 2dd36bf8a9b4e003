"""Settings changed on the page while the site runs."""

import json
import re

import httpx2
import pytest

from app.actions.change_settings import Changes, change_settings, reset_setting
from app.kept_settings import look_at_settings
from app.models import SiteSetting
from base import settings
from base.db import rows
from base.errors import Invalid, Refused
from base.journal.models import Entry
from tests.builders import grant, member, moderator, sign_in, thread, viewer

pytestmark = pytest.mark.anyio


async def admin(client: httpx2.AsyncClient | None = None):  # type: ignore[no-untyped-def]
    found = await member("Ada Admin")
    await grant(found, "admin")
    if client is not None:
        await sign_in(client, found)
    return found


async def test_only_administrators_see_and_change_settings(client: httpx2.AsyncClient) -> None:
    for path in ("/admin/settings", "/admin/settings/site", "/admin/settings/config.toml"):
        assert (await client.get(path)).status_code == 303
    await sign_in(client, await moderator())
    for path in ("/admin/settings", "/admin/settings/site", "/admin/settings/config.toml"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post("/admin/settings/site", data={"site_name": "Mine"})).status_code == 403
    client.cookies.clear()
    await admin(client)
    assert (await client.get("/admin/settings")).status_code == 200
    assert (await client.post("/admin/settings/site", data={"site_name": "Ours"})).status_code == 303
    assert settings.get().site_name == "Ours"
    assert (await client.get("/admin/settings/nothing")).status_code == 404


async def test_a_change_shows_on_the_next_page_also_on_kept_ones(client: httpx2.AsyncClient) -> None:
    shown = await thread(title="A question that is kept", audience="public")
    path = f"/t/{shown.id}-{shown.slug}"
    assert "Commonplace" in (await client.get(path)).text
    ada = await admin()
    await change_settings(await viewer(ada), Changes(values={"site_name": "River Hospitals"}))
    text = (await client.get(path)).text
    assert "River Hospitals" in text
    assert "Commonplace" not in text
    await reset_setting(await viewer(ada), "site_name")
    assert "Commonplace" in (await client.get(path)).text


async def test_the_journal_tells_before_and_after_and_who(client: httpx2.AsyncClient) -> None:
    ada = await admin(client)
    await client.post("/admin/settings/reading", data={"page_size": "30", "was.page_size": "20"})
    entry = await Entry.get(kind="settings.changed")
    assert (entry.actor_id, entry.data) == (ada.id, {"changes": {"page_size": {"before": 20, "after": 30}}})
    text = (await client.get("/admin/settings?q=rows")).text
    assert "changed here" in text
    assert "Ada Admin" in text


async def test_what_was_not_touched_stays_as_somebody_else_has_changed_it(client: httpx2.AsyncClient) -> None:
    ada = await admin(client)
    await change_settings(await viewer(ada), Changes(values={"page_size": "50"}))
    form = {"page_size": "20", "was.page_size": "20", "session_days": "7", "was.session_days": "60"}
    await client.post("/admin/settings/reading", data=form)
    assert (settings.get().page_size, settings.get().session_days) == (50, 7)


async def test_wrong_input_is_told_beside_the_field_and_keeps_what_was_typed(client: httpx2.AsyncClient) -> None:
    await admin(client)
    answer = await client.post("/admin/settings/reading", data={"page_size": "many", "session_days": "9"})
    assert answer.status_code == 422
    assert "Rows on one page must be a whole number." in answer.text
    assert 'value="many"' in answer.text
    assert 'value="9"' in answer.text
    assert settings.get().session_days == 60
    answer = await client.post("/admin/settings/site", data={"site_name": "x" * 61})
    assert "may have at most 60 characters" in answer.text
    answer = await client.post("/admin/settings/mail", data={"mail_from": "nobody"})
    assert "one whole e-mail address" in answer.text


async def test_the_public_address_is_a_whole_one(client: httpx2.AsyncClient) -> None:
    now = settings.get()
    settings.load(data_dir=now.data_dir, database_url=now.database_url, demo=False)
    ada = await viewer(await admin())
    for wrong in ("forum.example", "ftp://forum.example", "https://forum.example/deep", "https://"):
        with pytest.raises(Invalid, match="An address is needed such as"):
            await change_settings(ada, Changes(values={"base_url": wrong}))
    await change_settings(ada, Changes(values={"base_url": "https://forum.example/"}))
    assert settings.get().address == "https://forum.example"


async def test_single_limits_where_nothing_else_decides(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMMONPLACE_LIMIT_NUMBERS")
    now = settings.get()
    settings.load(data_dir=now.data_dir, database_url=now.database_url, base_url=now.base_url, demo=False)
    await admin(client)
    await client.post("/admin/settings/limits", data={"limit_numbers.post_pause": "9"})
    assert settings.get().limit_numbers == {"post_pause": 9}
    answer = await client.post("/admin/settings/limits", data={"limit_numbers.mentions": "-1"})
    assert answer.status_code == 422
    assert "must be a whole number, 0 or more" in answer.text
    assert 'href="#f-limit_numbers-mentions"' in answer.text
    assert 'id="f-limit_numbers-mentions"' in answer.text
    await client.post("/admin/settings/limits", data={"reset": "limit_numbers.post_pause"})
    assert settings.get().limit_numbers == {}


async def test_secrets_are_never_shown_again(client: httpx2.AsyncClient) -> None:
    await admin(client)
    secret = "tunnel-orchid-forty"
    form = {"mail_server": "smtp.example", "mail_password": secret}
    assert (await client.post("/admin/settings/mail", data=form)).status_code == 303
    assert settings.get().mail_password == secret
    for path in ("/admin/settings", "/admin/settings/mail", "/admin/settings/config.toml", "/admin/journal"):
        assert secret not in (await client.get(path)).text
    stored = str(await rows("SELECT * FROM site_settings")) + str(await rows("SELECT * FROM journal_entries"))
    assert secret not in stored
    # Not even when the form is refused.
    answer = await client.post("/admin/settings/mail", data={"mail_port": "x", "mail_password": secret})
    assert answer.status_code == 422
    assert secret not in answer.text
    await client.post("/admin/settings/mail", data={"mail_password": "", "mail_port": "587"})
    assert settings.get().mail_password == secret
    await client.post("/admin/settings/mail", data={"reset": "mail_password"})
    assert settings.get().mail_password == ""


async def test_a_kept_password_is_not_sent_to_another_server(client: httpx2.AsyncClient) -> None:
    await admin(client)
    await client.post("/admin/settings/mail", data={"mail_server": "smtp.example", "mail_password": "one two three"})
    answer = await client.post("/admin/settings/mail", data={"mail_server": "evil.example"})
    assert answer.status_code == 422
    assert "Please give the password again" in answer.text
    assert settings.get().mail_server == "smtp.example"
    await client.post("/admin/settings/mail", data={"mail_server": "new.example", "mail_password": "one two three"})
    assert settings.get().mail_server == "new.example"


async def test_the_environment_and_the_file_weigh_more_than_the_page(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await admin(client)
    await change_settings(await viewer(ada), Changes(values={"tagline": "From the page", "page_size": "25"}))
    now = settings.get()
    monkeypatch.setenv("COMMONPLACE_TAGLINE", "From the environment")
    (now.data_dir / "config.toml").write_text('page_size = 40\nmail_password = "deep"\n')
    settings.load(data_dir=now.data_dir, database_url=now.database_url, base_url=now.base_url, demo=False)
    await look_at_settings()
    assert (settings.get().tagline, settings.get().page_size) == ("From the environment", 40)
    assert [settings.origin(name) for name in ("tagline", "page_size", "base_url", "log_level")] == [
        "environment", "file", "option", "default"
    ]  # fmt: skip
    text = (await client.get("/admin/settings/site")).text
    assert "Decided there, and not here." in text
    assert not re.search(r'name="tagline"', text)
    for name in ("tagline", "page_size", "mail_server"):  # the server of a password that the file holds
        with pytest.raises(Refused):
            await change_settings(await viewer(ada), Changes(values={name: "30"}))
    with pytest.raises(Refused):
        await change_settings(await viewer(ada), Changes(values={"upload_scanner": "rm -r /"}))


async def test_another_process_sees_a_change_when_it_looks(client: httpx2.AsyncClient) -> None:
    ada = await viewer(await admin())
    await change_settings(ada, Changes(values={"session_days": "5"}))
    now = settings.get()
    settings.load(data_dir=now.data_dir, database_url=now.database_url, base_url=now.base_url, demo=False)
    assert settings.get().session_days == 60  # as a process that has just been started
    await look_at_settings()
    assert settings.get().session_days == 5
    await SiteSetting.filter(name="session_days").update(value="11")
    await look_at_settings()
    assert settings.get().session_days == 11


async def test_what_does_not_fit_any_more_is_left_out(client: httpx2.AsyncClient) -> None:
    ada = await viewer(await admin())
    await change_settings(ada, Changes(values={"session_days": "5", "page_size": "25"}))
    await SiteSetting.filter(name="page_size").update(value=json.dumps(9000))
    await look_at_settings()
    assert (settings.get().session_days, settings.get().page_size) == (5, 20)


async def test_settings_are_found_and_taken_along(client: httpx2.AsyncClient) -> None:
    await admin(client)
    text = (await client.get("/admin/settings?q=smtp server")).text
    assert "mail_server" in text
    assert "page_size" not in text
    assert "No setting goes with this" in (await client.get("/admin/settings?q=unfindable")).text
    await client.post("/admin/settings/site", data={"site_name": 'Quotes " and \\ and ü'})
    taken = settings.tomllib.loads((await client.get("/admin/settings/config.toml")).text)
    assert taken["site_name"] == 'Quotes " and \\ and ü'
    assert "database_url" not in taken


async def test_several_faults_are_told_at_once(client: httpx2.AsyncClient) -> None:
    ada = await viewer(await admin())
    with pytest.raises(Invalid) as told:
        await change_settings(ada, Changes(values={"page_size": "1", "session_days": "0", "mail_from": "x"}))
    assert set(told.value.errors) == {"page_size", "session_days", "mail_from"}
