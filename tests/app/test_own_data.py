"""A copy of one's own data: whole, for its owner alone, made behind the scenes within little memory."""

import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.own_data import make as copies
from app.own_data.make import forget_old_copies, make_copies
from app.own_data.texts import file_name
from app.own_data.write import write_copy
from base import settings
from base.clock import now
from base.db import dialect, execute
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.settings import Settings
from members.actions.copy_data import ask_for_copy
from members.copies import folder_of_copies, path_of_copy
from members.models import DataExport, Member, Session
from tests import builders as make
from tests.app.leaver import EMAIL, NAME, lived

pytestmark = pytest.mark.anyio


async def ready(client: httpx2.AsyncClient, who: Member) -> DataExport:
    await make.sign_in(client, who)
    assert (await client.post("/settings/data/copy")).status_code == 303
    await deliver_all()
    return await DataExport.get(member_id=who.id)


async def proven(who: Member) -> None:
    await Session.filter(member_id=who.id).update(confirmed_at=now())


async def test_everything_is_in_it_and_nothing_of_others(client: httpx2.AsyncClient, site: Settings) -> None:
    settings.use(site.model_copy(update={"mail_window_minutes": 0}))
    world = await lived(client, site.data_dir)
    made = await ready(client, world.her)
    assert made.state == "ready"
    await proven(world.her)
    answer = await client.get("/settings/data/copy.zip")
    assert answer.status_code == 200
    assert (await client.get("/api/v1/me/data/file")).content == answer.content
    assert answer.headers["content-disposition"].startswith('attachment; filename="own-data-20')
    assert "no-store" in answer.headers["cache-control"]
    with zipfile.ZipFile(path_of_copy(made.file)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        told = {name: json.loads(archive.read(name)) for name in names if name.endswith(".json")}
        everything = b"\n".join(archive.read(name) for name in names if not name.startswith("files/")).decode()
        texts = {name: archive.read(name).decode() for name in names if name.startswith("texts/")}
    assert told["data/profile.json"][0]["email"] == EMAIL
    assert told["data/profile.json"][0]["name"] == NAME
    parts = "votes doubts drafts bookmarks following tokens sign_ins invitations_sent suggestions files masks posts"
    for part in f"{parts} threads versions_of_posts journal letters".split():
        assert told[f"data/{part}.json"], part
    assert f"files/{world.upload.id}-wilhelmina-axolotl.png" in names
    masked = texts[f"texts/thread-{world.masked.id}-post-1.md"]
    assert "I would rather not say who I am" in masked
    assert "your mask" in masked
    assert "narwhal" in texts[f"texts/thread-{world.others.id}-post-{world.answer.number}.md"]
    # Nothing that is a secret, and no words of others.
    for secret in (*[one.hash for one in await Session.all()], "h" * 64, "password_hash", "Thank you @", "We feed it"):
        assert secret not in everything, secret
    assert "bob-other@example.org" not in everything


async def test_only_its_owner_gets_it_after_a_proof(client: httpx2.AsyncClient, site: Settings) -> None:
    her, other, admin = await make.member(), await make.member(), await make.member()
    await make.grant(admin, "admin")
    await ready(client, her)
    await Session.filter(member_id=her.id).update(
        confirmed_at=now().replace(year=2020), created_at=now().replace(year=2020)
    )
    asked = await client.get("/settings/data/copy.zip")
    assert "Please confirm" in asked.text
    assert asked.headers["content-type"].startswith("text/html")
    assert (await client.get("/api/v1/me/data/file")).status_code == 403
    for who in (other, admin):
        await make.sign_in(client, who)
        await proven(who)
        assert (await client.get("/settings/data/copy.zip")).status_code == 404
        assert (await client.get("/api/v1/me/data/file")).status_code == 404
    token = await make.token(her)
    client.cookies.clear()
    assert (await client.get("/api/v1/me/data", headers=token)).json()["copy"]["state"] == "ready"
    assert (await client.get("/api/v1/me/data/file", headers=token)).status_code == 403


async def test_one_at_a_time_and_some_a_day(client: httpx2.AsyncClient, site: Settings) -> None:
    her = await make.member()
    await make.sign_in(client, her)
    assert (await client.post("/api/v1/me/data")).status_code == 202
    assert (await client.post("/api/v1/me/data")).status_code == 409
    await deliver_all()
    for _ in range(2):
        assert (await client.post("/api/v1/me/data")).status_code == 202
        await deliver_all()
    assert len([*folder_of_copies().iterdir()]) == 1  # the one before goes
    assert (await client.post("/api/v1/me/data")).status_code == 429


async def test_a_letter_comes_and_old_copies_go(client: httpx2.AsyncClient, site: Settings) -> None:
    from base.mail.models import OutgoingMail

    her = await make.member()
    made = await ready(client, her)
    assert await OutgoingMail.filter(to=her.email, subject__contains="is ready").count() == 1
    page = await client.get("/settings/data")
    assert "Download" in page.text
    assert await forget_old_copies() == 0
    await DataExport.filter(id=made.id).update(expires_at=now().replace(year=2020))
    await proven(her)
    assert (await client.get("/settings/data/copy.zip")).status_code == 404
    assert await forget_old_copies() == 1
    assert not [*folder_of_copies().iterdir()]


async def test_it_is_stopped_half_way(
    client: httpx2.AsyncClient, site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    her = await make.member()
    await make.sign_in(client, her)
    await ask_for_copy(await make.viewer(her))
    reached: list[str] = []

    async def stopped(viewer: Any, email: str, target: Path, step: Any) -> int:
        async def slow(part: str, done: int) -> None:
            reached.append(part)
            if len(reached) == 3:
                assert (await client.get("/api/v1/me/data")).json()["copy"]["state"] == "making"
                assert (await client.post("/settings/data/copy/drop")).status_code == 303
            await step(part, done)

        return await write_copy(viewer, email, target, slow)

    monkeypatch.setattr(copies, "write_copy", stopped)
    await deliver_all()
    assert len(reached) == 3
    assert not [*folder_of_copies().iterdir()]
    assert not await DataExport.all().exists()


async def test_it_begins_anew_after_a_crash(client: httpx2.AsyncClient, site: Settings) -> None:
    """What a killed process left is thrown away, and the journal hands the wish over again."""
    her = await make.member()
    await ask_for_copy(await make.viewer(her))
    wish = await DataExport.get(member_id=her.id)
    left = f"{her.id}-{'a' * 48}.zip"
    folder_of_copies().mkdir()
    (folder_of_copies() / f"{left}.partial").write_bytes(b"half")
    await DataExport.filter(id=wish.id).update(state="making", file=left, done=3)
    await deliver_all()
    made = await DataExport.get(id=wish.id)
    assert made.state == "ready"
    assert [one.name for one in folder_of_copies().iterdir()] == [made.file]
    again = await Entry.filter(kind="data.asked")
    await make_copies(again)  # told twice, it does nothing more
    assert (await DataExport.get(id=wish.id)).file == made.file


async def test_many_posts_take_little_memory(client: httpx2.AsyncClient, site: Settings) -> None:
    her = await make.member()
    thread = await make.thread(author=her)
    number = "n" if dialect() == "postgres" else "value"
    series = "generate_series(2, 10001) AS s(n)" if dialect() == "postgres" else "json_each(?)"
    values = [] if dialect() == "postgres" else [json.dumps(list(range(2, 10_002)))]
    body = "Words of a post, again and again. " * 60  # 2 kB
    await execute(
        "INSERT INTO posts (thread_id, number, position, kind, author_id, body, html, created_at) "
        f"SELECT ?, {number}, {number}, 'answer', ?, ?, '', ? FROM {series}",
        thread.id, her.id, body, now(), *values,
    )  # fmt: skip
    steps: list[int] = []

    async def step(part: str, done: int) -> None:
        steps.append(done)

    target = site.data_dir / "copy.zip"
    viewer = await make.viewer(her)
    tracemalloc.start()
    await write_copy(viewer, her.email or "", target, step)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24 * 2**20  # 20 MB of text, of which the list of names alone stays
    assert steps == sorted(steps)
    assert steps[-1] > 10_000
    with zipfile.ZipFile(target) as archive:
        assert len([name for name in archive.namelist() if name.startswith("texts/")]) == 10_001
    assert not target.with_name("copy.zip.partial").exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("chart.png", "files/7-chart.png"),
        ("../../etc/passwd", "files/7-passwd"),
        ("a\r\nb.pdf", "files/7-a-b.pdf"),
        ("…", "files/7-file"),
        (".htaccess", "files/7-htaccess"),
        ("x" * 300 + ".csv", "files/7-" + "x" * 80 + ".csv"),
    ],
)
def test_names_of_files_lead_nowhere_else(name: str, safe: str) -> None:
    assert file_name(7, name) == safe


@pytest.mark.parametrize("name", ["../secret.key", "1-abc.zip", "", "1-" + "g" * 48 + ".zip"])
def test_only_names_of_copies_are_opened(name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        path_of_copy(name)
