"""The ground moves under an article: sources edited and taken back, platforms that change, cases that contradict."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.db import rows
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from forum.actions.delete import delete, restore
from forum.actions.edit import EditedPost, edit
from forum.actions.outdate import Outdated, outdate, stand_by
from forum.models import Post
from forum.queries.passages import passages
from kb.actions.contradict import Answer, Contradiction, answer, contradict, set_aside
from kb.actions.follow_sources import KINDS, follow_sources
from kb.actions.insert import insert
from kb.actions.verify import StillTrue, verify
from kb.models import Article, ArticlePlatform
from kb.queries.article import ArticleDetail, show_article
from kb.queries.filters import filter_groups
from kb.queries.practices import list_practices
from kb.queries.recheck import recheck
from kb.spans import nearest, stands_in
from members.actions.record_change import ChangeForm, record_change, withdraw_change
from members.models import Member, Notice
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.kb.conftest import Scene, case_study

pytestmark = pytest.mark.anyio

CLOSED = ChangeForm(happened_on=now().date(), title="The interface for posting is closed", text="From today on.")


async def cited(scene: Scene) -> int:
    """Publish an article that cites the first paragraph of Ana's answer."""
    id_ = await scene.draft()
    await insert(scene.editor, id_, await scene.insertion(2))
    await scene.publish(id_)
    await deliver_all()
    return id_


async def rewrite(post: Post, body: str, by: Member) -> None:
    """Edit a post as its author, and let the news go round."""
    now_there = await Post.get(id=post.id)
    given = EditedPost(body=body, revision=now_there.revision)
    await edit(await make.viewer(by), post.thread_id, post.number, given)  # type: ignore[attr-defined]
    await deliver_all()


async def shown(id_: int, who: Viewer = VISITOR) -> ArticleDetail:
    return (await show_article(who, id_)).detail


async def told(member: Member) -> list[str]:
    return [one.text for one in await Notice.filter(member_id=member.id).order_by("id")]


def test_a_passage_is_found_again_however_it_is_spaced() -> None:
    assert stands_in("one named owner\nfor each", "We made a register with one named owner for each account.")
    assert not stands_in("one named owner", "We made a register with two owners.")
    assert nearest("one named owner for each", "Before.\none owner and a deputy for each\nAfter.").startswith(
        "one owner"
    )
    assert nearest("one named owner for each", "Nothing alike here: 42.") == ""


