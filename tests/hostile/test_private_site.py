"""A private site answers nobody but those who belong to the network: every route of the application is asked."""

import re
from typing import Any, Final

import httpx2
import pytest
from starlette.routing import Route

from app.create import create_app
from base import settings
from base.db import execute
from tests.hostile.conftest import Site
from tests.hostile.test_rights_of_routes import table

pytestmark = pytest.mark.anyio
# These, and no others, answer a visitor of a private site.
DOORS: Final = {
    "GET /sign-in", "POST /sign-in", "GET /sign-in/code", "POST /sign-in/code", "POST /sign-out",
    "GET /join", "POST /join", "GET /join/sent", "POST /join/again", "GET /join/confirm", "POST /join/confirm",
    "POST /sign-in/passkey", "GET /sign-in/with/{slug}", "GET /sign-in/with/{slug}/return", "GET /sign-in/link",
    "POST /sign-in/link", "POST /sign-in/link/letter", "GET /api/v1/session/ways", "POST /api/v1/session/passkey",
    "POST /api/v1/session/passkey/options", "POST /api/v1/session/code/options",
    "GET /forgot", "POST /forgot", "GET /reset", "POST /reset", "GET /unsubscribe", "POST /unsubscribe",
    "GET /invitation/{token}", "POST /invitation/{token}", "GET /about", "GET /guidelines", "GET /accessibility",
    "GET /setup", "POST /setup", "GET /setup/administrator", "POST /setup/administrator",
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /robots.txt", "GET /favicon.ico",
    "GET /.well-known/security.txt", "GET /.well-known/security-policy.txt",
    "GET /dev/mail", "GET /dev/mail/{id:int}",
    "POST /api/v1/register", "POST /api/v1/register/again", "POST /api/v1/register/confirm",
    "POST /api/v1/session", "POST /api/v1/session/code", "DELETE /api/v1/session",
    "POST /api/v1/password/forgot", "POST /api/v1/password/reset",
    "GET /legal", "GET /legal/{document}", "GET /api/v1/legal", "GET /api/v1/legal/{document}", "POST /api/v1/legal",
    "GET /api/v1/invitation/{token}", "POST /api/v1/invitation/{token}", "POST /api/v1/invitation/{token}/account",
    "GET /join/organisation",
}  # fmt: skip
# And these answer a guest besides, who belongs to no organisation.
OWN: Final = {
    "GET /waiting", "GET /settings", "GET /settings/profile", "POST /settings/profile", "GET /settings/notices",
    "POST /settings/notices", "POST /settings/notices/reasons", "GET /settings/password", "POST /settings/password",
    "GET /settings/sessions", "POST /settings/sessions/others/end", "POST /settings/sessions/{id:int}/end",
    "GET /settings/tokens", "POST /settings/tokens", "POST /settings/tokens/{id:int}/revoke",
    "GET /settings/two-steps", "POST /settings/two-steps/begin", "GET /settings/two-steps/new",
    "POST /settings/two-steps/new", "POST /settings/two-steps/codes", "POST /settings/two-steps/codes.txt",
    "POST /settings/two-steps/off", "GET /settings/confirm", "POST /settings/confirm",
    "GET /api/v1/me", "PATCH /api/v1/me", "PUT /api/v1/me/mail", "POST /api/v1/me/password",
    "GET /api/v1/me/sessions", "DELETE /api/v1/me/sessions", "DELETE /api/v1/me/sessions/{id:int}",
    "GET /api/v1/me/tokens", "POST /api/v1/me/tokens", "DELETE /api/v1/me/tokens/{id:int}",
    "GET /api/v1/me/two-factor", "POST /api/v1/me/two-factor/begin", "POST /api/v1/me/two-factor",
    "POST /api/v1/me/two-factor/codes", "DELETE /api/v1/me/two-factor", "POST /api/v1/me/confirmation",
    "GET /api/v1/me/notices", "PUT /api/v1/me/notices", "GET /settings/passkeys", "GET /settings/passkeys/new",
    "POST /settings/passkeys/new", "GET /settings/passkeys/{id:int}", "POST /settings/passkeys/{id:int}",
    "POST /settings/passkeys/{id:int}/remove", "GET /settings/links", "POST /settings/links/{slug}",
    "POST /settings/links/{id:int}/remove", "POST /settings/confirm/with/{slug}", "GET /api/v1/me/passkeys",
    "POST /api/v1/me/passkeys", "POST /api/v1/me/passkeys/options", "PATCH /api/v1/me/passkeys/{id:int}",
    "DELETE /api/v1/me/passkeys/{id:int}", "GET /api/v1/me/links", "POST /api/v1/me/links/{slug}",
    "DELETE /api/v1/me/links/{id:int}", "POST /api/v1/me/confirmation/options",
    "GET /legal/accept", "POST /legal/accept", "GET /settings/data", "POST /settings/data/copy",
    "POST /settings/data/copy/drop", "GET /settings/data/copy.zip", "POST /settings/data/consents",
    "GET /settings/data/leave", "POST /settings/data/leave", "GET /api/v1/me/data", "POST /api/v1/me/data",
    "DELETE /api/v1/me/data", "GET /api/v1/me/data/file", "GET /api/v1/me/consents", "POST /api/v1/me/consents",
    "POST /api/v1/me/consents/documents", "POST /api/v1/me/departure",
    "POST /settings/sessions/all/end", "DELETE /api/v1/me/sessions/all", "GET /settings/organisations",
    "GET /api/v1/me/organisations", "POST /join/organisation", "GET /organisation-requests/{id:int}",
    "POST /organisation-requests/{id:int}/approve", "POST /organisation-requests/{id:int}/decline",
    "POST /organisation-requests/{id:int}/ask-back", "POST /organisation-requests/{id:int}/answer",
    "POST /organisation-requests/{id:int}/withdraw", "GET /api/v1/me/organisation-requests",
    "GET /api/v1/organisation-requests", "POST /api/v1/organisation-requests",
    "GET /api/v1/organisation-requests/{id:int}", "DELETE /api/v1/organisation-requests/{id:int}",
    "POST /api/v1/organisation-requests/{id:int}/approve", "POST /api/v1/organisation-requests/{id:int}/decline",
    "POST /api/v1/organisation-requests/{id:int}/ask-back", "POST /api/v1/organisation-requests/{id:int}/answer",
}  # fmt: skip
# What stands on the open site of the cast, and nowhere a visitor of a private one comes to.
CONTENT: Final = (
    "How do you answer reviews", "Shall we meet", "How we answered", "Answering reviews", "Where to begin",
    "Home Hospital", "Away Hospital", "Europe", "moderation", "Organiser",
)  # fmt: skip
NOWHERE: Final = (
    "/nothing", "/t/999999", "/t/999999-no", "/kb/999999", "/people/nobody", "/files/999999/thumb", "/x/y",
)  # fmt: skip
NOWHERE_FOR_PROGRAMS: Final = ("/api/v1/nothing", "/feeds/nothing.atom", "/nothing.csv", "/t/999999.json", "/api/x")


