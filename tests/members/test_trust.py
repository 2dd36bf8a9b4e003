"""How far people are trusted: confirmed at once, contributors in time, by hand when somebody decides so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from base import settings
from base.clock import now
from base.errors import NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.pace import is_held_up
from forum.models import ReadMark
from members.actions.grant import Grant, grant, revoke
from members.actions.hold_trust import HeldTrust, hold_trust, release_trust
from members.actions.place import Placing, place, remove
from members.actions.reckon_trust import reckon_trust
from members.models import Member, Membership, Notice, Organisation, RoleGrant
from members.queries.trust import standing, taken_part
from members.rules import (
    BY_HAND,
    CONTRIBUTOR,
    GUEST,
    NEEDED,
    VERIFIED,
    MemberFacts,
    TakenPart,
    check_may_hold_trust,
    has_contributed,
    trust_of,
)
from members.viewer import OPERATOR, VISITOR, Viewer
from members.viewer import Grant as Held
from tests import builders as make
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = pytest.mark.anyio
ENOUGH = TakenPart(threads=20, posts=100, minutes=60, replies=3, days=15)
Clock = Callable[[timedelta], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that is put forward."""
    ahead = [timedelta()]

    def later() -> datetime:
        return now() + ahead[0]

    for module in ("members.queries.trust", "members.actions.reckon_trust"):
        monkeypatch.setattr(f"{module}.now", later)

    def put(by: timedelta) -> None:
        ahead[0] = by

    return put


async def trust(of: Member) -> int:
    return int((await Member.get(id=of.id)).trust)


async def taking_part(of: Member, *, threads: int = 20, posts: int = 5, seconds: int = 180, replies: int = 3) -> None:
    """Let somebody have read and answered."""
    author = await make.member(at=await make.organisation())
    about = [await make.thread(author=author) for _ in range(threads)]
    for one in about:
        await ReadMark.create(member=of, thread=one, number=posts, seconds=seconds, at=now())
    for _ in range(replies):
        await make.post(about[0], author=of)


@pytest.mark.parametrize(
    ("less", "is_enough"),
    [
        ({}, True), ({"threads": 19}, False), ({"posts": 99}, False), ({"minutes": 59}, False),
        ({"replies": 2}, False), ({"days": 14}, False), ({"minutes": None}, True), ({"minutes": 0}, False),
        ({"threads": 2000, "days": 14}, False),
    ],
)  # fmt: skip
async def test_a_contributor_has_done_all_of_it(less: dict[str, Any], is_enough: bool) -> None:
    given = {name: getattr(ENOUGH, name) for name in NEEDED} | less
    assert has_contributed(TakenPart(**given)) is is_enough


@pytest.mark.parametrize(
    ("confirmed", "held", "level", "taken", "fresh"),
    [
        (False, None, 0, None, GUEST), (False, None, 2, ENOUGH, GUEST), (False, 3, 3, ENOUGH, GUEST),
        (False, 1, 0, None, GUEST), (True, None, 0, None, VERIFIED), (True, None, 1, ENOUGH, CONTRIBUTOR),
        (True, None, 0, ENOUGH, CONTRIBUTOR), (True, None, 2, None, CONTRIBUTOR), (True, None, 3, None, BY_HAND),
        (True, 0, 1, ENOUGH, GUEST), (True, 1, 1, ENOUGH, VERIFIED), (True, 3, 1, None, BY_HAND),
    ],
)  # fmt: skip
async def test_an_organisation_counts_more_than_what_somebody_did(
    confirmed: bool, held: int | None, level: int, taken: TakenPart | None, fresh: int
) -> None:
    assert trust_of(confirmed=confirmed, held=held, level=level, taken=taken) == fresh


PEOPLE: dict[str, Viewer] = {
    "visitor": VISITOR,
    "member": Viewer(id=1, trust=3),
    "leader": Viewer(id=2, grants=(Held("community_leader", "region", 1),)),
    "editor": Viewer(id=3, grants=(Held("editor"),)),
    "moderator": Viewer(id=4, grants=(Held("moderator"),)),
    "admin": Viewer(id=5, grants=(Held("admin"),)),
    "operator": OPERATOR,
}


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        (MemberFacts(id=9), {"moderator", "admin", "operator"}),
        (MemberFacts(id=9, is_staff=True), {"admin", "operator"}),
        (MemberFacts(id=9, state="suspended"), set()),
        (MemberFacts(id=4), {"admin", "operator"}),
        (MemberFacts(id=5), {"moderator", "operator"}),
    ],
)
async def test_who_decides_by_hand(facts: MemberFacts, may: set[str]) -> None:
    for name, viewer in PEOPLE.items():
        if name in may:
            check_may_hold_trust(viewer, facts)
        else:
            with pytest.raises(NotSignedIn if name == "visitor" else Refused):
                check_may_hold_trust(viewer, facts)


