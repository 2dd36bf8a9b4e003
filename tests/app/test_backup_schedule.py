"""Backups that a server makes by itself, who is told when they fail, and what the doctor says."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import backing_up
from app.actions.note_backup import note_failed, note_made, warn_of_old
from app.backing_up import back_up
from app.backup.places import SCHEDULED, made_at, of_kind
from app.backup.schedule import is_due, tidy
from app.checkup import check_schema, check_up
from app.migrate import migrate
from app.prepare import make_places
from app.queries.backups import last_backup
from base import db
from base.clock import now as present
from base.db import execute, rows
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.mail.models import OutgoingMail
from base.settings import Settings
from members.actions.gather_mail import gather_mail
from members.models import Notice
from tests import builders as make
from tests.databases import Databases
from tests.site import open_client, settings_for

pytestmark = pytest.mark.anyio


async def made(hours_ago: float, **more: Any) -> None:
    await note_made({"path": "/b/one.tar", "size": 7, "checked": True} | more)
    await moved_back(hours_ago)


async def failed(hours_ago: float, trouble: str = "The disk is full.") -> None:
    await note_failed(trouble)
    await moved_back(hours_ago)


async def moved_back(hours: float) -> None:
    last = await Entry.all().order_by("-id").first()
    assert last is not None
    await Entry.filter(id=last.id).update(at=present() - timedelta(hours=hours))


async def test_the_last_backup_is_the_last_good_one_and_what_failed_since(site: Settings) -> None:
    assert (await last_backup()).at is None
    await made(50)
    await made(40, path="/b/two.tar", size=8)
    await made(30, checked=False)
    last = await last_backup()
    assert (last.path, last.size, last.checked, last.trouble) == ("/b/two.tar", 8, True, "")
    assert last.at is not None
    await failed(20, "first")
    await failed(10, "second")
    assert (await last_backup()).trouble == "second"
    await made(1)
    assert (await last_backup()).trouble == ""


async def test_when_one_is_due(site: Settings) -> None:
    assert await is_due(site)
    assert not await is_due(site.model_copy(update={"backup_hours": 0}))
    await failed(0.5)
    assert not await is_due(site), "a failure is not tried again at once"
    await moved_back(2)
    assert await is_due(site)
    await made(23)
    assert not await is_due(site)
    await moved_back(24)
    assert await is_due(site)


async def test_administrators_are_told_once_a_day_and_nobody_else(site: Settings) -> None:
    admin, other = await make.member("Admin"), await make.moderator("Moderator")
    await make.grant(admin, "admin")
    async with open_client():
        await made(30)
        await warn_of_old()
        assert await Entry.filter(kind="backup.overdue").count() == 0
        await execute("UPDATE journal_entries SET at = ?", present() - timedelta(hours=37))
        await failed(1)
        for _ in range(2):
            await warn_of_old()
            await deliver_all()
        (notice,) = await Notice.all()
        assert (notice.member_id, notice.because, notice.url) == (admin.id, "account", "/admin")  # type: ignore[attr-defined]
        assert "The disk is full." in notice.text
        await Notice.all().update(created_at=present() - timedelta(hours=1))
        await gather_mail()
        (letter,) = await OutgoingMail.all()
        assert letter.to == admin.email != other.email
        await Entry.filter(kind="backup.overdue").update(at=present() - timedelta(hours=25))
        await warn_of_old()
        assert await Entry.filter(kind="backup.overdue").count() == 2
        await made(0)
        await Entry.filter(kind="backup.overdue").update(at=present() - timedelta(hours=25))
        await warn_of_old()
        assert await Entry.filter(kind="backup.overdue").count() == 2, "there is a good one again"


def test_which_are_kept(tmp_path: Path) -> None:
    newest = datetime(2026, 11, 26, 3, tzinfo=UTC)
    for day in range(60):
        (tmp_path / f"scheduled-{newest - timedelta(days=day):%Y%m%d-%H%M%S}.tar").touch()
    others = [
        tmp_path / name for name in ("commonplace-20200101-000000.tar", "before-0002-x.sqlite3", "scheduled-x.tar")
    ]
    for other in others:
        other.touch()
    tidy(tmp_path, 7)
    left = [made_at(path) for path in of_kind(tmp_path, SCHEDULED)]
    assert [f"{at:%m-%d}" for at in left if at] == [
        "11-26", "11-25", "11-24", "11-23", "11-22", "11-21", "11-20",
        "11-19", "11-15", "11-08", "11-01",
    ]  # fmt: skip
    assert all(other.exists() for other in others)
    assert tidy(tmp_path, 7) == []


@asynccontextmanager
async def real_site(databases: Databases, folder: Path, **more: Any) -> AsyncIterator[Settings]:
    url = databases.empty()
    await migrate(url)
    now = settings_for(folder / "data", url, **more)
    make_places(now)
    await db.connect(url)
    try:
        yield now
    finally:
        await db.close()
        databases.drop(url)


async def test_a_server_makes_one_in_another_process_and_writes_it_down(databases: Databases, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a passphrase\n")
    async with real_site(databases, tmp_path, backup_passphrase_file=str(tmp_path / "words")) as now:
        await make.member()
        await back_up()
        last = await last_backup()
        assert last.checked, last.trouble
        assert Path(last.path).name.startswith("scheduled-")
        assert last.path.endswith(".sealed")
        assert last.size == Path(last.path).stat().st_size
        await back_up()
        assert len(of_kind(now.data_dir / "backups", SCHEDULED)) == 1, "no other is due"
        (tmp_path / "words").unlink()
        await execute("UPDATE journal_entries SET at = ?", present() - timedelta(hours=25))
        await back_up()
        assert "passphrase file" in (await last_backup()).trouble
        assert len(await rows("SELECT id FROM journal_entries WHERE kind = 'backup.made'")) == 1


async def test_a_server_that_stops_stops_its_backup(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "pid"
    script = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    monkeypatch.setattr(backing_up, "COMMAND", [sys.executable, "-c", script])
    task = asyncio.ensure_future(back_up())
    while not task.done() and not (mark.exists() and mark.read_text()):
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


async def test_the_doctor_looks_at_backups_secret_and_mail_server(site: Settings) -> None:
    site.data_dir.mkdir(exist_ok=True)
    (site.data_dir / "secret.key").write_text("x" * 40)
    (site.data_dir / "secret.key").chmod(0o644)
    found = {one.name: one for one in await check_up(site)}
    assert (found["secret"].ok, found["secret"].fix) == (False, f"chmod 600 {site.data_dir / 'secret.key'}")
    assert found["backups"].ok, "a site that just began"
    assert found["mail server"].words == "none is set"
    (site.data_dir / "secret.key").chmod(0o600)
    await made(37)
    await failed(1)
    mute = site.model_copy(update={"mail_server": "127.0.0.1", "mail_port": 1})
    found = {one.name: one for one in await check_up(mute)}
    assert found["secret"].ok
    assert not found["backups"].ok
    assert "The disk is full." in found["backups"].words
    assert "backup --check" in found["backups"].fix
    assert not found["mail server"].ok
    off = {one.name: one for one in await check_up(site.model_copy(update={"backup_hours": 0}))}
    assert off["backups"].ok
    assert "by itself" in off["backups"].words


async def test_the_doctor_says_that_a_database_is_newer(databases: Databases, tmp_path: Path) -> None:
    async with real_site(databases, tmp_path) as now:
        await execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('models', '9999_later', ?)", present()
        )
        await db.close()
        found = await check_schema(now)
        assert not found.ok
        assert "newer version" in found.words
        await db.connect(now.database)
