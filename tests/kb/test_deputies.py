"""Who is away lets another editor stand in: notices and tasks move, and come back."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid, Missing, NotSignedIn
from base.journal.deliver import deliver_all
from kb.actions.delegate import Deputy, delegate, end_delegation
from kb.models import Delegation
from kb.queries.deputies import deputies
from kb.queries.desk import reviews_for
from members.models import Member, Notice
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio


async def away(scene: Scene) -> Member:
    """Let Thea stand in for Tomasz for a week."""
    thea = await make.editor("Thea Third")
    await delegate(scene.reviewer, Deputy(deputy=f"@{thea.handle}", until=now().date() + timedelta(days=7)))
    return thea


async def waiting(who: Member) -> int:
    return next(lane.total for lane in await reviews_for(await make.viewer(who)) if lane.name == "mine")


async def test_reviews_move_and_come_back(client: httpx2.AsyncClient, scene: Scene) -> None:
    thea = await away(scene)
    await scene.in_review()
    await deliver_all()
    assert await Notice.filter(member_id=thea.id, kind="review").exists()
    assert not await Notice.filter(member_id=scene.tomasz.id, kind="review").exists()
    assert await waiting(thea) == 1
    await end_delegation(scene.reviewer)
    assert await waiting(thea) == 0
    assert await waiting(scene.tomasz) == 1
    with pytest.raises(Missing):
        await end_delegation(scene.reviewer)


async def test_it_ends_with_its_last_day(scene: Scene) -> None:
    thea = await away(scene)
    await scene.in_review()
    await Delegation.all().update(until=now().date() - timedelta(days=1))
    assert await waiting(thea) == 0
    assert (await deputies(scene.reviewer)).own is None


async def test_who_can_stand_in(scene: Scene) -> None:
    soon = now().date() + timedelta(days=2)
    with pytest.raises(NotSignedIn):
        await delegate(VISITOR, Deputy(deputy=scene.ruth.handle, until=soon))
    for handle in (scene.tomasz.handle, scene.ana.handle, "nobody"):
        with pytest.raises(Invalid):
            await delegate(scene.reviewer, Deputy(deputy=handle, until=soon))
    for day in (now().date() - timedelta(days=1), now().date() + timedelta(days=500)):
        with pytest.raises(Invalid):
            await delegate(scene.reviewer, Deputy(deputy=scene.ruth.handle, until=day))


async def test_the_page_without_scripts(client: httpx2.AsyncClient, scene: Scene) -> None:
    await make.sign_in(client, scene.tomasz)
    given = {"deputy": scene.ruth.handle, "until": (now().date() + timedelta(days=3)).isoformat()}
    assert (await client.post("/review/deputy", data=given | {"until": ""})).status_code == 422
    assert (await client.post("/review/deputy", data=given)).status_code == 303
    assert "Ruth Ames stands in for you" in (await client.get("/review/deputy")).text
    await make.sign_in(client, scene.ruth)
    assert "You stand in for Tomasz Nowak" in (await client.get("/review/deputy")).text
    await make.sign_in(client, scene.tomasz)
    assert (await client.post("/review/deputy/end")).status_code == 303


async def test_who_stands_in_is_told(client: httpx2.AsyncClient, scene: Scene) -> None:
    thea = await away(scene)
    await deliver_all()
    told = await Notice.get(member_id=thea.id, kind="deputy")
    assert (told.url, told.reason) == ("/review/deputy", f"{scene.tomasz.name} chose you as deputy.")
    assert scene.tomasz.name in told.subject
    await make.sign_in(client, thea)
    assert told.subject in (await client.get("/inbox")).text
    await make.sign_in(client, scene.tomasz)
    assert "Choose another</h2>" in (await client.get("/review/deputy")).text


async def test_a_deputy_who_was_replaced_before_is_not_told(client: httpx2.AsyncClient, scene: Scene) -> None:
    thea = await away(scene)
    other = await make.editor("Olu Other")
    await delegate(scene.reviewer, Deputy(deputy=other.handle, until=now().date()))
    await deliver_all()
    assert not await Notice.filter(member_id=thea.id, kind="deputy").exists()
    assert await Notice.filter(member_id=other.id, kind="deputy").exists()