async def test_an_edit_outside_the_cited_span_is_told_to_nobody(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await cited(scene)
    await rewrite(
        scene.answers[0], "We made a register with **one named owner** for each account.\n\nAnd closed 12.", scene.ana
    )
    assert (await shown(id_)).verification == "verified"
    assert (await shown(id_)).sources[-1].state == "edited"
    assert not [text for text in await told(scene.ruth) if "source" in text.lower()]


async def test_an_edit_inside_the_span_tells_reader_owner_and_api(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await cited(scene)
    await rewrite(scene.answers[0], "We made a register with **two owners** for each account.\n\nClosed 11.", scene.ana)
    assert (await shown(id_)).verification == "source_changed"
    page = (await client.get(f"/kb/{id_}", follow_redirects=True)).text
    assert "A source of this practice has changed." in page
    assert (await client.get(f"/api/v1/articles/{id_}")).json()["verification"] == "source_changed"
    assert any("A source changed" in text for text in await told(scene.ruth))
    why = await recheck(scene.editor, id_)
    assert ("removed", "one named owner") in {(one.kind, one.text) for one in why.sources[0].changes}
    await make.sign_in(client, scene.ruth)
    assert "two owners" in (await client.get(f"/kb/{id_}/recheck")).text
    assert f"/kb/{id_}/recheck" in (await client.get("/desk?lane=changed")).text


async def test_a_check_clears_it_until_the_passage_changes_again(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, ana = await cited(scene), scene.ana
    await rewrite(scene.answers[0], "We made a register with two owners for each account.\n\nClosed 11.", ana)
    await verify(scene.editor, id_, StillTrue(note="Two owners are as good."))
    assert (await shown(id_)).verification == "verified"
    await rewrite(scene.answers[0], "We made a register with two owners for each account.\n\nClosed 14.", ana)
    assert (await shown(id_)).verification == "verified"
    await rewrite(scene.answers[0], "We made a register with no owners for any account.\n\nClosed 14.", ana)
    assert (await shown(id_)).verification == "source_changed"
    await rewrite(scene.answers[0], "We made a register with **one named owner** for each account.", ana)
    assert (await shown(id_)).verification == "verified"


async def test_a_source_that_is_taken_back_and_brought_back(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await cited(scene)
    await delete(await make.viewer(await make.moderator()), scene.thread.id, 2)
    await deliver_all()
    assert (await shown(id_)).verification == "source_changed"
    assert (await recheck(scene.editor, id_)).sources[0].state == "withdrawn"
    await restore(await make.viewer(await make.moderator()), scene.thread.id, 2)
    await deliver_all()
    assert (await shown(id_)).verification == "verified"


async def test_a_source_whose_author_calls_it_untrue(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await cited(scene)
    ana = await make.viewer(scene.ana)
    await outdate(ana, scene.thread.id, 2, Outdated(why="We gave the register up in May."))
    await deliver_all()
    assert (await shown(id_)).verification == "source_changed"
    moved = (await recheck(scene.editor, id_)).sources[0]
    assert (moved.state, moved.why) == ("outdated", "We gave the register up in May.")
    assert any("no longer true" in text for text in await told(scene.ruth))
    await make.sign_in(client, scene.ruth)
    assert "We gave the register up in May." in (await client.get(f"/kb/{id_}/recheck")).text
    await stand_by(ana, scene.thread.id, 2)
    await deliver_all()
    assert (await shown(id_)).verification == "verified"


async def test_a_whole_thread_that_its_author_calls_untrue(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await cited(scene)
    mara = await make.viewer(scene.mara)
    await outdate(mara, scene.thread.id, 1, Outdated(why="We have no such accounts any more."))
    await deliver_all()
    states = {one.state for one in (await recheck(scene.editor, id_)).sources}
    whole = [one for one in (await shown(id_)).sources if not one.number]
    assert states == ({"outdated"} if whole else set())


async def test_what_is_cited_although_its_author_calls_it_untrue_says_so(scene: Scene) -> None:
    await outdate(await make.viewer(scene.ana), scene.thread.id, 2, Outdated(why="We gave the register up in May."))
    await outdate(await make.viewer(scene.mara), scene.thread.id, 1, Outdated(why="We have none any more."))
    await deliver_all()
    shown_to_editors = (await passages(scene.editor, scene.thread.id)).posts
    assert [post.outdated_why for post in shown_to_editors][:2] == [
        "We have none any more.", "We gave the register up in May.",
    ]  # fmt: skip
    id_ = await cited(scene)
    before = await shown(id_)
    assert {one.state for one in before.sources} == {"outdated"}
    assert before.verification == "verified"
    await rewrite(scene.answers[1], "Another answer, edited: nothing of it is cited here.", scene.eva)
    assert await shown(id_) == before


async def test_following_the_sources_twice_changes_nothing(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await cited(scene)
    await rewrite(scene.answers[0], "We made a register with two owners for each account.", scene.ana)
    before = await Entry.filter(subject_id=id_, kind="article.source_changed").count()
    await follow_sources(await Entry.filter(kind__in=KINDS))
    assert before == await Entry.filter(subject_id=id_, kind="article.source_changed").count() == 1


async def test_editors_are_told_when_the_owner_is_gone(client: httpx2.AsyncClient, scene: Scene) -> None:
    await cited(scene)
    await Member.filter(id=scene.ruth.id).update(state="suspended")
    await rewrite(scene.answers[0], "We made a register with two owners for each account.", scene.ana)
    assert any("A source changed" in text for text in await told(scene.tomasz))


async def test_a_platform_changes_under_articles_and_cases(client: httpx2.AsyncClient, scene: Scene) -> None:
    platform = await make.platform("YouTube")
    about, other = await make.article("About videos", author=scene.ruth), await make.article("About something else")
    await ArticlePlatform.create(article_id=about.id, platform_id=platform.id)
    case = await case_study("How we filmed the ward", scene.hospital)
    await make.thread("x" * 20, platforms=[platform])
    await rows("INSERT INTO thread_platforms (thread_id, platform_id) VALUES (?, ?) RETURNING id", case.id, platform.id)
    at = now()
    minor = CLOSED.model_copy(update={"weight": "minor"})
    await record_change(scene.editor, "youtube", minor)
    assert (await shown(about.id)).verification == "verified"
    change = await record_change(scene.editor, "youtube", CLOSED.model_copy(update={"happened_on": at.date()}))
    await deliver_all()
    assert (await shown(about.id)).verification == "platform_changed"
    assert (await shown(other.id)).verification == "verified"
    page = (await client.get(f"/kb/{about.id}", follow_redirects=True)).text
    assert "A platform this is about has changed." in page
    assert CLOSED.title in page
    assert "YouTube has changed since." in (await client.get(f"/t/{case.id}", follow_redirects=True)).text
    author = await Member.get(id=case.author_id)  # type: ignore[attr-defined]
    assert any(CLOSED.title in text for text in await told(author))
    assert CLOSED.title in (await client.get("/platforms/youtube")).text
    assert [one.title for one in (await recheck(scene.reviewer, about.id)).news] == [CLOSED.title]
    await verify(scene.reviewer, about.id, StillTrue(checked=True))
    assert (await shown(about.id)).verification == "verified"
    await withdraw_change(scene.editor, "youtube", change)


async def test_the_owner_is_told_of_the_platform(client: httpx2.AsyncClient, scene: Scene) -> None:
    platform, owner = await make.platform("Mastodon"), await make.member("Olga Owner")
    about = await make.article("About toots", author=owner)
    await ArticlePlatform.create(article_id=about.id, platform_id=platform.id)
    await record_change(scene.editor, "mastodon", CLOSED)
    await deliver_all()
    assert [text for text in await told(owner) if CLOSED.title in text]


async def test_who_writes_down_what_changed(scene: Scene) -> None:
    await make.platform("YouTube")
    with pytest.raises(NotSignedIn):
        await record_change(VISITOR, "youtube", CLOSED)
    with pytest.raises(Refused):
        await record_change(await make.viewer(scene.ana), "youtube", CLOSED)
    with pytest.raises(Missing):
        await record_change(scene.editor, "nowhere", CLOSED)
    made = await record_change(await make.viewer(await make.moderator()), "youtube", CLOSED)
    with pytest.raises(Refused):
        await withdraw_change(await make.viewer(scene.ana), "youtube", made)
    with pytest.raises(Missing):
        await withdraw_change(scene.editor, "nowhere", made)
    await withdraw_change(scene.editor, "youtube", made)


async def test_the_log_of_a_platform_without_scripts(client: httpx2.AsyncClient, scene: Scene) -> None:
    await make.platform("YouTube")
    assert "Write down a change" not in (await client.get("/platforms/youtube/changes")).text
    await make.sign_in(client, scene.ruth)
    wrong = await client.post("/platforms/youtube/changes", data={"title": "Gone", "happened_on": ""})
    assert wrong.status_code == 422
    given = {"title": "Comments are gone", "happened_on": "2026-10-03", "weight": "minor"}
    assert (await client.post("/platforms/youtube/changes", data=given)).status_code == 303
    assert "Comments are gone" in (await client.get("/platforms/youtube/changes")).text
    known = (await client.get("/api/v1/platforms/youtube/changes")).json()["changes"]
    assert known[0]["happened_on"] == "2026-10-03"
    assert (await client.post(f"/platforms/youtube/changes/{known[0]['id']}/withdraw")).status_code == 303
    assert (await client.get("/api/v1/platforms/youtube/changes")).json()["changes"] == []


async def test_a_contradicting_case_disputes_until_it_is_answered(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    failed, worked = await case_study("It failed here", scene.hospital, "did_not_work"), await case_study("Fine", None)
    ana = await make.viewer(scene.ana)
    with pytest.raises(Invalid):
        await contradict(ana, id_, Contradiction(thread=worked.id, why="It is quite different here."))
    with pytest.raises(Invalid):
        await contradict(ana, id_, Contradiction(thread=scene.thread.id, why="It is quite different here."))
    with pytest.raises(NotSignedIn):
        await contradict(VISITOR, id_, Contradiction(thread=failed.id, why="It is quite different here."))
    given = {"thread": f"/t/{failed.id}-it-failed-here", "why": "Nobody kept the register up to date."}
    await contradict(ana, id_, Contradiction.read(given))
    await deliver_all()
    found = await shown(id_)
    assert found.verification == "disputed"
    assert found.ceiling.contradicted_by == (failed.id,)
    assert any("Nobody kept the register" in text for text in await told(scene.ruth))
    assert "This practice is disputed." in (await client.get(f"/kb/{id_}", follow_redirects=True)).text
    with pytest.raises(Refused):
        await answer(ana, id_, failed.id, Answer(addressed="The register needs a keeper."))
    await answer(scene.editor, id_, failed.id, Answer(addressed="The register needs a keeper."))
    assert (await shown(id_)).verification == "verified"
    assert (await shown(id_)).ceiling.contradicted_by == ()


async def test_a_case_can_be_set_aside(scene: Scene) -> None:
    id_ = await scene.published()
    failed = await case_study("It failed here", scene.hospital, "did_not_work")
    await contradict(await make.viewer(scene.ana), id_, Contradiction(thread=failed.id, why="It is different here."))
    with pytest.raises(Refused):
        await set_aside(await make.viewer(scene.ana), id_, failed.id)
    await set_aside(scene.editor, id_, failed.id)
    assert (await shown(id_)).verification == "verified"
    with pytest.raises(Missing):
        await set_aside(scene.editor, id_, failed.id)


async def test_the_recheck_is_for_those_who_may_confirm(scene: Scene) -> None:
    id_ = await scene.published()
    with pytest.raises(NotSignedIn):
        await recheck(VISITOR, id_)
    with pytest.raises(Refused):
        await recheck(await make.viewer(scene.mara), id_)
    assert (await recheck(scene.editor, id_)).states == ("verified",)


async def test_lists_count_and_pick_what_moved(scene: Scene) -> None:
    platform, made = await make.platform("YouTube"), await make.article("About videos", author=scene.ruth)
    await ArticlePlatform.create(article_id=made.id, platform_id=platform.id)
    await Article.filter(id=made.id).update(verified_at=now() - timedelta(days=3))
    await record_change(scene.editor, "youtube", CLOSED)
    found = await list_practices(VISITOR, {"state": ["platform_changed"]})
    assert [row.verification for row in found.items] == ["platform_changed"]
    states = next(group for group in await filter_groups(VISITOR, {}) if group.name == "state")
    assert {(one.value, one.count) for one in states.options} == {("platform_changed", 1)}
