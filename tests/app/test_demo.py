"""The demonstration: believable, and gone without a trace when it is removed."""

import pytest

from app.checkup import check_up
from app.demo.fill import fill_demo
from app.demo.ledger import has_demo, is_empty
from app.demo.remove import remove_demo
from app.demo.sign_ins import sign_ins
from base.db import rows
from base.settings import Settings
from members.models import Member, PlatformUse
from tests.builders import member

pytestmark = pytest.mark.anyio

EMPTY = (
    "members",
    "organisations",
    "organisation_requests",
    "question_asks",
    "regions",
    "threads",
    "posts",
    "articles",
    "tags",
    "platforms",
    "platform_uses",
    "platform_accounts",
    "categories",
    "search_synonyms",
    "search_log",
    "origins",
)


async def test_it_fills_an_empty_site(site: Settings) -> None:
    assert await is_empty()
    made = await fill_demo()
    assert made["threads"] >= 15
    assert made["articles"] >= 4
    assert await has_demo()
    for state in ("using", "planning", "tried_stopped"):
        assert await PlatformUse.filter(status=state).exists()
    known = {row["email"] for row in await rows("SELECT email FROM members WHERE email IS NOT NULL")}
    assert {one.email for one in sign_ins()} == known
    findings = {one.name: one for one in await check_up(site)}
    assert findings["counters"].ok
    assert findings["database"].ok


async def test_it_goes_without_a_trace(site: Settings) -> None:
    await fill_demo()
    await remove_demo()
    for table in EMPTY:
        assert await rows(f"SELECT id FROM {table} LIMIT 1") == [], table
    assert await remove_demo() == dict.fromkeys((await remove_demo()), 0)


async def test_real_people_and_what_they_use_stay(site: Settings) -> None:
    await fill_demo()
    real = await member(name="Real Person")
    tag = (await rows("SELECT id FROM tags WHERE slug = 'reviews'"))[0]["id"]
    author = (await rows("SELECT id FROM members WHERE handle = 'mara'"))[0]["id"]
    from forum.actions.start_thread import NewThread, start_thread

    kept = await start_thread(
        NewThread(
            kind="discussion",
            title="A thread of our own here",
            body="Words of a real person.",
            author_id=real.id,
            tag_ids=(tag,),
        )
    )
    other = await start_thread(
        NewThread(kind="discussion", title="Written by a demo person", body="Words of a demo person.", author_id=author)
    )
    await remove_demo()
    assert {row["id"] for row in await rows("SELECT id FROM threads")} == {kept.id, other.id}
    assert [row["slug"] for row in await rows("SELECT slug FROM tags")] == ["reviews"]
    former = await Member.get(id=author)
    assert (former.state, former.name, former.email, former.password_hash) == ("gone", "Former member", None, "")
