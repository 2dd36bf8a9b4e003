"""Review, publishing, verification, and everything that follows from them."""

from datetime import timedelta

import pytest

from base.clock import now
from base.db import rows, transaction
from base.errors import Conflict, Invalid, Missing, Refused
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.journal.record import record
from base.journal.subscribers import forget_all, subscribe
from forum.models import Thread
from kb.actions.adopt import Use, adopt, withdraw_adoption
from kb.actions.age import refresh_states
from kb.actions.attach import Attached, attach, detach
from kb.actions.comment import Remark, comment, resolve, unresolve
from kb.actions.credit import Named, choose_credit
from kb.actions.decide import Decision, decide
from kb.actions.insert import insert
from kb.actions.nominate import Why, nominate
from kb.actions.retire import Reason, bring_back, mark_obsolete, retire
from kb.actions.revise import NewVersion, revise
from kb.actions.send import Asked, send
from kb.actions.verify import SeveralTrue, StillTrue, verify, verify_several
from kb.actions.write import Changes, save
from kb.models import Adoption, Article, ArticleRevision, Contributor, Nomination, Review, ReviewComment, Verification
from kb.notices import SUBSCRIPTIONS
from kb.queries.article import show_article
from kb.queries.review import reviewed
from members.models import Member, Notice
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio
APPROVED = Decision(decision="approved", note="Checked against the sources.")


@pytest.fixture
def told() -> None:
    """Let the notices of practices be delivered."""
    forget_all()
    for name, (prefixes, handler) in SUBSCRIPTIONS.items():
        subscribe(name, prefixes, handler)


async def notices(of: Member) -> list[tuple[str, str, str]]:
    await deliver_all()
    found = await Notice.filter(member_id=of.id).order_by("id")
    return [(one.kind, one.reason, one.url) for one in found]


async def test_who_edited_last_does_not_approve(scene: Scene) -> None:
    id_ = await scene.in_review()
    with pytest.raises(Refused):
        await decide(scene.editor, id_, APPROVED)
    boss = await make.member("Ada Boss")
    await make.grant(boss, "admin")
    admin = await make.viewer(boss)
    await decide(scene.reviewer, id_, Decision(decision="changes_requested", note="Say who."))
    await save(admin, id_, Changes(note="By the admin"))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    with pytest.raises(Refused):
        await decide(admin, id_, APPROVED)
    await decide(scene.editor, id_, APPROVED)
    assert (await Article.get(id=id_)).state == "published", (
        "Ruth was not the last to edit, and did not have to be asked"
    )


async def test_a_reviewer_need_not_be_an_editor_but_has_to_be_asked(scene: Scene) -> None:
    id_ = await scene.ready()
    ana, eva = await make.viewer(scene.ana), await make.viewer(scene.eva)
    await send(scene.editor, id_, Asked(reviewer="@" + scene.ana.handle))
    with pytest.raises(Missing):
        await decide(eva, id_, APPROVED)
    await decide(ana, id_, APPROVED)
    assert (await Article.get(id=id_)).published_revision == 1


async def test_approving_publishes_verifies_and_tells_the_threads(scene: Scene) -> None:
    id_ = await scene.ready()
    await insert(scene.editor, id_, await scene.insertion(2))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(scene.reviewer, id_, APPROVED)
    article, revision = await Article.get(id=id_), await ArticleRevision.get(article_id=id_)
    assert (article.state, article.published_revision, article.verified_revision) == ("published", 1, 1)
    assert (article.owner_id, article.verified_by_id) == (scene.ruth.id, scene.tomasz.id)  # type: ignore[attr-defined]
    assert article.due_at == article.verified_at + timedelta(days=180)  # type: ignore[operator]
    assert article.summary == revision.summary
    assert (revision.state, len(revision.sha256)) == ("published", 64)
    log = await Verification.get()
    assert (log.method, log.revision, log.next_due) == ("approved", 1, article.due_at)
    thread = await Thread.get(id=scene.thread.id)
    assert (thread.article_id, thread.article_title) == (id_, article.title)
    roles = {(one.member_id, one.role) for one in await Contributor.all()}  # type: ignore[attr-defined]
    assert roles == {
        (scene.mara.id, "asked"), (scene.ana.id, "answered"), (scene.ruth.id, "edited"), (scene.tomasz.id, "reviewed"),
    }  # fmt: skip