async def test_an_organisation_confirms_at_once_and_losing_the_last_one_drops(client: httpx2.AsyncClient) -> None:
    ada, mara = await make.viewer(await _admin()), await make.member(trust=0)
    one, two = await make.organisation(), await make.organisation()
    await place(ada, mara.id, Placing(organisation=one.id))
    assert await trust(mara) == VERIFIED
    await place(ada, mara.id, Placing(organisation=two.id))
    await Member.filter(id=mara.id).update(trust=CONTRIBUTOR)
    await remove(ada, mara.id, one.id)
    assert await trust(mara) == CONTRIBUTOR
    await remove(ada, mara.id, two.id)
    assert await trust(mara) == GUEST
    told = [(entry.kind, entry.data) for entry in await Entry.filter(kind__startswith="trust.").order_by("id")]
    assert told == [
        ("trust.risen", {"before": 0, "after": 1}), ("trust.fallen", {"before": 2, "after": 0}),
    ]  # fmt: skip
    assert await Notice.filter(member_id=mara.id, kind="trust").count() == 0


async def test_a_role_confirms_too_and_ends_with_it(client: httpx2.AsyncClient) -> None:
    ada, mara = await make.viewer(await _admin()), await make.member(trust=0)
    held = await grant(ada, mara.id, Grant(role="editor"))
    assert await trust(mara) == VERIFIED
    await revoke(ada, held)
    assert await trust(mara) == GUEST
    # A role that ends by itself is noticed by the chore.
    await grant(ada, mara.id, Grant(role="editor"))
    await RoleGrant.filter(member_id=mara.id).update(until=now() - timedelta(minutes=1))
    assert await reckon_trust() == 1
    assert await trust(mara) == GUEST
    assert await reckon_trust() == 0


async def _admin() -> Member:
    ada = await make.member("Ada")
    await make.grant(ada, "admin")
    return ada


async def _mara(at: Organisation | None = None, **more: Any) -> Member:
    given = {"trust": 1, "last_seen_at": now(), "created_at": now() - timedelta(days=2)} | more
    return await make.member("Mara", at=at or await make.organisation(), **given)


async def test_who_takes_part_for_some_time_is_a_contributor_and_thanked_once(
    client: httpx2.AsyncClient, clock: Clock
) -> None:
    mara = await _mara()
    await taking_part(mara)
    assert await reckon_trust() == 0
    assert await trust(mara) == VERIFIED
    clock(timedelta(days=13, minutes=1))
    await Member.filter(id=mara.id).update(last_seen_at=now() + timedelta(days=13))
    assert await reckon_trust() == 1
    assert await trust(mara) == CONTRIBUTOR
    assert await reckon_trust() == 0
    notice = await Notice.get(member_id=mara.id)
    assert (notice.kind, notice.subject, notice.because) == ("trust", "Thank you for taking part", "account")
    entry = await Entry.get(kind="trust.risen")
    assert (entry.actor_id, entry.subject_id, entry.data) == (None, mara.id, {"before": 1, "after": 2})


@pytest.mark.parametrize("less", [{"threads": 19, "posts": 50}, {"posts": 4}, {"seconds": 170}, {"replies": 2}])
async def test_who_has_not_done_all_of_it_stays(client: httpx2.AsyncClient, clock: Clock, less: dict[str, int]) -> None:
    mara = await _mara(created_at=now() - timedelta(days=40))
    await taking_part(mara, **less)
    assert await reckon_trust() == 0
    assert await trust(mara) == VERIFIED


async def test_guests_suspended_and_held_ones_do_not_rise(client: httpx2.AsyncClient) -> None:
    old = {"created_at": now() - timedelta(days=40), "last_seen_at": now()}
    home = await make.organisation()
    people = [
        await make.member("Guest", trust=0, **old),
        await make.member("Suspended", at=home, state="suspended", **old),
        await make.member("Held", at=home, trust_held=1, **old),
        await make.member("Away for long", at=home, **old | {"last_seen_at": now() - timedelta(days=8)}),
    ]
    before = [await trust(one) for one in people]
    for one in people:
        await taking_part(one)
    assert await reckon_trust() == 0
    assert [await trust(one) for one in people] == before


async def test_what_is_not_public_is_no_reply_and_what_was_masked_nobodys(client: httpx2.AsyncClient) -> None:
    mara = await _mara()
    await taking_part(mara, threads=2, replies=2, seconds=0)
    about = await make.thread(author=mara)
    await make.post(about, author=mara, state="hidden")
    taken = (await taken_part([mara.id]))[mara.id]
    assert taken == TakenPart(threads=2, posts=10, minutes=None, replies=2, days=2)


