"""Two administrators at once: one always remains, and nothing is done by somebody who may no longer."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from base.clock import now
from base.errors import Conflict, Failure, Refused
from members.actions.leave import Leaving as GivingUp
from members.actions.leave import leave
from members.actions.let_in import let_in
from members.actions.make_org_admin import make_org_admin, transfer_role, unmake_org_admin
from members.actions.pause_place import Pause, pause_place
from members.actions.place import Placing, place, remove
from members.actions.remove_leaver import Leaving, remove_leaver
from members.actions.set_policies import Policies, set_policies
from members.models import Member, Membership, Organisation
from members.viewer import Viewer
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]


async def two() -> tuple[Organisation, Member, Member]:
    there = await make.organisation()
    return there, *[await make.member(at=there, role="org_admin") for _ in range(2)]  # type: ignore[return-value]


async def administrators(there: Organisation) -> int:
    return await Membership.filter(organisation=there, role="org_admin", state="active").count()


async def both(first: object, second: object) -> list[object]:
    return await asyncio.gather(first, second, return_exceptions=True)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("way", ["remove", "pause", "unmake", "place", "take out", "mixed"])
async def test_two_administrators_end_each_other_at_once(way: str) -> None:
    for _ in range(4):
        there, one, two_ = await two()
        ways = {
            "remove": lambda viewer, member, at: remove_leaver(viewer, at, member, Leaving()),
            "pause": lambda viewer, member, at: pause_place(viewer, at, member, Pause(reason="Because.")),
            "unmake": lambda viewer, member, at: unmake_org_admin(viewer, at, member),
            "place": lambda viewer, member, at: place(viewer, member, Placing(organisation=at, role="staff")),
            "take out": remove,
        }  # fmt: skip
        first, second = (ways["remove"], ways["unmake"]) if way == "mixed" else (ways[way], ways[way])
        viewers = await make.viewer(one), await make.viewer(two_)
        done = await both(first(viewers[0], two_.id, there.id), second(viewers[1], one.id, there.id))
        assert await administrators(there) == 1, done
        assert sum(isinstance(one_of, Failure) for one_of in done) == 1, done


async def test_both_hand_their_role_to_the_same_colleague() -> None:
    there, one, two_ = await two()
    mara = await make.member(at=there)
    viewers = await make.viewer(one), await make.viewer(two_)
    done = await both(transfer_role(viewers[0], there.id, mara.id), transfer_role(viewers[1], there.id, mara.id))
    assert sum(isinstance(one_of, Failure) for one_of in done) == 1
    assert await administrators(there) == 2


async def test_rights_are_looked_at_again_when_it_is_done() -> None:
    there, one, two_ = await two()
    mara, waiting = await make.member(at=there), await make.member()
    await Membership.create(member=waiting, organisation=there, state="pending", since=now(), main=False)
    before: Viewer = await make.viewer(two_)
    await unmake_org_admin(await make.viewer(one), there.id, two_.id)
    for act in (
        make_org_admin(before, there.id, mara.id),
        unmake_org_admin(before, there.id, one.id),
        remove_leaver(before, there.id, mara.id, Leaving()),
        let_in(before, there.id, waiting.id),
        place(before, mara.id, Placing(organisation=there.id, role="org_admin")),
        remove(before, mara.id, there.id),
        set_policies(before, there.id, Policies(mail_content="none")),
    ):
        with pytest.raises(Refused):
            await act
    assert await administrators(there) == 1
    assert (await Organisation.get(id=there.id)).mail_content == "full"
    assert (await Membership.get(member=waiting)).state == "pending"


async def test_who_asks_twice_at_once_waits_once() -> None:
    from members.actions.ask_to_belong import Asking, ask_to_belong

    there, eve = await make.organisation(), await make.member()
    viewer = await make.viewer(eve)
    done = await both(ask_to_belong(viewer, there.id, Asking()), ask_to_belong(viewer, there.id, Asking()))
    assert sum(isinstance(one_of, Failure) for one_of in done) == 1
    assert await Membership.filter(member=eve).count() == 1


async def test_a_suspended_account_does_not_count_as_an_administrator() -> None:
    there, one, two_ = await two()
    await Member.filter(id=two_.id).update(state="suspended")
    boss = await make.member()
    await make.grant(boss, "moderator")
    with pytest.raises(Refused):
        await unmake_org_admin(await make.viewer(one), there.id, one.id)
    await unmake_org_admin(await make.viewer(boss), there.id, one.id)
    with pytest.raises(Failure):
        await make_org_admin(await make.viewer(boss), there.id, two_.id)


async def test_who_accepts_while_they_are_let_in_waits_for_nobody() -> None:
    from members.actions.accept_invitation import accept_signed_in
    from members.models import Invitation

    for _ in range(6):
        there, one, _two = await two()
        eve = await make.member(email=f"eve-{there.id}@example.org")
        await Membership.create(member=eve, organisation=there, state="pending", since=now(), main=False)
        invitation = await Invitation.create(
            organisation=there, email=eve.email, invited_by=one, created_at=now(), sent_at=now(),
            expires_at=now() + timedelta(days=1),
        )  # fmt: skip
        done = await both(
            let_in(await make.viewer(one), there.id, eve.id), accept_signed_in(await make.viewer(eve), invitation)
        )
        assert not [one_of for one_of in done if isinstance(one_of, Exception) and not isinstance(one_of, Failure)], (
            done
        )
        assert (await Membership.get(member=eve)).state == "active"


async def test_one_leaves_the_site_while_the_other_is_unmade() -> None:
    for _ in range(4):
        there, one, two_ = await two()
        await make.member(at=there)
        leaver = replace(await make.viewer(one), session_id=1, confirmed_at=now())
        boss = await make.viewer(two_)
        done = await both(
            leave(leaver, GivingUp(kind="erase", understood=True)), unmake_org_admin(boss, there.id, two_.id)
        )
        assert await Membership.filter(
            organisation=there, role="org_admin", state="active", member__state="active"
        ).count(), done


async def test_who_was_suspended_just_now_does_not_leave_to_come_back() -> None:
    mara = await make.member()
    viewer = replace(await make.viewer(mara), session_id=1, confirmed_at=now())
    await Member.filter(id=mara.id).update(state="suspended")
    with pytest.raises(Conflict):
        await leave(viewer, GivingUp(kind="erase", understood=True))
    assert (await Member.get(id=mara.id)).state == "suspended"
