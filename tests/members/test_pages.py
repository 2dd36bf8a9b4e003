"""Every page of members/: sound HTML for everybody who may see it, and hostile text stays text."""

from datetime import timedelta

import httpx2
import pytest
from starlette.routing import Route

from base.clock import now
from members.actions.notify import notify
from members.models import Member, Session, Token
from members.pages import ROUTES
from tests import builders as make
from tests.members.outline import faults_of, links_of
from tests.members.secrets_of import CHEAP, JOINING, letters, link_in

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
HOSTILE = "<img src=x onerror=alert(1)>\"'"
PUBLIC = [
    "/sign-in", "/sign-in?next=/inbox", "/join", "/join/sent", "/join/confirm", "/forgot", "/forgot?sent=1", "/reset",
    "/unsubscribe", "/people", "/people?q=x", "/people/mara", "/organisations", "/organisations?q=nothing",
    "/organisations/hostile", "/regions", "/regions/hostile",
]  # fmt: skip
OWN = [
    "/inbox", "/inbox?show=unread", "/settings", "/settings/profile", "/settings/profile?welcome=1",
    "/settings/notices", "/settings/password", "/settings/sessions", "/settings/tokens",
    "/settings/two-steps", "/settings/confirm", "/settings/confirm?next=/settings/tokens",
]  # fmt: skip
ADMIN = ["/admin/people", "/admin/people?q=nothing", "/admin/people/{id}"]


async def hostile() -> Member:
    """Fill every text that members/ shows with something that would run if it could."""
    region = await make.region(HOSTILE, slug="hostile", about=HOSTILE)
    there = await make.organisation(HOSTILE, slug="hostile", region=region, about=HOSTILE, website=HOSTILE)
    platform = await make.platform(HOSTILE, "alias", slug="hostile")
    mara = await make.member(
        HOSTILE, at=there, platforms=[platform], handle="mara", title=HOSTILE, bio=HOSTILE, password_hash=CHEAP
    )
    await make.grant(mara, "admin")
    await make.grant(mara, "community_leader", "region", region.id)
    dates = {"created_at": now(), "seen_at": now(), "expires_at": now() + timedelta(days=1)}
    await Session.create(member=mara, hash="a", device=HOSTILE, address=HOSTILE, **dates)
    await Token.create(member=mara, hash="b", name=HOSTILE, created_at=now())
    for number in range(2):
        told = {"kind": "answer", "group": HOSTILE, "subject": HOSTILE, "text": HOSTILE, "reason": HOSTILE}
        await notify([mara.id], key=f"k{number}", url="/t/1", because="own", actor_id=None, **told)
    return mara


async def test_pages_are_sound_for_everybody(client: httpx2.AsyncClient) -> None:
    mara, guest = await hostile(), await make.member("Guest")
    staged = await make.member("Staged", state="staged")
    suspended = await make.member("Suspended", state="suspended")
    paths = [path.replace("{id}", str(one.id)) for path in ADMIN for one in (mara, staged, suspended, guest)]
    for who, seen in ((None, PUBLIC), (guest, PUBLIC + OWN), (mara, PUBLIC + OWN + paths)):
        if who is not None:
            await make.sign_in(client, who)
        for path in seen:
            answer = await client.get(path)
            if answer.status_code == 303 and who is not None:
                continue
            assert answer.status_code in (200, 422), (path, answer.text)
            assert faults_of(answer.text) == [], path
            assert "<img" not in answer.text, path


async def test_forms_that_come_back_are_sound(client: httpx2.AsyncClient) -> None:
    mara = await hostile()
    for path in ("/join", "/join/again", "/join/confirm", "/forgot", "/reset", "/sign-in"):
        given = {"name": HOSTILE, "email": HOSTILE, "role": HOSTILE, "token": HOSTILE, "password": "x", "next": HOSTILE}
        answer = await client.post(path, data=given)
        assert answer.status_code == 422, path
        assert faults_of(answer.text) == [], path
        assert "<img" not in answer.text, path
    await make.sign_in(client, mara)
    person = f"/admin/people/{mara.id}"
    for path in ("/settings/profile", "/settings/password", "/settings/tokens", f"{person}/grant", f"{person}/place"):
        given = {"name": "", "role": HOSTILE, "platforms": HOSTILE, "current": "", "days": HOSTILE, "until": HOSTILE}
        answer = await client.post(path, data=given)
        assert answer.status_code == 422, path
        assert faults_of(answer.text) == [], path
        assert "<img" not in answer.text, path


async def test_no_link_of_ours_is_broken(client: httpx2.AsyncClient) -> None:
    mara = await hostile()
    await client.post("/join", data=JOINING)
    seen = [link_in((await letters())[0], "/join/confirm")]
    await make.sign_in(client, mara)
    ours = (
        "/people",
        "/organisations",
        "/regions",
        "/settings",
        "/inbox",
        "/admin/people",
        "/join",
        "/forgot",
        "/sign-in",
    )
    todo, done = [*PUBLIC, *OWN, *seen, "/admin/people"], set()
    while todo:
        path = todo.pop()
        if path in done or not path.startswith(ours):
            continue
        done.add(path)
        answer = await client.get(path)
        assert answer.status_code in (200, 303) or path in PUBLIC or path in seen, path
        todo += [link.partition("#")[0] for link in links_of(answer.text)]
    assert len(done) > 25


async def test_every_route_has_a_test(client: httpx2.AsyncClient) -> None:
    """A route that no test names is a route that nobody tries."""
    from pathlib import Path

    written = "".join(file.read_text() for file in Path(__file__).parents[1].rglob("test_*.py"))
    for route in ROUTES:
        assert isinstance(route, Route)
        words = [part for part in route.path.split("/") if part and not part.startswith("{")]
        assert words[-1] in written, route.path


async def test_writing_from_another_site_is_refused(client: httpx2.AsyncClient) -> None:
    for route in [route for route in ROUTES if isinstance(route, Route)]:
        if "POST" not in (route.methods or ()):
            return
        path = route.path.replace("{id:int}", "1")
        answer = await client.post(path, headers={"origin": "https://evil.test", "sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
