"""What happens when passwords and codes are tried at the same moment as their owner acts."""

import asyncio
from datetime import timedelta

import pytest

from base.clock import now
from base.errors import Invalid, TooMany
from members.actions import change_password as changing
from members.actions import sign_in as signing
from members.actions.change_password import PasswordChange, change_password
from members.actions.confirm_again import Proof, confirm_again
from members.actions.sign_in import SignIn, sign_in
from members.models import Member, Session
from members.viewer import Viewer
from tests import builders as make
from tests.members.secrets_of import CHEAP, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
NEW = "another-zebra-4711-door"


async def _reset(member: Member) -> None:
    """As a reset by letter does it."""
    await Member.filter(id=member.id).update(password_hash="x", password_changed_at=now())
    await Session.filter(member_id=member.id).update(revoked_at=now())


async def test_a_sign_in_with_the_old_password_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    member = await make.member(password_hash=CHEAP)
    usual = signing.is_password

    async def while_it_is_reset(kept: str, given: str) -> bool:
        right = await usual(kept, given)
        await _reset(member)
        return right

    monkeypatch.setattr(signing, "is_password", while_it_is_reset)
    with pytest.raises(Invalid):
        await sign_in(Viewer(address="1.1.1.1"), SignIn(email=member.email or "", password=PASSWORD))
    assert not await Session.filter(member_id=member.id, revoked_at=None).exists()


async def test_a_change_under_way_does_not_undo_a_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    member = await make.member(password_hash=CHEAP)
    viewer = await make.viewer(member)
    usual = changing.hash_password

    async def while_it_is_reset(password: str) -> str:
        await _reset(member)
        return await usual(password)

    monkeypatch.setattr(changing, "hash_password", while_it_is_reset)
    with pytest.raises(Invalid):
        await change_password(viewer, PasswordChange(current=PASSWORD, password=NEW))
    assert (await Member.get(id=member.id)).password_hash == "x"


async def test_a_burst_is_no_way_around_the_limits_of_confirming() -> None:
    member = await make.member(password_hash=CHEAP)
    session = await Session.create(
        member_id=member.id, hash="h", created_at=member.created_at, seen_at=member.created_at,
        expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    viewer = Viewer(id=member.id, session_id=session.id, address="1.1.1.1")
    tries = [Proof(password=f"wrong {number}") for number in range(12)] + [Proof(password=PASSWORD)]
    found = await asyncio.gather(*(confirm_again(viewer, one) for one in tries), return_exceptions=True)
    # In whatever order they come to the door, no more than six are looked at and wrong.
    assert sum(isinstance(one, Invalid) for one in found) <= 6
    assert sum(isinstance(one, TooMany) for one in found) >= 6