async def make_private() -> None:
    """Switch as another process does: in the table, while this process has not looked yet."""
    assert not settings.get().private
    await execute("INSERT INTO site_settings (name, value, changed_at) VALUES ('private', 'true', '2026-01-01')")


def is_closed(answer: httpx2.Response, *, guest: bool) -> bool:
    """Say whether an answer is the one that every address gives which is no door."""
    if guest:
        waiting = answer.status_code == 303 and answer.headers["location"] == "/waiting"
        return waiting or (answer.status_code == 403 and "Please wait for your organisation" in answer.text)
    if answer.status_code == 303:
        return answer.headers["location"].startswith("/sign-in?next=")
    said = "This site is for its members. Please sign in to go on." in answer.text
    return answer.status_code == 401 and (said or answer.request.method == "HEAD")


async def open_routes(site: Site, who: str) -> set[str]:
    """Ask every route of the application as somebody; return those that answered, and look at what they said."""
    found = set()
    for route in create_app().routes:
        if not isinstance(route, Route):
            continue
        path = re.sub(r"{(\w+):int}", "1", route.path)
        path = re.sub(r"{(\w+)}", "questions", path)
        for method in sorted(route.methods or ()):
            sent: dict[str, Any] = {"json": {}} if path.startswith("/api/") and method not in ("GET", "HEAD") else {}
            answer = await site.ask(who, method, path, **sent)
            assert answer.status_code < 500 or path == "/readyz", f"{method} {path}: {answer.status_code}"
            assert not [one for one in CONTENT if one in answer.text], f"{method} {path} tells of the site"
            if is_closed(answer, guest=who != "visitor") or method == "HEAD":
                continue
            found.add(f"{method} {route.path}")
            if method != "GET":  # whatever that did, such as signing out, is undone
                await site.begin()
                await make_private()
    return found


async def test_of_every_route_only_the_doors_answer_a_visitor(site_of_cast: Site) -> None:
    await make_private()
    assert await open_routes(site_of_cast, "visitor") == DOORS


async def test_a_guest_comes_to_the_waiting_page_and_the_own_settings_only(site_of_cast: Site) -> None:
    await make_private()
    assert await open_routes(site_of_cast, "guest") == DOORS | OWN


def _answer(answer: httpx2.Response) -> tuple[int, dict[str, str], str]:
    own = ("x-request-id", "content-length", "set-cookie", "date")
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    if "location" in headers:
        headers["location"] = headers["location"].partition("?next=")[0]
    return answer.status_code, headers, answer.text


