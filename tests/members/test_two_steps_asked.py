"""Whom the site asks for two steps, resets by administrators, and proving again who one is."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from base import settings
from base.clock import now
from base.journal.models import Entry
from members.actions.ask_two_steps import ask_two_steps
from members.actions.reset_two_steps import TwoStepsReset, reset_two_steps
from members.models import Member, RecoveryCode, RoleGrant, Session, Token, TwoFactor
from members.viewer import OPERATOR
from tests import builders as make
from tests.members.secrets_of import PASSWORD, letters, whoami, with_password
from tests.members.test_two_steps import code, first_step, with_two_steps
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
HERE = "/settings/two-steps"
NOTE = "Please set them up by"


def ask_for(whom: str, days: int = 14) -> None:
    settings.use(settings.get().model_copy(update={"two_factor_for": whom, "two_factor_grace_days": days}))


async def asked_for_days(days: int) -> None:
    await Member.all().update(two_steps_asked_at=now() - timedelta(days=days))


# Enforcement


@pytest.mark.parametrize(
    ("whom", "role", "is_asked"),
    [
        ("nobody", "admin", False),
        ("staff", "", False),
        ("staff", "community_leader", False),
        ("staff", "editor", True),
        ("staff", "moderator", True),
        ("staff", "admin", True),
        ("everybody", "", True),
    ],
)
async def test_who_is_asked(client: httpx2.AsyncClient, whom: str, role: str, is_asked: bool) -> None:
    who = await with_password(await make.member("Mara"))
    if role:
        await make.grant(who, role)
    ask_for(whom)
    assert await ask_two_steps() == int(is_asked)
    assert ((await Member.get()).two_steps_asked_at is not None) is is_asked
    await make.sign_in(client, who)
    assert (NOTE in (await client.get("/people")).text) is is_asked
    await asked_for_days(15)
    answer = await client.get("/people")
    assert (answer.status_code == 303) is is_asked
    if is_asked:
        assert answer.headers["location"] == HERE


async def test_the_day_is_noted_once_and_forgotten_with_the_rule(client: httpx2.AsyncClient) -> None:
    await make.member("Mara")
    ask_for("everybody")
    assert (await ask_two_steps(), await ask_two_steps()) == (1, 0)
    since = (await Member.get()).two_steps_asked_at
    assert await ask_two_steps() == 0
    assert (await Member.get()).two_steps_asked_at == since
    ask_for("nobody")
    await ask_two_steps()
    assert (await Member.get()).two_steps_asked_at is None
    entries = await Entry.filter(kind="two_factor.asked").order_by("id").values_list("data", flat=True)
    assert entries == [{"whom": "everybody", "asked": 1}, {"whom": "nobody", "asked": 0}]


@pytest.mark.parametrize(
    ("days", "grace", "is_held_up"), [(0, 14, False), (13, 14, False), (14, 14, True), (0, 0, True)]
)
async def test_the_days_of_grace(client: httpx2.AsyncClient, days: int, grace: int, is_held_up: bool) -> None:
    await make.sign_in(client, await make.member("Mara"))
    ask_for("everybody", grace)
    await asked_for_days(days)
    assert ((await client.get("/inbox")).status_code == 303) is is_held_up


async def test_everything_leads_to_setting_up_but_what_is_needed_for_it(client: httpx2.AsyncClient) -> None:
    who = await with_password(await make.member("Mara"))
    await make.sign_in(client, who)
    header = await make.token(who)
    ask_for("everybody")
    await asked_for_days(20)
    for path in ("/", "/inbox", "/people", "/settings", "/settings/tokens", "/t/1", "/search?q=a", "/ask", "/nothing"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, HERE), path
    assert "This site asks you to sign in with two steps" in (await client.get(HERE)).text
    assert (await client.post("/settings/profile", data={"name": "Other"})).headers["location"] == HERE
    assert (await Member.get()).name == "Mara"
    for path in ("/about", "/guidelines", "/accessibility", "/writing-help", "/search/help", HERE, "/settings/confirm"):
        assert (await client.get(path)).status_code == 200, path
    told = await client.get("/api/v1/me")
    assert (told.status_code, told.headers["content-type"]) == (403, "application/problem+json")
    assert "two steps" in told.json()["detail"]
    assert (await client.get("/api/v1/me/two-factor")).json()["due"]
    assert (await client.post("/sign-out")).headers["location"] == "/"
    assert (await client.get("/api/v1/me", headers=header)).status_code == 403, "programs, too"


async def test_setting_up_opens_everything_and_switching_off_closes_it(client: httpx2.AsyncClient) -> None:
    who = await with_password(await make.member("Mara"))
    await make.sign_in(client, who)
    ask_for("everybody")
    await asked_for_days(20)
    await with_two_steps(who)
    assert (await client.get("/inbox")).status_code == 200
    assert NOTE not in (await client.get("/inbox")).text
    assert (await client.post(f"{HERE}/off")).status_code == 303
    assert (await client.get("/inbox")).headers["location"] == HERE


async def test_pages_shared_by_members_do_not_let_them_through(client: httpx2.AsyncClient) -> None:
    mara, omar = await make.member("Mara"), await make.member("Omar")
    await make.thread("How do you answer reviews?")
    await make.sign_in(client, mara)
    assert (await client.get("/questions")).status_code == 200
    ask_for("everybody")
    await Member.filter(id=omar.id).update(two_steps_asked_at=now() - timedelta(days=20))
    assert NOTE in (await client.get("/questions")).text
    await make.sign_in(client, omar)
    assert (await client.get("/questions")).headers["location"] == HERE


async def test_nobody_is_told_on_a_shared_page_who_is_not_asked(client: httpx2.AsyncClient) -> None:
    mara, omar = await with_two_steps(await make.member("Mara")), await with_two_steps(await make.member("Omar"))
    await make.thread("How do you answer reviews?")
    ask_for("everybody")
    await asked_for_days(3)
    for who in (mara, omar, mara):
        await make.sign_in(client, who)
        page = await client.get("/questions")
        assert (page.status_code, NOTE in page.text) == (200, False)
    client.cookies.clear()
    assert NOTE not in (await client.get("/questions")).text


async def test_ordinary_pages_ask_no_more_than_before(client: httpx2.AsyncClient) -> None:
    who = await make.member("Mara")
    await make.sign_in(client, who)
    await client.get("/settings")
    with statements() as before:
        assert (await client.get("/settings/password")).status_code == 200
    ask_for("everybody")
    with statements() as after:
        assert NOTE in (await client.get("/settings/password")).text
    assert len(after) <= len(before)
    assert not [sql for sql in after if "two_factors" in sql and "FROM sessions" not in sql]


# Resets


async def lost(client: httpx2.AsyncClient) -> tuple[Member, Member]:
    ada = await with_password(await make.member("Ada Admin"))
    await make.grant(ada, "admin")
    who = await with_two_steps(await with_password(await make.member("Mara")), ("abcd-efgh-2345",))
    await Session.create(member=who, hash="x", created_at=now(), seen_at=now(), expires_at=now() + timedelta(days=1))
    await make.sign_in(client, ada)
    return ada, who


async def test_an_administrator_resets(client: httpx2.AsyncClient) -> None:
    ada, who = await lost(client)
    person = f"/admin/people/{who.id}"
    assert "Reset two-step sign-in" in (await client.get(person)).text
    wrong = await client.post(f"{person}/reset-two-steps", data={"why": "no"})
    assert (wrong.status_code, "f-why-error" in wrong.text) == (422, True)
    assert await TwoFactor.exists()
    done = await client.post(f"{person}/reset-two-steps", data={"why": "Lost the phone, was here in person"})
    assert done.headers["location"] == person
    assert not await TwoFactor.exists()
    assert not await RecoveryCode.exists()
    assert not await Session.filter(member_id=who.id, revoked_at=None).exists()
    entry = await Entry.get(kind="two_factor.reset")
    assert (entry.actor_id, entry.subject_id) == (ada.id, who.id)
    assert entry.data == {"reason": "Lost the phone, was here in person"}
    assert [mail.subject for mail in await letters(str(who.email))] == ["Your two steps at Commonplace were reset"]
    assert "Reset two-step sign-in" not in (await client.get(person)).text
    client.cookies.clear()
    answer = await client.post("/sign-in", data={"email": str(who.email), "password": PASSWORD})
    assert answer.headers["location"] == "/"


async def test_a_reset_gives_the_whole_time_again(client: httpx2.AsyncClient) -> None:
    _, who = await lost(client)
    await asked_for_days(300)
    await reset_two_steps(OPERATOR, who.id, TwoStepsReset(reason="Lost the phone"))
    assert now() - (await Member.get(id=who.id)).two_steps_asked_at < timedelta(minutes=1)  # type: ignore[operator]


async def test_who_may_reset(client: httpx2.AsyncClient) -> None:
    ada, who = await lost(client)
    door, sent = f"/api/v1/admin/people/{who.id}/two-factor/reset", {"reason": "Lost the phone"}
    with_token = await client.post(door, json=sent, headers=await make.token(ada))
    assert (with_token.status_code, await TwoFactor.exists()) == (403, True)
    assert (await client.post("/api/v1/admin/people/99999/two-factor/reset", json=sent)).status_code == 404
    assert (await client.post(door, json={"reason": ""})).status_code == 422
    await with_two_steps(ada)
    assert (await client.post(door.replace(str(who.id), str(ada.id)), json=sent)).status_code == 403, "not oneself"
    assert (await client.post(door, json=sent)).status_code == 204
    assert (await client.post(door, json=sent)).status_code == 409
    await make.sign_in(client, await make.moderator())
    assert (await client.post(door, json=sent)).status_code == 403


# Proving again who one is


async def stale(client: httpx2.AsyncClient, who: Member) -> None:
    """Sign in, and let more than a quarter of an hour pass."""
    await make.sign_in(client, who)
    await Session.all().update(created_at=now() - timedelta(minutes=16))


def fields_in(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


ACTS: list[tuple[str, dict[str, str], Callable[[], object]]] = [
    ("/settings/tokens", {"name": "Report <b>", "days": "30"}, lambda: Token.all().count()),
    (f"{HERE}/begin", {}, lambda: TwoFactor.all().count()),
    ("/admin/people/{id}/grant", {"role": "editor"}, lambda: RoleGrant.filter(role="editor").count()),
]


@pytest.mark.parametrize(("path", "form", "count"), ACTS, ids=[one[0] for one in ACTS])
async def test_what_is_sensitive_asks_again_and_goes_on(
    client: httpx2.AsyncClient, path: str, form: dict[str, str], count: Callable[[], object]
) -> None:
    who = await with_password(await make.member("Ada Admin"))
    await make.grant(who, "admin")
    await stale(client, who)
    path = path.replace("{id}", str(who.id))
    asked = await client.post(path, data=form)
    assert (asked.status_code, "Please confirm that it is you" in asked.text) == (403, True)
    assert await count() == 0  # type: ignore[misc]
    assert f'action="{path}"' in asked.text
    carried = fields_in(asked.text)
    assert carried == form, "nothing typed is lost"
    wrong = await client.post(path, data=carried | {"confirm_password": "wrong"})
    assert (wrong.status_code, "f-confirm_password-error" in wrong.text) == (422, True)
    assert fields_in(wrong.text) == form
    assert await count() == 0  # type: ignore[misc]
    done = await client.post(path, data=carried | {"confirm_password": PASSWORD})
    assert done.status_code in (200, 303)
    assert await count() == 1  # type: ignore[misc]
    assert (await Session.get(revoked_at=None)).confirmed_at is not None
    assert "Please confirm" not in (await client.post(path, data=form)).text, "the next quarter of an hour is free"


async def test_a_code_is_asked_of_who_has_two_steps(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await with_password(await make.member("Mara")))
    await stale(client, who)
    asked = await client.post(f"{HERE}/off")
    assert (asked.status_code, 'id="f-confirm_code"' in asked.text) == (403, True)
    for given in ({"confirm_password": PASSWORD}, {"confirm_code": "000000"}):
        assert (await client.post(f"{HERE}/off", data=given)).status_code == 422
        assert await TwoFactor.exists()
    change = {"current": PASSWORD, "password": "other unrelated oranges"}
    held = await client.post("/settings/password", data=change)
    assert held.status_code == 403
    assert "oranges" not in held.text, "a new password does not stand in a page"
    shown = code()
    again = await client.post("/settings/password", data=change | {"confirm_code": shown})
    assert again.status_code == 303
    await Session.all().update(confirmed_at=now() - timedelta(minutes=16))
    assert (await client.post(f"{HERE}/off", data={"confirm_code": shown})).status_code == 422, "each code once"
    assert (await client.post(f"{HERE}/off", data={"confirm_code": code(1)})).status_code == 303
    assert not await TwoFactor.exists()


async def test_a_page_asks_first_and_is_led_back_to(client: httpx2.AsyncClient) -> None:
    who = await with_password(await make.member("Mara"))
    await make.sign_in(client, who)
    await client.post(f"{HERE}/begin")
    await Session.all().update(created_at=now() - timedelta(minutes=16))
    asked = await client.get(f"{HERE}/new")
    assert 'class="qr"' not in asked.text
    assert fields_in(asked.text) == {"next": f"{HERE}/new"}
    given = {"next": f"{HERE}/new", "confirm_password": PASSWORD}
    assert (await client.post("/settings/confirm", data=given)).headers["location"] == f"{HERE}/new"
    assert 'class="qr"' in (await client.get(f"{HERE}/new")).text
    away = await client.post("/settings/confirm", data=given | {"next": "//evil.test"})
    assert away.headers["location"] == "/settings"


async def test_guessing_at_an_unattended_screen_is_limited_and_loses_nothing(client: httpx2.AsyncClient) -> None:
    await stale(client, await with_password(await make.member("Mara")))
    form = {"name": "Report", "days": "30", "confirm_password": "wrong"}
    answers = [await client.post("/settings/tokens", data=form) for _ in range(7)]
    assert [one.status_code for one in answers] == [422] * 6 + [429]
    assert fields_in(answers[-1].text) == {"name": "Report", "days": "30"}


async def test_by_json(client: httpx2.AsyncClient) -> None:
    who = await with_password(await make.member("Mara"))
    await stale(client, who)
    held = await client.post("/api/v1/me/tokens", json={"name": "x"})
    assert (held.status_code, held.json()["title"]) == (403, "Please confirm that it is you")
    assert (await client.post("/api/v1/me/confirmation", json={"password": "no"})).status_code == 422
    assert (await client.post("/api/v1/me/confirmation", json={"password": PASSWORD})).status_code == 204
    assert (await client.post("/api/v1/me/tokens", json={"name": "x"})).status_code == 201


async def test_signing_in_with_a_code_counts_as_proof(client: httpx2.AsyncClient) -> None:
    who = await with_two_steps(await with_password(await make.member("Mara")))
    where = await first_step(client, who)
    state = where.partition("state=")[2].partition("&")[0]
    await client.post("/sign-in/code", data={"state": state, "code": code()})
    assert await whoami(client) == who.handle
    assert (await client.post("/settings/tokens", data={"name": "x"})).status_code == 200