async def test_platform_specific_practices_are_due_earlier(scene: Scene) -> None:
    platform = await make.platform()
    thread = await make.thread("About one platform only", platforms=[platform])
    scene = Scene(**{**{name: getattr(scene, name) for name in Scene.__dataclass_fields__}, "thread": thread})
    article = await Article.get(id=await scene.published())
    assert article.due_at == article.verified_at + timedelta(days=90)  # type: ignore[operator]


async def test_a_new_version_forgets_threads_that_are_no_longer_sources(scene: Scene) -> None:
    id_ = await scene.published()
    await Nomination.create(thread_id=scene.thread.id, member_id=scene.ana.id, why="It helped us.", at=now())
    await revise(scene.editor, id_, NewVersion(significance="content"))
    other = await make.thread("What does your register look like?")
    await attach(scene.editor, id_, Attached(thread=other.id))
    await detach(scene.editor, id_, scene.thread.id)
    assert (await Thread.get(id=scene.thread.id)).article_id == id_, "readers still have the version that cites it"
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(scene.reviewer, id_, APPROVED)
    assert (await Thread.get(id=scene.thread.id)).article_id is None
    assert (await Thread.get(id=other.id)).article_id == id_
    states = await ArticleRevision.filter(article_id=id_).order_by("number").values_list("state", flat=True)
    assert states == ["superseded", "published"]


async def test_anything_but_approval_says_why(scene: Scene) -> None:
    id_ = await scene.in_review()
    for decision in ("changes_requested", "rejected"):
        with pytest.raises(Invalid) as wrong:
            await decide(scene.reviewer, id_, Decision.read({"decision": decision}))
        assert set(wrong.value.errors) == {"note"}
    await decide(scene.reviewer, id_, Decision(decision="rejected", note="We have this already."))
    assert (await ArticleRevision.get(article_id=id_)).state == "rejected"
    with pytest.raises(Refused):
        await decide(scene.reviewer, id_, APPROVED)


