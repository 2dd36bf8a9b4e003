"""What operators and their machines are told of a running site."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from app import process
from app.create import create_app
from app.migrate import migrate
from app.queries import running
from base import settings
from base.clock import now
from base.db import rows, transaction
from base.db.timing import slow_statements, without_values
from base.journal import record
from base.journal.models import Delivery
from base.log import configure
from base.mail.models import OutgoingMail
from base.web.observed import REQUESTS
from tests.builders import grant, member, moderator, sign_in, thread, token
from tests.site import settings_for

pytestmark = pytest.mark.anyio
HERE = {"host": "127.0.0.1:8000"}


async def admin(client: httpx2.AsyncClient) -> None:
    ada = await member("Ada Admin")
    await grant(ada, "admin")
    await sign_in(client, ada)


@pytest.fixture
def on_loopback(client: httpx2.AsyncClient) -> None:
    settings.use(settings.get().model_copy(update={"base_url": "", "host": "127.0.0.1", "port": 8000}))


@pytest.fixture
def talkative() -> Iterator[None]:
    configure("info")
    yield
    configure("error")


async def test_metrics_are_for_this_machine_or_who_has_the_token(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404  # a public address, and no token is set
    assert (await client.get("/metrics", headers={"authorization": "Bearer "})).status_code == 404
    settings.use(settings.get().model_copy(update={"metrics_token": "scrape-me"}))
    for wrong in ("Bearer nonsense", "Bearer scrape-me-", "Bearer ü", "scrape-me"):
        assert (await client.get("/metrics", headers={"authorization": wrong.encode()})).status_code == 404
    answer = await client.get("/metrics", headers={"authorization": "Bearer scrape-me"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    personal = await token(await member("Somebody"))
    assert (await client.get("/metrics", headers=personal)).status_code == 404


@pytest.mark.usefixtures("on_loopback")
async def test_metrics_on_this_machine_but_not_through_a_proxy(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/metrics", headers=HERE)).status_code == 200
    for more in ({"x-forwarded-for": "9.9.9.9"}, {"host": "forum.example"}):
        assert (await client.get("/metrics", headers={**HERE, **more})).status_code == 404
    settings.use(settings.get().model_copy(update={"behind_proxy": True}))
    assert (await client.get("/metrics", headers=HERE)).status_code == 404


@pytest.mark.usefixtures("on_loopback")
async def test_requests_are_counted_by_route_and_nothing_asked_makes_more(client: httpx2.AsyncClient) -> None:
    REQUESTS.clear()
    shown = await thread(title="How is this counted?", audience="public")
    for number in range(30):
        await client.get(f"/t/{shown.id}-{shown.slug}?page={number}", headers=HERE)
        await client.get(f"/nowhere/{number}", headers=HERE)
        await client.request(f"ODD{number}", f"/nowhere/{number}", headers=HERE)
    assert len(REQUESTS) <= 6
    text = (await client.get("/metrics", headers=HERE)).text
    count = re.search(r'_count\{method="GET",route="/t/\{id:int\}-\{slug\}",status="2xx",process="\d+"\} (\d+)', text)
    assert count is not None
    assert int(count[1]) >= 1
    assert "nowhere" not in text
    assert "how-is-this-counted" not in text


@pytest.mark.usefixtures("on_loopback")
async def test_the_text_is_as_prometheus_reads_it(client: httpx2.AsyncClient) -> None:
    await client.get("/", headers=HERE)
    text = (await client.get("/metrics", headers=HERE)).text
    families, samples = set(), []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name = line.split()[2]
            assert name not in families, "a family stands in one piece"
            families.add(name)
        elif not line.startswith("#"):
            found = re.fullmatch(r'([a-z_]+)(?:\{((?:[a-z]+="[^"\n]*",?)*)\})? (-?[0-9.e+-]+)', line)
            assert found, line
            samples.append((found[1], found[2]))
            assert re.sub(r"_(bucket|sum|count)$", "", found[1]) in families
    assert len(samples) == len(set(samples))
    for name in ("journal_waiting", "mail_failed", "index_documents", "database_slow_statements_total"):
        assert f"commonplace_{name}" in families


@pytest.mark.usefixtures("on_loopback")
async def test_the_counts_of_other_processes_stand_beside(client: httpx2.AsyncClient) -> None:
    await process.write_counts()
    folder = settings.get().data_dir / "run"
    (mine,) = folder.glob("*.json")
    sibling = mine.read_text().replace(f'"process": "{mine.stem}"', '"process": "77777777"')
    (folder / "77777777.json").write_text(sibling)
    (folder / "broken.json").write_text("{")
    text = (await client.get("/metrics", headers=HERE)).text
    assert 'commonplace_process_resident_memory_bytes{process="77777777"}' in text
    assert f'commonplace_process_resident_memory_bytes{{process="{mine.stem}"}}' in text


async def test_ready_when_everything_is_there(empty_database_url: str, tmp_path: Path) -> None:
    settings_for(tmp_path, empty_database_url)
    await migrate(empty_database_url)
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://commonplace.test") as client:
            async with asyncio.timeout(30):
                while (answer := await client.get("/readyz")).status_code == 503:
                    await asyncio.sleep(0.05)
            assert answer.json() == {
                "ready": True,
                "checks": {"database": "ok", "schema": "ok", "search index": "ok", "journal": "ok"},
            }
            await rows("DELETE FROM tortoise_migrations WHERE name LIKE '0011%' RETURNING name")
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert answer.json()["checks"]["schema"] == "1 migrations are pending"


async def test_not_ready_says_why(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/readyz")  # neither a journal nor an index runs here
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["journal"] == "not working"
    assert checks["search index"] == "not usable yet"
    assert checks["database"] == "ok"


async def test_a_worker_that_does_not_come_round_is_stuck(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.running.stuck", lambda: ("search_index",))
    assert (await running.readiness())["journal"] == "stuck: search_index"


@pytest.mark.usefixtures("talkative")
async def test_slow_statements_are_kept_without_values_and_with_their_request(client: httpx2.AsyncClient) -> None:
    settings.use(settings.get().model_copy(update={"slow_query_ms": 0}))
    with capture_logs() as logged:
        answer = await client.get("/about?x=secret")
        await rows("SELECT 1 AS one WHERE 'hidden' <> ?", "also hidden")
    told = [one for one in logged if one["event"] == "slow statement"]
    assert told
    assert "hidden" not in str(told) + str(slow_statements())
    await rows("SELECT 2 AS two")
    assert any(one.statement == "SELECT ? AS two" for one in slow_statements())
    assert answer.headers["x-request-id"]
    assert without_values("SELECT  *\n FROM posts WHERE id = 17 AND name = 'O''Neil'") == (
        "SELECT * FROM posts WHERE id = ? AND name = ?"
    )


@pytest.mark.usefixtures("talkative")
async def test_which_requests_are_logged(client: httpx2.AsyncClient) -> None:
    async def lines(which: str, **more: object) -> list[object]:
        settings.use(settings.get().model_copy(update={"log_requests": which, **more}))
        with capture_logs() as logged:
            await client.get("/guidelines?q=what-was-asked")
        return [one for one in logged if one["event"] == "request" and one["log_level"] == "info"]

    (line,) = await lines("all", slow_request_ms=60_000)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/guidelines", 200)  # type: ignore[index]
    assert "what-was-asked" not in str(line)
    assert await lines("problems", slow_request_ms=60_000) == []
    assert len(await lines("problems", slow_request_ms=0)) == 1
    assert await lines("off", slow_request_ms=0) == []


async def test_a_request_id_is_taken_from_a_proxy_of_this_machine_only(client: httpx2.AsyncClient) -> None:
    given = {"x-request-id": "edge-0123456789"}
    assert (await client.get("/about", headers=given)).headers["x-request-id"] != "edge-0123456789"
    settings.use(settings.get().model_copy(update={"behind_proxy": True}))
    assert (await client.get("/about", headers=given)).headers["x-request-id"] == "edge-0123456789"
    for wrong in ("a b", "x" * 65, "<script>", "a_b", ""):
        assert (await client.get("/about", headers={"x-request-id": wrong})).headers["x-request-id"] != wrong


async def test_the_apology_names_the_request(site: settings.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*given: object) -> object:
        raise LookupError

    monkeypatch.setattr("app.pages.home.listing", broken)
    transport = httpx2.ASGITransport(app=create_app(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://commonplace.test") as client:
        answer = await client.get("/")
        assert answer.status_code == 500
        assert answer.headers["x-request-id"] in answer.text
        problem = (await client.get("/", headers={"accept": "application/json"})).json()
        assert "may name this request" in problem["detail"]


async def test_the_system_page_shows_what_waits_and_what_was_given_up(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/admin/system")).status_code == 303
    await sign_in(client, await moderator())
    assert (await client.get("/admin/system")).status_code == 403
    client.cookies.clear()
    await admin(client)
    async with transaction():
        entry_id = await record("thread.asked", actor_id=None, subject_id=1)
    await Delivery.filter(entry_id=entry_id, subscriber="search_index").update(dead=True, tries=8, error="Broken: why")
    text = (await client.get("/admin/system")).text
    assert "1 thing was given up" in text
    assert "needs attention" in text
    assert "search_index" in text
    assert "Search is not running" in text
    assert "Broken: why" in (await client.get("/admin/journal")).text
    assert (await client.post("/admin/journal/retry")).status_code == 303
    assert "was given up" not in (await client.get("/admin/system")).text
    assert not await Delivery.filter(dead=True).exists()


async def test_a_rebuild_is_asked_for(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr("app.actions.rebuild.ask_to_rebuild", lambda: not asked.append(True))
    await sign_in(client, await moderator())
    assert (await client.post("/admin/system/reindex")).status_code == 403
    assert asked == []
    client.cookies.clear()
    await admin(client)
    assert (await client.post("/admin/system/reindex")).status_code == 303
    assert asked == [True]
    monkeypatch.setattr("app.actions.rebuild.rebuilding", lambda: 5)
    await client.post("/admin/system/reindex")
    assert asked == [True]


async def test_letters_are_listed_tried_again_and_read_only_where_they_go_nowhere(client: httpx2.AsyncClient) -> None:
    given = {
        "to": "you@example.org",
        "subject": "Your link",
        "text": "See http://commonplace.test/reset?token=x",
        "due": now(),
    }
    failed = await OutgoingMail.create(key="a", state="failed", tries=14, error="550 no", created_at=now(), **given)
    await sign_in(client, await moderator())
    for path in ("/admin/mail", f"/admin/mail/{failed.id}", "/admin/mail/test"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post("/admin/mail/retry")).status_code == 403
    client.cookies.clear()
    await admin(client)
    assert "550 no" in (await client.get("/admin/mail")).text
    assert 'href="/reset?token=x"' in (await client.get(f"/admin/mail/{failed.id}")).text
    await client.post("/admin/mail/retry", data={"id": failed.id})
    assert (await OutgoingMail.get(id=failed.id)).state == "waiting"
    settings.use(settings.get().model_copy(update={"mail_server": "smtp.example"}))
    assert (await client.get(f"/admin/mail/{failed.id}")).status_code == 404
    assert (await client.get("/admin/mail/999999")).status_code == 404


async def test_no_letter_leaves_where_no_server_is_set(client: httpx2.AsyncClient) -> None:
    await admin(client)
    answer = await client.post("/admin/mail/test", data={"to": "you@example.org"})
    assert "No mail server is set" in answer.text
    assert (await client.post("/admin/mail/test", data={"to": "you"})).status_code == 422