async def test_the_chore_asks_a_few_statements_for_many(client: httpx2.AsyncClient) -> None:
    home = await make.organisation()
    for _ in range(30):
        await make.member(at=home, created_at=now() - timedelta(days=40), last_seen_at=now())
    with statements() as sent:
        assert await reckon_trust() == 0
    assert len(sent) <= 7


async def test_deciding_by_hand_and_taking_it_back(client: httpx2.AsyncClient) -> None:
    nia, mara = await make.viewer(await make.moderator()), await _mara()
    await hold_trust(nia, mara.id, HeldTrust(level=3, reason="Known for years."))
    assert await trust(mara) == BY_HAND
    assert not is_held_up(await make.viewer(mara))
    assert (await Notice.get(member_id=mara.id)).subject == "Thank you for taking part"
    entry = await Entry.get(kind="trust.held")
    assert (entry.actor_id, entry.data) == (nia.id, {"level": 3, "reason": "Known for years."})
    await hold_trust(nia, mara.id, HeldTrust(level=0, reason="Advertises again."))
    assert await trust(mara) == GUEST
    # Neither time nor another organisation lifts what somebody decided.
    await place(await make.viewer(await _admin()), mara.id, Placing(organisation=(await make.organisation()).id))
    await reckon_trust()
    assert await trust(mara) == GUEST
    await release_trust(nia, mara.id)
    assert await trust(mara) == VERIFIED
    await hold_trust(nia, mara.id, HeldTrust(level=3, reason="Known for years."))
    await release_trust(nia, mara.id)
    assert await trust(mara) == CONTRIBUTOR
    await Membership.filter(member_id=mara.id).update(state="left")
    await hold_trust(nia, mara.id, HeldTrust(level=2, reason="Belongs nowhere."))
    assert await trust(mara) == GUEST


async def test_the_page_says_the_numbers_and_how_far_one_is(client: httpx2.AsyncClient) -> None:
    settings.lay_under({})
    text = (await client.get("/trust")).text
    for words in ("20 threads and 100 posts", "60 minutes", "3 answers", "15 days", "Verified member", "30 days"):
        assert words in text
    assert "Threads read" not in text
    assert faults_of(text) == []
    mara = await _mara()
    await taking_part(mara, threads=7, posts=3, replies=1, seconds=0)
    await make.sign_in(client, mara)
    for path in ("/trust", f"/people/{mara.handle}"):
        text = (await client.get(path)).text
        for words in ("Threads read: 7 of 20", "Posts read: 21 of 100", "has told none so far", "comments: 1 of 3"):
            assert words in text, (path, words)
        assert faults_of(text) == []
    await make.sign_in(client, await make.moderator())
    assert "Threads read" not in (await client.get(f"/people/{mara.handle}")).text
    own = (await client.get("/api/v1/me/trust", headers=await make.token(mara))).json()
    assert own["level"] == 1
    assert own["steps"][0] == {"what": "threads", "have": 7, "need": 20, "is_enough": False}


async def test_the_administrators_page_and_the_door_for_programs(client: httpx2.AsyncClient) -> None:
    ada, mara = await _admin(), await _mara()
    await make.sign_in(client, ada)
    base = f"/admin/people/{mara.id}"
    wrong = await client.post(f"{base}/hold-trust", data={"level": "3", "because": "x"})
    assert wrong.status_code == 422
    assert 'href="#f-because"' in wrong.text
    done = await client.post(f"{base}/hold-trust", data={"level": "3", "because": "Known for years."})
    assert done.headers["location"] == base
    text = (await client.get(base)).text
    assert "held by hand at: Trusted member" in text
    assert faults_of(text) == []
    assert (await client.post(f"{base}/release-trust")).headers["location"] == base
    assert await trust(mara) == CONTRIBUTOR
    nia = await make.token(await make.moderator())
    door = f"/api/v1/admin/people/{mara.id}/trust"
    assert (await client.put(door, json={"level": 4, "reason": "Known for years."}, headers=nia)).status_code == 422
    assert (await client.put(door, json={"level": 1, "reason": "Known for years."}, headers=nia)).status_code == 204
    assert (await client.delete(door, headers=nia)).status_code == 204
    assert (await client.delete(door, headers=nia)).status_code == 404
    hers = await make.token(mara)
    assert (await client.put(door, json={"level": 3, "reason": "Because."}, headers=hers)).status_code == 403


async def test_standing_takes_few_statements(client: httpx2.AsyncClient) -> None:
    viewer = await make.viewer(await _mara())
    with statements() as sent:
        await standing(viewer)
    assert len(sent) == 3