async def test_of_two_decisions_at_once_one_counts(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = await scene.in_review()
    await ArticleRevision.filter(article_id=id_).update(edits=99)
    with pytest.raises(Conflict):
        from kb.queries.facts import find

        old = await find(scene.reviewer, id_)
        await ArticleRevision.filter(article_id=id_).update(edits=100)

        async def before(*_: object) -> object:
            return old

        monkeypatch.setattr("kb.actions.decide.find", before)
        await decide(scene.reviewer, id_, APPROVED)
    assert (await Article.get(id=id_)).state == "draft"


async def test_remarks_stay_with_their_paragraph_and_are_never_lost(scene: Scene) -> None:
    id_ = await scene.in_review()
    first = await comment(scene.reviewer, id_, Remark(section="steps", paragraph=1, text="Who names them?"))
    await comment(scene.reviewer, id_, Remark(section="summary", paragraph=0, text="Too short."))
    with pytest.raises(Invalid):
        await comment(scene.reviewer, id_, Remark(section="steps", paragraph=9, text="Nowhere"))
    with pytest.raises(Missing):
        await comment(await make.viewer(scene.ana), id_, Remark(section="steps", paragraph=0, text="Not mine"))
    await decide(scene.reviewer, id_, Decision(decision="changes_requested", note="See the comments."))
    await save(
        scene.editor, id_, Changes(steps="0. New first line.\n1. List every account.\n2. Name an owner and a deputy.")
    )
    found = await reviewed(scene.editor, id_)
    steps = next(section for section in found.sections if section.name == "steps")
    assert [[one.text for one in piece.remarks] for piece in steps.pieces] == [[], [], ["Who names them?"]]
    assert {one.name for one in found.differences} == {"steps"}
    assert found.since == "review"
    await save(scene.editor, id_, Changes(steps="1. All is new."))
    steps = next(section for section in (await reviewed(scene.editor, id_)).sections if section.name == "steps")
    assert [one.text for one in steps.earlier] == ["Who names them?"]
    await resolve(scene.editor, id_, first)
    assert (await ReviewComment.get(id=first)).resolved_at is not None
    with pytest.raises(Conflict):
        await resolve(scene.editor, id_, first)
    await unresolve(scene.editor, id_, first)
    assert (await reviewed(scene.editor, id_)).open_remarks == 2


async def test_a_second_version_is_compared_with_the_published_one(scene: Scene) -> None:
    id_ = await scene.published()
    await revise(scene.editor, id_, NewVersion())
    await save(scene.editor, id_, Changes(privacy="Ask the privacy officer."))
    found = await reviewed(scene.editor, id_)
    assert (found.since, [one.name for one in found.differences]) == ("published", ["privacy"])


async def test_still_true_needs_a_note_or_a_tick_and_moves_the_day(scene: Scene) -> None:
    id_ = await scene.published()
    await Article.filter(id=id_).update(due_at=now() - timedelta(days=1))
    with pytest.raises(Invalid):
        StillTrue.read({"note": " "})
    with pytest.raises(Refused):
        await verify(await make.viewer(scene.ana), id_, StillTrue(checked=True))
    with pytest.raises(Conflict):
        await verify(scene.editor, id_, StillTrue(checked=True, revision=7))
    due = await verify(scene.editor, id_, StillTrue.read({"checked": "yes", "revision": "1"}))
    article = await Article.get(id=id_)
    assert article.due_at == due > now() + timedelta(days=179)
    last = await Verification.all().order_by("-id").first()
    assert last is not None
    assert (last.method, last.note, last.revision) == ("still_true", "Checked the sources", 1)


async def test_an_owner_who_is_no_editor_verifies(scene: Scene) -> None:
    id_ = await scene.published()
    await Article.filter(id=id_).update(owner_id=scene.ana.id)
    await verify(await make.viewer(scene.ana), id_, StillTrue(note="Asked three hospitals"))


async def test_several_are_confirmed_at_once_and_the_others_are_named(scene: Scene) -> None:
    ids = [(await make.article(f"Practice number {number}")).id for number in range(3)]
    draft = (await make.article("A draft", state="draft")).id
    given = SeveralTrue.read({"articles": [str(one) for one in (*ids, draft, ids[0])], "checked": True})
    done, refused = await verify_several(scene.editor, given)
    assert sorted(done) == ids
    assert list(refused) == [draft]
    with pytest.raises(Invalid):
        SeveralTrue.read({"articles": "", "checked": True})


async def test_one_organisation_has_one_state(scene: Scene) -> None:
    id_ = await scene.published()
    mara = await make.viewer(scene.mara)
    await adopt(mara, id_, Use(state="trying"))
    await adopt(mara, id_, Use(state="adopted", note="Since March"))
    found = await Adoption.get()
    assert (found.state, found.note, found.organisation_id) == ("adopted", "Since March", scene.hospital.id)  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        await adopt(await make.viewer(scene.ana), id_, Use(state="adopted"))
    await withdraw_adoption(mara, id_)
    with pytest.raises(Missing):
        await withdraw_adoption(mara, id_)


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("name", ["Mara Visser"]),
        ("organisation", ["St. Elisabeth Hospital"]),
        ("anonymous", ["A member"]),
        ("none", []),
    ],
)
async def test_contributors_choose_how_they_are_named(scene: Scene, credit: str, names: list[str]) -> None:
    id_ = await scene.published()
    mara = await make.viewer(scene.mara)
    await choose_credit(mara, id_, Named.read({"credit": credit}))
    shown = (await show_article(mara, id_)).detail
    assert [one.name for one in shown.margin.credits if "asked" in one.roles] == names
    assert all(one.handle is None for one in shown.margin.credits if "asked" in one.roles and credit != "name")
    assert shown.margin.own_credit == credit
    with pytest.raises(Missing):
        await choose_credit(await make.viewer(scene.eva), id_, Named(credit="none"))