async def test_what_is_there_answers_as_what_is_not(site_of_cast: Site) -> None:
    world = site_of_cast.world
    await make_private()
    nothing = _answer(await site_of_cast.ask("visitor", "GET", "/nothing"))
    nothing_for_programs = _answer(await site_of_cast.ask("visitor", "GET", "/api/v1/nothing"))
    assert (nothing[0], nothing_for_programs[0]) == (303, 401)
    tried, doors = 0, {door.split()[1] for door in DOORS}
    for name in ("rights_of_pages.txt", "rights_to_read.txt", "rights_of_doors.txt"):
        for path in sorted({world.path(row.path) for row in table(name)} | {*NOWHERE, *NOWHERE_FOR_PROGRAMS}):
            bare = path.partition("?")[0]
            answer = await site_of_cast.ask("visitor", "GET", path)
            if bare in doors or bare.startswith(
                (
                    "/sign-in/",
                    "/api/v1/session/",
                    "/invitation/",
                    "/api/v1/invitation/",
                    "/dev/mail/",
                    "/legal/",
                    "/api/v1/legal/",
                )
            ):
                continue
            tried += 1
            expected = nothing if answer.status_code == 303 else nothing_for_programs
            assert _answer(answer) == expected, path
            for_programs = bare.startswith("/api/") or bare.endswith((".json", ".atom", ".csv", ".md", ".txt", ".xml"))
            assert answer.status_code == (401 if for_programs else 303), path
    assert tried > 500


async def test_members_go_on_as_before_and_nothing_is_kept_on_the_way(site_of_cast: Site) -> None:
    await make_private()
    settings.lay_under({"private": True})
    world = site_of_cast.world
    paths = ("/", "/t/{open}-{open_slug}", "/feeds/questions.atom", "/who-uses-what.csv", "/api/v1/threads",
             "/files/{open_file}/thumb", "/search/suggest?q=answ", "/sitemap.xml", "/t/{open}", "/nothing",
             "/t/{open}-{open_slug}.json")  # fmt: skip
    for who in ("member", "moderator"):
        for path in paths:
            answer = await site_of_cast.ask(who, "GET", world.path(path))
            assert answer.status_code == (404 if path == "/nothing" else 301 if path == "/t/{open}" else 200), path
            told = answer.headers["cache-control"]
            assert "private" in told or "no-store" in told, path
            assert "public" not in told, path


async def test_files_are_not_read_without_a_sign_in_and_not_called_unchanged(site_of_cast: Site) -> None:
    path = site_of_cast.world.path("/files/{open_file}/thumb")
    before = await site_of_cast.ask("visitor", "GET", path)
    assert before.status_code == 200
    await make_private()
    for who, place in (("visitor", "/sign-in?next="), ("guest", "/waiting")):
        for more in ({}, {"headers": {"If-None-Match": before.headers["etag"]}}, {"headers": {"Range": "bytes=0-9"}}):
            answer = await site_of_cast.ask(who, "GET", path, **more)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith(place)
    assert (await site_of_cast.ask("member", "GET", path)).status_code == 200


async def test_what_was_kept_while_the_site_was_open_is_given_to_nobody_more(site_of_cast: Site) -> None:
    pages = [site_of_cast.world.path(path) for path in
             ("/", "/t/{open}-{open_slug}", "/feeds/questions.atom", "/questions")]  # fmt: skip
    tags = {}
    for path in pages:
        await site_of_cast.ask("guest", "GET", path)
        for _ in range(2):
            answer = await site_of_cast.ask("visitor", "GET", path)
        tags[path] = answer.headers["etag"]  # so it is one that is kept
        again = await site_of_cast.ask("visitor", "GET", path, headers={"If-None-Match": tags[path]})
        assert again.status_code == 304
    await make_private()
    for path in pages:
        for who in ("visitor", "guest"):
            for method in ("GET", "HEAD"):
                for headers in ({}, {"If-None-Match": tags[path]}):
                    answer = await site_of_cast.ask(who, method, path, headers=headers)
                    assert answer.status_code in (303, 401, 403), (path, who, method)
                    assert "etag" not in answer.headers


async def test_what_is_opened_again_is_open_as_soon_as_the_process_looks(site_of_cast: Site) -> None:
    await make_private()
    assert (await site_of_cast.ask("visitor", "GET", "/questions")).status_code == 303
    await execute("UPDATE site_settings SET value = NULL WHERE name = 'private'")
    assert (await site_of_cast.ask("visitor", "GET", "/questions")).status_code == 200


async def test_what_the_environment_says_weighs_more_than_the_table(
    site_of_cast: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = settings.get()
    await make_private()
    settings.load(data_dir=now.data_dir, database_url=now.database_url, base_url=now.base_url, private=False)
    assert (await site_of_cast.ask("visitor", "GET", "/questions")).status_code == 200
    settings.load(data_dir=now.data_dir, database_url=now.database_url, base_url=now.base_url, private=True)
    assert (await site_of_cast.ask("visitor", "GET", "/questions")).status_code == 303


async def test_a_bad_token_is_told_so_everywhere_and_a_guests_token_waits(site_of_cast: Site) -> None:
    await make_private()
    for path in ("/api/v1/threads", "/api/v1/nothing"):
        answer = await site_of_cast.ask("visitor", "GET", path, headers={"Authorization": "Bearer wrong"})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    member = await site_of_cast.ask(
        "visitor", "GET", "/feeds/questions.atom", headers={"Authorization": "Bearer zqtoken-secret"}
    )
    assert member.status_code == 200
    guest = await site_of_cast.ask("guest", "GET", "/api/v1/threads")
    assert guest.status_code == 403
    assert guest.json()["title"] == "Please wait for your organisation"
