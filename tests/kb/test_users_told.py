"""An organisation that uses a practice hears of it once when the advice changes, or when it ends."""

import httpx2
import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from kb.actions.decide import Decision, decide
from kb.actions.retire import Reason, retire
from kb.actions.revise import NewVersion, revise
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from kb.models import Adoption, AdoptionChange
from members.models import Member, Membership, Notice, Organisation
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio


async def uses(id_: int, organisation: Organisation, by: Member | None, state: str = "adopted") -> None:
    said = {"article_id": id_, "organisation_id": organisation.id, "state": state, "by": by, "at": now()}
    await Adoption.update_or_create(
        defaults={"state": state, "by": by, "at": now()}, article_id=id_, organisation_id=organisation.id
    )
    await AdoptionChange.create(**said)


async def change_the_advice(scene: Scene, id_: int, significance: str = "advice") -> None:
    await revise(scene.editor, id_, NewVersion(significance=significance))  # type: ignore[arg-type]
    await save(scene.editor, id_, Changes(steps=f"1. Something else: {significance}."))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(scene.reviewer, id_, Decision(decision="approved"))
    await deliver_all()


async def told(member: Member, text: str = "Its advice has changed.") -> list[str]:
    return [one.reason for one in await Notice.filter(member_id=member.id, text__startswith=text).order_by("id")]


async def test_every_administrator_and_nobody_else(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, clinic = await scene.published(), await make.organisation("Clinic South")
    ada, bert = [await make.member(name, at=clinic, role="org_admin") for name in ("Ada Admin", "Bert Admin")]
    carl = await make.member("Carl Clerk", at=clinic)
    await uses(id_, clinic, carl, "trying")
    await change_the_advice(scene, id_)
    await deliver_all()
    for admin in (ada, bert):
        assert await told(admin) == ["Clinic South is trying this practice."]
    assert await told(carl) == []


async def test_only_when_the_advice_changes_and_while_they_use_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, states = await scene.published(), ("planning", "trying", "adopted", "adapted", "stopped", "not_for_us")
    admins = {}
    for state in states:
        organisation = await make.organisation()
        admins[state] = await make.member(at=organisation, role="org_admin")
        await uses(id_, organisation, None, state)
    await change_the_advice(scene, id_, "content")
    assert [await told(one) for one in admins.values()] == [[]] * 6
    await change_the_advice(scene, id_)
    assert [len(await told(one)) for one in admins.values()] == [1, 1, 1, 1, 0, 0]


async def test_without_administrators_who_recorded_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, clinic = await scene.published(), await make.organisation("Clinic South")
    first, last, other = [await make.member(name, at=clinic) for name in ("First", "Last", "Other")]
    await uses(id_, clinic, first)
    await uses(id_, clinic, last)
    await change_the_advice(scene, id_)
    assert [len(await told(one)) for one in (first, last, other)] == [0, 1, 0]
    await Membership.filter(member_id=last.id).update(state="left")
    await change_the_advice(scene, id_)
    assert [len(await told(one)) for one in (first, last, other)] == [1, 1, 0]
    await Member.filter(id=first.id).update(state="suspended")
    await change_the_advice(scene, id_)
    assert [len(await told(one)) for one in (first, last, other)] == [1, 1, 0]


async def test_nobody_is_told_twice(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, north, south = await scene.published(), await make.organisation("North"), await make.organisation("South")
    ada = await make.member("Ada Admin", at=north, role="org_admin")
    await Membership.create(member=ada, organisation=south, role="org_admin", main=False, since=now())
    for organisation in (north, south, scene.hospital):
        await uses(id_, organisation, None)
    await change_the_advice(scene, id_)
    assert await told(ada) == ["North uses this practice, and so does another of your organisations."]
    about = Notice.filter(member_id=scene.mara.id, group=f"article:{id_}").exclude(kind="distilled")
    reasons = [one.reason for one in await about]
    assert reasons == ["You contributed to this practice."], "Mara administrates the hospital, and hears as who asked"


async def test_the_end_is_told_too(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await uses(id_, scene.hospital, scene.ana)
    await retire(scene.reviewer, id_, Reason(reason="The platform is closed."))
    await deliver_all()
    text = "It is retired: The platform is closed."
    assert await told(scene.mara, text) == ["St. Elisabeth Hospital uses this practice."]
    assert await told(scene.ruth, text) == ["You look after this practice."]
    assert await told(scene.ana, text) == []