async def test_the_chosen_credit_outlives_a_new_version(scene: Scene) -> None:
    id_ = await scene.published()
    await choose_credit(await make.viewer(scene.mara), id_, Named(credit="anonymous"))
    await revise(scene.editor, id_, NewVersion())
    await save(scene.editor, id_, Changes(privacy="Ask the privacy officer."))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(scene.reviewer, id_, APPROVED)
    assert (await Contributor.get(article_id=id_, member_id=scene.mara.id)).credit == "anonymous"


async def test_obsolete_and_retired_say_why_and_come_back(scene: Scene) -> None:
    id_, other = await scene.published(), await make.article("What to do instead")
    reason = Reason.read(
        {"reason": "The platform is closed.", "replaced_by": f"http://commonplace.test/kb/{other.id}-x?rev=1"}
    )
    await mark_obsolete(scene.editor, id_, reason)
    article = await Article.get(id=id_)
    assert (article.state, article.replaced_by_id) == ("obsolete", other.id)  # type: ignore[attr-defined]
    await retire(scene.editor, id_, reason)
    assert (await Thread.get(id=scene.thread.id)).article_id is None
    await bring_back(scene.editor, id_)
    article = await Article.get(id=id_)
    assert (article.state, article.state_reason, article.verified_revision) == ("published", "", 1)
    assert (await Thread.get(id=scene.thread.id)).article_id == id_
    with pytest.raises(Refused):
        await bring_back(scene.editor, id_)
    foreign = await make.article("Of another hospital", audience="org:99")
    for wrong in ("nowhere", str(id_), "999", str(foreign.id)):
        with pytest.raises(Invalid):
            await mark_obsolete(scene.editor, id_, Reason(reason="The platform is closed.", replaced_by=wrong))
    with pytest.raises(Refused):
        await mark_obsolete(await make.viewer(scene.ana), id_, Reason(reason="The platform is closed."))


async def test_everybody_is_told_once_and_for_their_own_reason(scene: Scene, told: None) -> None:
    await nominate(await make.viewer(scene.eva), scene.thread.id, Why(why="Every new colleague asks it again."))
    id_ = await scene.in_review()
    assert await notices(scene.tomasz) == [("review", "You were asked to review this.", f"/kb/{id_}/review")]
    await decide(scene.reviewer, id_, Decision(decision="changes_requested", note="Say who."))
    assert [kind for kind, _, _ in await notices(scene.ruth)] == ["decision"]
    await insert(scene.editor, id_, await scene.insertion(2))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(scene.reviewer, id_, APPROVED)
    await deliver_all()
    assert [kind for kind, _, _ in await notices(scene.ruth)] == ["decision", "decision"]
    rests = "It rests on what you wrote. You can choose how you are named."
    for contributor in (scene.mara, scene.ana):
        assert await notices(contributor) == [("distilled", rests, f"/kb/{id_}/credit")]
    assert await notices(scene.eva) == [("distilled", "You suggested it.", f"/kb/{id_}-governing-sub-brand-accounts")]
    entry = await Entry.get(kind="article.published")
    await SUBSCRIPTIONS["practice_notices"][1]([entry])
    assert await Notice.filter(member_id=scene.mara.id).count() == 1, "told again, nothing is doubled"


async def test_later_versions_are_distilled_only_for_whose_words_are_new(scene: Scene, told: None) -> None:
    id_ = await scene.in_review()
    await decide(scene.reviewer, id_, APPROVED)
    rests, url = (
        "It rests on what you wrote. You can choose how you are named.",
        f"/kb/{id_}-governing-sub-brand-accounts",
    )
    assert [kind for kind, _, _ in await notices(scene.mara)] == ["distilled"]
    for significance, number in (("content", 2), ("advice", 3)):
        await revise(scene.editor, id_, NewVersion.read({"significance": significance}))
        await insert(scene.editor, id_, await scene.insertion(number))
        await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
        await decide(scene.reviewer, id_, APPROVED)
    again = ("article", "You contributed to this practice.", url)
    assert await notices(scene.mara) == [("distilled", rests, f"/kb/{id_}/credit"), again]
    assert await notices(scene.ana) == [("distilled", rests, f"/kb/{id_}/credit"), again], "answered, from version 2 on"
    assert await notices(scene.eva) == [("distilled", rests, f"/kb/{id_}/credit")], "answered, from version 3 on"
    assert [kind for kind, _, _ in await notices(scene.ruth)] == ["decision"] * 3
    text = (await Notice.get(member_id=scene.ana.id, kind="article")).text
    assert text == "It has a new version, which changes its advice."


