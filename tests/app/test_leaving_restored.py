"""A backup of before brings nobody back who has left since."""

from pathlib import Path

import pytest

from app.backup.restore import restore_backup
from app.checkup_keeping import departures as finding
from app.leaving.ledger import FILE, Gone, ledger_of, read_ledger, send_away_again, still_here
from app.wiring import wire
from base import settings
from base.clock import now
from base.db import rows
from base.settings import Settings
from forum.models import Post
from members.actions.leave import Erasure, erase_member
from members.actions.let_go import let_go
from members.models import Member
from members.viewer import OPERATOR
from tests import builders as make
from tests.app.keeping import backed_up, inside, settled
from tests.app.test_backup import empty_url  # noqa: F401 - a fixture
from tests.databases import Databases

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site_of_ada(databases: Databases, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Give a site with a backup, after which somebody left, and somebody else joined."""
    from app.migrate import migrate

    url = databases.empty()
    await migrate(url)
    now_ = settled(tmp_path / "data", url)
    settings.secret(now_)
    async with inside(now_):
        wire()
        ada, bob = await make.member("Ada Leaver"), await make.member("Bob Other")
        thread = await make.thread(author=bob)
        await make.post(thread, "An axolotl told me so, and it was right.", author=ada)
    await backed_up(now_, tmp_path / "before.tar")
    async with inside(now_):
        given = Erasure.read({"kind": "withdraw", "reason": "She asked us to"})
        await erase_member(OPERATOR, ada.id, given)
        assert await let_go() == 1
    yield now_
    databases.drop(url)


async def test_who_left_is_erased_again(site_of_ada: Settings, tmp_path: Path, empty_url: str) -> None:  # noqa: F811
    ledger = ledger_of(site_of_ada)
    told = ledger.read_text()
    assert "Ada" not in told
    assert "example.org" not in told
    fresh = settled(tmp_path / "fresh", empty_url)
    (fresh.data_dir / FILE).write_text(told)
    done = await restore_backup(fresh, tmp_path / "before.tar")
    assert done.sent_away == 1
    async with inside(fresh):
        found = {row["name"] for row in await rows("SELECT name FROM members")}
        assert found == {"Former member", "Bob Other"}
        assert "axolotl" not in " ".join([one.body for one in await Post.all()])
        assert (await finding(fresh)).ok
    assert len(read_ledger(ledger_of(fresh))) == 1  # for the next time


async def test_without_the_ledger_the_doctor_and_a_command_help(
    site_of_ada: Settings,
    tmp_path: Path,
    empty_url: str,  # noqa: F811
) -> None:
    fresh = settled(tmp_path / "fresh", empty_url)
    assert (await restore_backup(fresh, tmp_path / "before.tar")).sent_away == 0
    async with inside(fresh):
        wire()
        assert await Member.filter(name="Ada Leaver").exists()
        (fresh.data_dir / FILE).write_text(ledger_of(site_of_ada).read_text())
        told = await finding(fresh)
        assert not told.ok
        assert "1 are here again" in told.words
        assert await send_away_again(read_ledger(ledger_of(fresh)))
        await let_go()
        assert not await Member.filter(name="Ada Leaver").exists()


async def test_an_id_that_was_given_anew_is_somebody_else(site: Settings) -> None:
    """Restored, a database may give ids again that others had who left: the moment tells them apart."""
    ada = await make.member("Ada")
    theirs = Gone(ada.id, ada.created_at.replace(year=2020).isoformat(), "erase", now().isoformat())
    assert await still_here([theirs]) == ()
    own = Gone(ada.id, ada.created_at.isoformat(), "erase", now().isoformat())
    assert await still_here([own, theirs]) == (own,)


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "null", '{"member": 1}', '{"member": "1", "began": "2026-01-01", "kind": "erase", "at": ""}',
     '{"member": 1, "began": "then", "kind": "erase", "at": ""}',
     '{"member": 1, "began": "2026-01-01", "kind": "eat", "at": ""}'],
)  # fmt: skip
def test_lines_that_are_none_harm_nobody(tmp_path: Path, line: str) -> None:
    good = '{"member": 7, "began": "2026-01-01T00:00:00+00:00", "kind": "erase", "at": "2026-02-01"}'
    (tmp_path / FILE).write_text(f"{line}\n{good}\n")
    assert [one.member for one in read_ledger(tmp_path / FILE)] == [7]
