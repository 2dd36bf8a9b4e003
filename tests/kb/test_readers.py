"""What readers say: whether an article helped, with a reason; and other words, taken over with credit."""

from dataclasses import replace

import httpx2
import pytest

from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from base.journal.deliver import deliver_all
from kb.actions.rate import Rating, rate, settle
from kb.actions.send import Asked, send
from kb.actions.suggest import Declined, Proposal, accept, decline, suggest
from kb.actions.verify import StillTrue, verify
from kb.actions.write import Changes, save
from kb.models import ArticleRevision, Contributor, HelpfulVote, Suggestion
from kb.queries.article import show_article
from kb.queries.facts import find
from kb.queries.readers import helped
from kb.queries.recheck import recheck
from kb.queries.workbench import workbench
from members.models import Member, Notice
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio

YES, NO = Rating(helpful=True), Rating(helpful=False, reason="outdated", section="steps", comment="Step two is gone.")
OTHER = Proposal(
    section="steps", why="A deputy alone is not enough.",
    text="1. List every account.\n2. Name an owner and two deputies.\n3. Close what has neither.",
)  # fmt: skip


def from_(address: str) -> Viewer:
    return replace(VISITOR, address=address)


async def state(id_: int) -> str:
    return (await show_article(VISITOR, id_)).detail.verification


async def told(member: Member) -> list[str]:
    return [one.text for one in await Notice.filter(member_id=member.id).order_by("id")]


async def test_everybody_is_counted_once_and_may_change_their_mind(site: object, scene: Scene) -> None:
    id_ = await scene.published()
    await rate(from_("192.0.2.1"), id_, YES)
    await rate(from_("192.0.2.1"), id_, NO)
    await rate(from_("192.0.2.2"), id_, YES)
    await rate(await make.viewer(scene.ana), id_, YES)
    found = await helped(id_, 1)
    assert (found.yes, found.total) == (2, 3)
    assert [(one.reason, one.section, one.comment) for one in found.said] == [
        ("outdated", "steps", "Step two is gone.")
    ]  # fmt: skip
    assert not await HelpfulVote.filter(voter__contains="192.0.2").exists()
    with pytest.raises(Missing):
        await rate(from_("192.0.2.1"), await scene.draft("Another one, still written"), YES)


async def test_ten_votes_of_which_most_are_no_dispute_it(site: object, scene: Scene) -> None:
    id_ = await scene.published()
    for number in range(9):
        await rate(from_(f"192.0.2.{number}"), id_, NO if number < 5 else YES)
    assert await state(id_) == "verified"
    await rate(from_("192.0.2.20"), id_, YES)
    assert await state(id_) == "verified"
    await rate(from_("192.0.2.21"), id_, NO)
    assert await state(id_) == "disputed"
    await verify(scene.editor, id_, StillTrue(note="It holds; the sentence about step two was misread."))
    assert await state(id_) == "verified"


async def test_the_owner_sees_it_and_settles_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    for number in range(10):
        await rate(from_(f"192.0.2.{number}"), id_, NO)
    await deliver_all()
    assert any("fewer than half" in text for text in await told(scene.ruth))
    said = (await recheck(scene.editor, id_)).helped.said
    await make.sign_in(client, scene.ruth)
    assert "Step two is gone." in (await client.get(f"/kb/{id_}/recheck")).text
    assert f"/kb/{id_}/recheck#readers" in (await client.get("/desk?lane=unhelpful")).text
    with pytest.raises(Refused):
        await settle(await make.viewer(scene.ana), id_, said[0].id)
    assert (await client.post(f"/kb/{id_}/helpful/{said[0].id}/settle")).status_code == 303
    with pytest.raises(Conflict):
        await settle(scene.editor, id_, said[0].id)
    assert len((await helped(id_, 1)).said) == 9