async def test_nobody_is_told_of_what_they_may_not_read(scene: Scene, told: None) -> None:
    id_ = await scene.in_review()
    await Article.filter(id=id_).update(audience="org:99")
    boss = await make.member("Ada Boss")
    await make.grant(boss, "admin")
    await decide(await make.viewer(boss), id_, APPROVED)
    assert await notices(scene.mara) == []
    assert [kind for kind, _, _ in await notices(scene.ruth)] == ["decision"], "the owner sees their own"


async def test_those_who_use_it_are_told_when_the_advice_changes(scene: Scene, told: None) -> None:
    id_ = await scene.published()
    user = await make.member("Una User", at=await make.organisation(), role="org_admin")
    await adopt(await make.viewer(user), id_, Use(state="adopted"))
    for significance, expected in (("content", 0), ("advice", 1)):
        await revise(scene.editor, id_, NewVersion.read({"significance": significance}))
        await save(scene.editor, id_, Changes(privacy=f"Changed: {significance}."))
        await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
        await decide(scene.reviewer, id_, APPROVED)
        assert len(await notices(user)) == expected


@pytest.mark.parametrize(("days", "state"), [(100, ""), (29, "due_soon"), (-1, "overdue"), (-91, "stale")])
async def test_what_ages_is_recorded_once_and_its_owner_told(scene: Scene, told: None, days: int, state: str) -> None:
    id_ = await scene.published()
    await deliver_all()
    made = now() - timedelta(days=400)
    await Entry.all().update(at=made)
    await Article.filter(id=id_).update(due_at=now() + timedelta(days=days))
    assert await refresh_states() == int(bool(state))
    assert await refresh_states() == 0
    found = await rows("SELECT data FROM journal_entries WHERE kind = 'article.aged'")
    assert len(found) == int(bool(state))
    if state:
        entry = await Entry.get(kind="article.aged")
        assert (entry.data["state"], entry.subject_id) == (state, id_)
        assert [kind for kind, _, _ in await notices(scene.ruth)][-1] == "article"


async def test_what_was_put_right_meanwhile_is_nobodys_news(scene: Scene, told: None) -> None:
    id_ = await scene.published()
    await deliver_all()
    await Notice.all().delete()
    await Entry.all().update(at=now() - timedelta(days=400))
    await Article.filter(id=id_).update(due_at=now() - timedelta(days=1))
    assert await refresh_states() == 1
    await verify(scene.editor, id_, StillTrue(checked=True))
    await retire(scene.editor, id_, Reason(reason="It was wrong from the start."))
    await bring_back(scene.editor, id_)
    assert await notices(scene.ruth) == []


async def test_other_entries_are_nobodys_news(scene: Scene, told: None) -> None:
    async with transaction():
        await record("article.published", actor_id=None, subject_id=999, data={"revision": 1})
    assert await notices(scene.ruth) == []
    assert not await Review.exists()


async def test_what_is_told_to_readers_names_the_version_they_have(scene: Scene, told: None) -> None:
    id_ = await scene.published()
    await adopt(await make.viewer(scene.mara), id_, Use(state="adopted"))
    await revise(scene.editor, id_, NewVersion())
    await save(scene.editor, id_, Changes(title="A title nobody has approved"))
    await mark_obsolete(scene.editor, id_, Reason(reason="It was wrong from the start."))
    await deliver_all()
    assert not await Notice.filter(member_id=scene.mara.id, subject__contains="nobody has approved").exists()
    assert await Notice.filter(member_id=scene.mara.id, text__contains="It is obsolete").exists()
