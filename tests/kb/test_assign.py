"""Who takes care of what on the desk: taken on, given, let go of, and over when the work is done."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Conflict, Failure, Invalid, Missing, NotSignedIn, Refused
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from kb.actions.assign import Given, assign, let_go
from kb.actions.attach import Attached, attach
from kb.actions.decide import Decision, decide
from kb.actions.delegate import Deputy, delegate
from kb.actions.nominate import Why, decline, nominate, withdraw
from kb.actions.promote import NewArticle, promote
from kb.actions.retire import Reason, mark_obsolete, retire
from kb.actions.revise import NewVersion, discard, revise
from kb.actions.send import Asked, send
from kb.actions.suggest import Declined, Proposal, suggest
from kb.actions.suggest import decline as decline_words
from kb.actions.verify import StillTrue, verify
from kb.actions.write import Changes, save
from kb.models import Article, Assignment, Nomination
from kb.queries.desk import DeskRow, desk, reviews_for
from kb.queries.desk_rows import Held
from members.models import Member, Notice, RoleGrant
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.kb.browserless import visit
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio

WHY = Why(why="Everybody asks for this.")
ME = Given()


async def nominated(scene: Scene) -> int:
    await nominate(await make.viewer(scene.ana), scene.thread.id, WHY)
    return int(scene.thread.id)


async def overdue(scene: Scene, title: str = "Overdue", **more: object) -> int:
    made = await make.article(title, author=scene.ruth, due_at=now() - timedelta(days=1), **more)
    return int(made.id)


async def mine(viewer: Viewer) -> list[DeskRow]:
    return next([*lane.rows] for lane in await reviews_for(viewer) if lane.name == "mine")


async def shown(scene: Scene, lane: str, held: Held = "") -> list[str]:
    return next([row.title for row in one.rows] for one in await desk(scene.editor, held=held) if one.name == lane)


async def told(member: Member) -> list[tuple[str, str]]:
    return [(one.reason, one.url) for one in await Notice.filter(member_id=member.id, kind="given").order_by("id")]


async def test_given_told_and_seen_with_who_gave_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    thread, id_ = await nominated(scene), await overdue(scene)
    to = Given(to=f"@{scene.tomasz.handle}")
    await assign(scene.editor, "thread", thread, to)
    await assign(scene.editor, "article", id_, to)
    await deliver_all()
    await deliver_all()
    assert await told(scene.tomasz) == [
        ("Ruth Ames gave you this.", f"/kb/promote/{thread}"), ("Ruth Ames gave you this.", f"/kb/{id_}-overdue")
    ]  # fmt: skip
    rows = await mine(scene.reviewer)
    assert {(row.subject, row.given_by) for row in rows} == {("thread", "Ruth Ames"), ("article", "Ruth Ames")}
    assert await mine(scene.editor) == []
    await make.sign_in(client, scene.tomasz)
    assert "given by Ruth Ames" in (await client.get("/desk?lane=mine")).text
    assert "Tomasz Nowak" in (await client.get("/desk?lane=nominated")).text


async def test_nobody_is_told_of_what_they_took_on(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await overdue(scene)
    assert await assign(scene.editor, "article", id_, ME) == "Ruth Ames"
    await assign(scene.editor, "article", id_, Given(to=scene.ruth.handle))
    await deliver_all()
    assert await told(scene.ruth) == []
    assert [row.given_by for row in await mine(scene.editor)] == [""]
    assert await Entry.filter(kind="assignment.made").count() == 1


async def test_who_was_given_it_and_lost_it_again_is_not_told(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await overdue(scene)
    await assign(scene.editor, "article", id_, Given(to=scene.tomasz.handle))
    await let_go(scene.editor, "article", id_)
    await deliver_all()
    assert await told(scene.tomasz) == []


async def test_whose_rows_are_shown(scene: Scene) -> None:
    first, second = [await overdue(scene, title, owner_id=None) for title in ("One", "Two")]
    thread = await nominated(scene)
    await overdue(scene, "Three", owner_id=None)
    await assign(scene.editor, "article", first, ME)
    await assign(scene.editor, "article", second, Given(to=scene.tomasz.handle))
    await assign(scene.editor, "thread", thread, Given(to=scene.tomasz.handle))
    assert await shown(scene, "overdue", "mine") == ["One"]
    assert await shown(scene, "overdue", "nobody") == ["Three"]
    assert len(await shown(scene, "overdue")) == 3
    assert await shown(scene, "nominated", "mine") == await shown(scene, "nominated", "nobody") == []
    await Member.filter(id=scene.tomasz.id).update(state="suspended")
    assert await shown(scene, "overdue", "nobody") == ["Two", "Three"]
    assert len(await shown(scene, "nominated", "nobody")) == 1
    await assign(scene.editor, "article", second, Given(before=""))
    assert await shown(scene, "overdue", "mine") == ["One", "Two"]


async def test_mine_is_what_i_own_review_or_write_too(scene: Scene) -> None:
    await overdue(scene, "Owned", owner_id=scene.ruth.id)
    await overdue(scene, "Of Tomasz", owner_id=scene.tomasz.id)
    id_ = await scene.draft(written := "Written and reviewed")
    assert await shown(scene, "overdue", "mine") == ["Owned"]
    assert await shown(scene, "drafts", "mine") == [written]
    await scene.publish(id_)
    await Article.filter(id=id_).update(owner_id=None)
    await revise(scene.reviewer, id_, NewVersion())
    assert await shown(scene, "drafts", "mine") == [], "Tomasz writes it"
    await Article.filter(id=id_).update(owner_id=scene.ruth.id)
    assert await shown(scene, "drafts", "mine") == [written], "and Ruth owns it"
    await Article.filter(id=id_).update(owner_id=None)
    await save(scene.reviewer, id_, Changes(summary="Another summary, longer than before."))
    await send(scene.reviewer, id_, Asked(reviewer=scene.ruth.handle))
    assert await shown(scene, "review", "mine") == [written], "Ruth reviews it"
    assert await shown(scene, "review", "nobody") == [written], "which nobody has taken on"
    await suggest(
        await make.viewer(scene.ana), id_, Proposal(section="steps", why="It was unclear.", text="Other words.")
    )
    assert await shown(scene, "suggested", "mine") == []
    await Article.filter(id=id_).update(owner_id=scene.ruth.id)
    assert await shown(scene, "suggested", "mine") == [written]
    away = await make.viewer(scene.tomasz)
    await delegate(scene.editor, Deputy(deputy=scene.tomasz.handle, until=now().date() + timedelta(days=3)))
    lanes = {lane.name: lane.total for lane in await desk(away, held="mine")}
    assert lanes["overdue"] == 2, "his own, and Ruth's while he stands in for her"


async def test_who_may_hand_out_and_to_whom(scene: Scene) -> None:
    id_, thread, ana = await overdue(scene), await nominated(scene), await make.viewer(scene.ana)
    with pytest.raises(NotSignedIn):
        await assign(VISITOR, "article", id_, ME)
    with pytest.raises(Refused):
        await assign(ana, "article", id_, ME)
    for handle in (scene.ana.handle, "nobody"):
        for subject, number in (("article", id_), ("thread", thread)):
            with pytest.raises(Invalid):
                await assign(scene.editor, subject, number, Given(to=handle))  # type: ignore[arg-type]
    with pytest.raises(Missing):
        await assign(scene.editor, "article", 4711, ME)
    with pytest.raises(Missing):
        await assign(scene.editor, "thread", (await make.thread("Never suggested at all")).id, ME)
    await assign(scene.editor, "article", id_, ME)
    for who, error in ((VISITOR, Missing), (ana, Missing)):
        with pytest.raises(error):
            await let_go(who, "article", id_)
    await let_go(scene.reviewer, "article", id_)
    with pytest.raises(Missing):
        await let_go(scene.reviewer, "article", id_)
    secret = await overdue(scene, "Secret", audience=f"org:{scene.hospital.id}")
    with pytest.raises(Invalid):
        await assign(scene.editor, "article", secret, Given(to=scene.tomasz.handle))


async def test_a_member_who_works_on_it_can_be_given_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await overdue(scene, owner_id=scene.ana.id)
    await make.sign_in(client, scene.ruth)
    assert f'<option value="{scene.ana.handle}">' in (await client.get("/desk?lane=overdue")).text
    await assign(scene.editor, "article", id_, Given(to=scene.ana.handle))
    await deliver_all()
    assert await told(scene.ana) == [("Ruth Ames gave you this.", f"/kb/{id_}-overdue")]
    await make.sign_in(client, scene.ana)
    page = await visit(client, "/review")
    assert "given by Ruth Ames" in page.text
    page = await page.press("Let go")
    assert page.path == "/review"
    assert "Nobody has it now." in page.text
    assert not await Assignment.exists()


async def test_it_goes_to_the_deputy(client: httpx2.AsyncClient, scene: Scene) -> None:
    thea = await make.editor("Thea Third")
    await delegate(scene.reviewer, Deputy(deputy=thea.handle, until=now().date() + timedelta(days=7)))
    id_, thread = await overdue(scene), await nominated(scene)
    for subject, number in (("article", id_), ("thread", thread)):
        await assign(scene.editor, subject, number, Given(to=scene.tomasz.handle))  # type: ignore[arg-type]
    await deliver_all()
    assert len(await told(thea)) == 2
    assert await told(scene.tomasz) == []
    assert len(await mine(await make.viewer(thea))) == 2


async def test_it_ends_with_the_thread(scene: Scene) -> None:
    ana = await make.viewer(scene.ana)

    async def given() -> int:
        thread = await nominated(scene)
        await assign(scene.editor, "thread", thread, Given(to=scene.tomasz.handle))
        return thread

    thread = await given()
    await decline(scene.editor, thread)
    assert not await Assignment.exists()
    await given()
    await nominate(scene.reviewer, thread, WHY)
    await withdraw(ana, thread)
    assert await Assignment.exists()
    await withdraw(scene.reviewer, thread)
    assert not await Assignment.exists()
    await given()
    await promote(scene.reviewer, thread, NewArticle(title="Governing accounts"))
    assert not await Assignment.exists()
    assert await Entry.filter(kind="assignment.ended").count() == 3


async def test_it_ends_with_the_article(scene: Scene) -> None:
    reason = Reason(reason="It does not hold any more.")

    async def given(id_: int) -> int:
        await assign(scene.editor, "article", id_, ME)
        return id_

    await verify(scene.editor, await given(await overdue(scene)), StillTrue(checked=True))
    assert not await Assignment.exists()
    await mark_obsolete(scene.editor, await given(await overdue(scene)), reason)
    await retire(scene.editor, await given(await overdue(scene)), reason)
    assert not await Assignment.exists()
    await decide(scene.reviewer, await given(await scene.in_review()), Decision(decision="approved"))
    assert not await Assignment.exists()
    id_ = await given(await overdue(scene))
    await revise(scene.editor, id_, NewVersion(significance="content"))
    assert [row.state for row in await mine(scene.editor)] == ["draft"], "once, as the draft"
    await discard(scene.editor, id_)
    assert not await Assignment.exists()


async def test_it_ends_when_nothing_is_left_to_do(scene: Scene) -> None:
    id_ = await scene.published()
    made = [
        await suggest(await make.viewer(scene.ana), id_, Proposal(section="steps", text=text, why="It is simpler so."))
        for text in ("1. One.", "1. Two.")
    ]
    await assign(scene.editor, "article", id_, ME)
    for left, one in ((True, made[0]), (False, made[1])):
        await decline_words(scene.reviewer, id_, one, Declined(note="Not now."))
        assert await Assignment.exists() is left


async def test_two_take_the_same_on(scene: Scene) -> None:
    id_ = await overdue(scene)
    given = Given(before="")
    done = await asyncio.gather(
        *(assign(who, "article", id_, given) for who in (scene.editor, scene.reviewer) * 3), return_exceptions=True
    )
    assert all(isinstance(one, str | Failure) for one in done), done
    assert await Assignment.all().count() == await Entry.filter(kind="assignment.made").count() == 1
    with pytest.raises(Conflict):
        await assign(await make.viewer(await make.editor()), "article", id_, given)


async def test_the_desk_without_scripts(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await overdue(scene)
    await make.sign_in(client, scene.ruth)
    page = await visit(client, "/desk?lane=overdue&who=nobody")
    page = await page.press("Assign", to=scene.tomasz.handle)
    assert page.path == "/desk?lane=overdue&who=nobody"
    assert "Tomasz Nowak has it now, and is told." in page.text
    page = await visit(client, "/desk?lane=overdue")
    assert (await Assignment.get()).subject_id == id_
    page = await page.press("Let go")
    assert "Nobody has it now." in page.text
    stale = {"subject": "article", "id": str(id_), "lane": "overdue", "before": scene.tomasz.handle}
    answer = await client.post("/desk/assign", data=stale)
    assert "a moment ago" in (await client.get(answer.headers["location"])).text
    assert (await client.post("/desk/assign", data={"subject": "post", "id": "1"})).status_code == 404


async def test_the_doors_for_programs(client: httpx2.AsyncClient, scene: Scene) -> None:
    headers = await make.token(scene.ruth)
    id_, thread = await overdue(scene), await nominated(scene)
    for path in (f"/api/v1/articles/{id_}/assignment", f"/api/v1/threads/{thread}/assignment"):
        given = await client.put(path, json={"to": scene.tomasz.handle}, headers=headers)
        assert given.json() == {"name": "Tomasz Nowak"}
        again = await client.put(path, json={"before": ""}, headers=headers)
        assert again.status_code == 409
    lanes = {lane["name"]: lane for lane in (await client.get("/api/v1/desk?who=nobody", headers=headers)).json()}
    assert lanes["overdue"]["total"] == lanes["nominated"]["total"] == 0
    lanes = {lane["name"]: lane for lane in (await client.get("/api/v1/desk", headers=headers)).json()}
    assert lanes["overdue"]["rows"][0]["holder"]["name"] == "Tomasz Nowak"
    for path in (f"/api/v1/articles/{id_}/assignment", f"/api/v1/threads/{thread}/assignment"):
        assert (await client.delete(path, headers=headers)).status_code == 204


async def test_who_is_no_editor_any_more_lets_go_of_a_thread(scene: Scene) -> None:
    thread = await nominated(scene)
    await assign(scene.editor, "thread", thread, Given(to=scene.tomasz.handle))
    await RoleGrant.filter(member_id=scene.tomasz.id).delete()
    await let_go(await make.viewer(scene.tomasz), "thread", thread)
    assert not await Assignment.all().exists()


async def test_a_thread_that_becomes_a_source_is_taken_care_of(scene: Scene) -> None:
    thread = await make.thread("Another thread, nominated")
    await Nomination.create(thread_id=thread.id, member_id=scene.ana.id, why="Good.", at=now())
    await assign(scene.editor, "thread", thread.id, Given(to=scene.tomasz.handle))
    await attach(scene.editor, await scene.draft(), Attached(thread=thread.id))
    assert not await Assignment.all().exists()