async def test_a_reader_without_scripts_says_no_and_then_why(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    page = (await client.get(f"/kb/{id_}", follow_redirects=True)).text
    assert "Did this help you?" in page
    assert "Suggest a change" not in page
    first = await client.post(f"/kb/{id_}/helpful", data={"helpful": "no"})
    assert first.headers["location"].endswith(f"/kb/{id_}/helpful")
    assert "What was missing?" in (await client.get(f"/kb/{id_}/helpful")).text
    given = {"helpful": "no", "reason": "unclear", "section": "steps", "comment": "Who is the deputy?"}
    assert (await client.post(f"/kb/{id_}/helpful", data=given)).status_code == 303
    assert (await client.post(f"/kb/{id_}/helpful", data={"helpful": "no", "reason": "ugly"})).status_code == 422
    assert [one.comment for one in (await helped(id_, 1)).said] == ["Who is the deputy?"]


async def test_a_suggestion_is_a_difference_that_is_taken_over_with_credit(
    client: httpx2.AsyncClient, scene: Scene
) -> None:
    id_, ana = await scene.published(), await make.viewer(scene.ana)
    made = await suggest(ana, id_, OTHER)
    await deliver_all()
    assert "Somebody suggested a change." in await told(scene.ruth)
    await make.sign_in(client, scene.tomasz)
    assert "<ins>" in (await client.get(f"/kb/{id_}/suggestions")).text
    assert f"/kb/{id_}/suggestions" in (await client.get("/desk?lane=suggested")).text
    with pytest.raises(Refused):
        await accept(ana, id_, made)
    await accept(scene.editor, id_, made)
    draft = await ArticleRevision.get(article_id=id_, number=2)
    assert "two deputies" in draft.sections["steps"]
    with pytest.raises(Conflict):
        await accept(scene.editor, id_, made)
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    assert (await client.post(f"/kb/{id_}/decide", data={"decision": "approved"})).status_code == 303
    assert await Contributor.filter(article_id=id_, member_id=scene.ana.id, role="suggested").exists()
    await deliver_all()
    assert any("taken over" in text for text in await told(scene.ana))


async def test_a_suggestion_is_merged_with_what_the_draft_says_by_now(scene: Scene) -> None:
    id_, ana = await scene.published(), await make.viewer(scene.ana)
    first, second = await suggest(ana, id_, OTHER), await suggest(ana, id_, OTHER.model_copy(update={
        "text": "1. List every account.\n2. Name nobody.\n3. Close what has neither."}))  # fmt: skip
    await accept(scene.editor, id_, first)
    with pytest.raises(Conflict):
        await accept(scene.editor, id_, second)
    assert (await Suggestion.get(id=second)).state == "open"
    await save(scene.editor, id_, Changes(steps="Something else."))
    await decline(scene.editor, id_, second, Declined(note="We name somebody."))
    assert (await Suggestion.get(id=second)).note == "We name somebody."


async def test_who_suggests_what(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, ana = await scene.published(), await make.viewer(scene.ana)
    with pytest.raises(NotSignedIn):
        await suggest(VISITOR, id_, OTHER)
    with pytest.raises(Missing):
        await suggest(ana, await scene.draft("Still being written"), OTHER)
    with pytest.raises(Invalid):
        await suggest(ana, id_, OTHER.model_copy(update={"section": "nothing"}))
    await make.sign_in(client, scene.ana)
    form = (await client.get(f"/kb/{id_}/suggest?section=privacy")).text
    assert "No ward page may show patients." in form
    same = {"section": "privacy", "text": "No ward page may show patients.", "why": "Nothing at all."}
    assert (await client.post(f"/kb/{id_}/suggest", data=same)).status_code == 422
    given = same | {"text": "No page may show patients."}
    assert (await client.post(f"/kb/{id_}/suggest", data=given)).status_code == 303
    mine = (await client.get(f"/kb/{id_}/suggestions")).text
    assert "Nothing at all." in mine
    assert "Take over" not in mine
    await make.sign_in(client, scene.eva)
    assert "Nothing at all." not in (await client.get(f"/kb/{id_}/suggestions")).text


async def test_another_section_is_opened_without_losing_words(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await make.sign_in(client, scene.ana)
    form = {"section": "steps", "other": "privacy", "why": "Typed before.", "do": "open"}
    refused = await client.post(f"/kb/{id_}/suggest", data=form | {"text": "1. Words not sent yet."})
    assert refused.status_code == 422
    assert "not sent yet" in refused.text
    assert "1. Words not sent yet." in refused.text
    as_it_is = (await show_article(VISITOR, id_)).found.content.sections["steps"]
    opened = await client.post(f"/kb/{id_}/suggest", data=form | {"text": as_it_is})
    assert opened.status_code == 200
    assert 'name="section" value="privacy"' in opened.text
    assert "No ward page may show patients." in opened.text
    assert "Typed before." in opened.text


async def test_the_reviewers_offered_are_all_but_who_sends_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.ready()
    offered = (await workbench(scene.reviewer, (await find(scene.reviewer, id_)))).reviewers
    assert scene.ruth.handle in [one.handle for one in offered]
    assert scene.tomasz.handle not in [one.handle for one in offered]
    await make.sign_in(client, scene.tomasz)
    form = {
        "do": "send",
        "reviewer": "",
        "other_reviewer": scene.tomasz.handle,
        "summary": "Other words.",
        "due": "2030-01-01",
    }
    refused = await client.post(f"/kb/{id_}/edit", data=form)
    assert refused.status_code == 422
    assert "four eyes" in refused.text
    assert "2030-01-01" in refused.text
