"""Two people approve a policy; owners hear of it 30, 7 and 0 days before; citations in four styles."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Conflict, Invalid, Missing, Refused
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from kb.actions import decide as decide_module
from kb.actions.age import refresh_states
from kb.actions.attach import Attached, attach, detach
from kb.actions.contradict import Answer, Contradiction, answer, contradict
from kb.actions.correct import publish_correction
from kb.actions.decide import Decision, decide
from kb.actions.delegate import Deputy, delegate
from kb.actions.describe import Details, describe
from kb.actions.promote import NewArticle, promote
from kb.actions.retire import Reason, bring_back, retire
from kb.actions.revise import NewVersion, revise
from kb.actions.send import Asked, send, take_back
from kb.actions.write import Changes, save
from kb.citation import Cited, citations
from kb.models import Article, ArticleRevision, Review
from kb.queries.desk import desk
from kb.queries.facts import Found
from kb.queries.review import reviewed
from members.models import Notice
from members.viewer import Viewer
from tests import builders as make
from tests.kb.conftest import READY, Scene, case_study

pytestmark = pytest.mark.anyio

APPROVED = Decision(decision="approved")


async def policy(scene: Scene, second: str = "") -> int:
    id_ = await promote(
        scene.editor, scene.thread.id, NewArticle(title="A policy for sub-brand accounts", kind="policy")
    )
    await save(scene.editor, id_, READY)
    second = second or (await make.editor()).handle
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle, second=second))
    return id_


async def third(name: str = "Thea Third") -> Viewer:
    return await make.viewer(await make.editor(name))


async def state(id_: int) -> str:
    return (await Article.get(id=id_)).state


async def test_a_policy_needs_two_people(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, other = await policy(scene), await third()
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "draft"
    await deliver_all()
    assert await Notice.filter(member_id=scene.ruth.id, text__contains="a second one has to").exists()
    with pytest.raises(Conflict):
        await decide(scene.reviewer, id_, APPROVED)
    with pytest.raises(Refused):
        await decide(scene.editor, id_, APPROVED)
    await make.sign_in(client, scene.tomasz)
    assert "1 of 2 approvals are given" in (await client.get(f"/kb/{id_}/review")).text
    await decide(other, id_, APPROVED)
    assert await state(id_) == "published"


async def test_other_words_need_both_approvals_anew(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, other = await policy(scene), await third()
    await decide(scene.reviewer, id_, APPROVED)
    await take_back(scene.editor, id_)
    await save(scene.editor, id_, Changes(steps="1. Something else altogether."))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle, second=(await make.editor()).handle))
    await decide(other, id_, APPROVED)
    assert await state(id_) == "draft"
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "published"


async def test_other_sources_need_both_approvals_anew(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, other = await policy(scene), await third()
    await decide(scene.reviewer, id_, APPROVED)
    await take_back(scene.editor, id_)
    another = await make.thread("Something else altogether")
    await attach(scene.editor, id_, Attached(thread=another.id))
    await detach(scene.editor, id_, scene.thread.id)
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle, second=(await make.editor()).handle))
    await decide(other, id_, APPROVED)
    assert await state(id_) == "draft"
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "published"


async def test_a_decision_is_on_what_was_read(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.in_review()
    await make.sign_in(client, scene.tomasz)
    seal = (await reviewed(scene.reviewer, id_)).seal
    assert seal in (await client.get(f"/kb/{id_}/review")).text
    await take_back(scene.editor, id_)
    await save(scene.editor, id_, Changes(steps="1. Something else altogether."))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    given = {"decision": "approved", "note": "Typed before.", "seal": seal}
    refused = await client.post(f"/kb/{id_}/decide", data=given)
    assert refused.status_code == 422
    assert "has changed since you opened it" in refused.text
    assert "Typed before." in refused.text
    api = await client.post(f"/api/v1/articles/{id_}/review", json=given, headers=await make.token(scene.tomasz))
    assert api.status_code == 409
    assert await state(id_) == "draft"
    again = given | {"seal": (await reviewed(scene.reviewer, id_)).seal}
    assert (await client.post(f"/kb/{id_}/decide", data=again)).status_code == 303
    assert await state(id_) == "published"


async def test_nobody_approves_what_they_touched_a_moment_ago(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = await scene.in_review()

    async def meanwhile(found: Found) -> str:
        pytest.fail("the last editor got as far as signing")

    found = decide_module.find

    async def find_then_touch(viewer: Viewer, article_id: int, number: int = 0) -> Found:
        """Read it, and then let the reader become its last editor before anything is locked."""
        read = await found(viewer, article_id, number)
        await ArticleRevision.filter(article_id=article_id).update(last_editor_id=scene.tomasz.id)
        return read

    monkeypatch.setattr(decide_module, "find", find_then_touch)
    monkeypatch.setattr(decide_module, "seal_of", meanwhile)
    with pytest.raises(Conflict):
        await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "draft"


async def test_one_editor_alone_answers_no_case_of_a_policy(scene: Scene) -> None:
    id_, other = await policy(scene), await third()
    for one in (scene.reviewer, other):
        await decide(one, id_, APPROVED)
    failed = await case_study("It failed here", scene.hospital, "did_not_work")
    await contradict(await make.viewer(scene.ana), id_, Contradiction(thread=failed.id, why="It is different here."))
    with pytest.raises(Refused, match="begin a new version"):
        await answer(scene.reviewer, id_, failed.id, Answer(addressed="One editor alone writes this."))


async def test_a_thread_that_contradicts_nothing_is_not_answered(scene: Scene) -> None:
    with pytest.raises(Missing):
        await answer(scene.editor, await scene.published(), scene.thread.id, Answer(addressed="Nothing to answer."))


async def test_a_policy_with_two_reviewers_stands_on_the_desk_once(scene: Scene) -> None:
    thea = await make.editor("Thea Third")
    id_ = await policy(scene, second=thea.handle)
    lane = next(one for one in await desk(scene.editor) if one.name == "review")
    assert ([row.id for row in lane.rows], lane.page.total) == ([id_], 1)


async def test_both_reviewers_are_asked_and_one_refusal_is_enough(client: httpx2.AsyncClient, scene: Scene) -> None:
    thea = await make.editor("Thea Third")
    id_ = await policy(scene, second=thea.handle)
    await deliver_all()
    for who in (scene.tomasz, thea):
        assert await Notice.filter(member_id=who.id, kind="review").count() == 1
    await decide(scene.reviewer, id_, APPROVED)
    assert await Review.filter(decision="").count() == 1
    await decide(await make.viewer(thea), id_, Decision(decision="changes_requested", note="Whom does it bind?"))
    assert not await Review.filter(decision="").exists()


async def test_who_can_be_the_second_reviewer(scene: Scene) -> None:
    for wrong in (scene.tomasz.handle, "nobody-here"):
        with pytest.raises(Invalid) as told:
            await policy(scene, second=wrong)
        assert "second" in told.value.errors
    for wrong in (scene.ruth.handle, ""):
        id_ = await policy(scene)
        await take_back(scene.editor, id_)
        with pytest.raises(Invalid) as told:
            await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle, second=wrong))
        assert [*told.value.errors] == ["second"]


async def test_other_kinds_need_one(scene: Scene) -> None:
    id_ = await scene.in_review()
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "published"


async def an_admin() -> Viewer:
    made = await make.member("Admin")
    await make.grant(made, "admin")
    return await make.viewer(made)


async def published_policy(scene: Scene) -> int:
    id_ = await policy(scene)
    await decide(scene.reviewer, id_, APPROVED)
    await decide(await third(), id_, APPROVED)
    assert await state(id_) == "published"
    return id_


async def kind(id_: int) -> str:
    return (await Article.get(id=id_)).kind


async def test_a_published_policy_stays_one(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await published_policy(scene)
    await make.sign_in(client, scene.ruth)
    page = (await client.get(f"/kb/{id_}/revise")).text
    assert ("A few words. Somebody else reviews it." in page, "publish it yourself" in page) == (True, False)
    await revise(scene.editor, id_, NewVersion())
    with pytest.raises(Invalid) as told:
        await describe(scene.editor, id_, Details(kind="how_to"))
    assert "only an administrator" in told.value.errors["kind"]
    await make.sign_in(client, scene.ruth)
    form = {"do": "save", "kind": "how_to", "steps": "1. What was typed is kept.", "edits": "0"}
    page = await client.post(f"/kb/{id_}/edit", data=form)
    assert (page.status_code, "only an administrator" in page.text) == (422, True)
    assert "What was typed is kept." in page.text
    assert (await client.patch(f"/api/v1/articles/{id_}", json={"kind": "answer"})).status_code == 422
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle, second=(await make.editor()).handle))
    for who in (scene.editor, await an_admin()):
        with pytest.raises(Invalid):
            await describe(who, id_, Details(kind="how_to"))
    await decide(scene.reviewer, id_, APPROVED)
    assert (await kind(id_), (await Article.get(id=id_)).published_revision) == ("policy", 1)


async def test_neither_retiring_nor_dropping_a_version_opens_a_way(scene: Scene) -> None:
    id_ = await published_policy(scene)
    await retire(scene.editor, id_, Reason(reason="Another rule stands instead of it."))
    with pytest.raises(Invalid):
        await describe(scene.editor, id_, Details(kind="checklist"))
    await bring_back(scene.editor, id_)
    assert await kind(id_) == "policy"


async def test_one_approval_makes_no_policy_by_a_detour(scene: Scene) -> None:
    id_ = await scene.published()
    with pytest.raises(Invalid):
        await describe(scene.editor, id_, Details(kind="policy"))
    draft = await policy(scene)
    await decide(scene.reviewer, draft, APPROVED)
    with pytest.raises(Invalid):
        await describe(scene.editor, draft, Details(kind="how_to"))
    await take_back(scene.editor, draft)
    await describe(scene.editor, draft, Details(kind="how_to"))
    await send(scene.editor, draft, Asked(reviewer=scene.tomasz.handle))
    await decide(await third(), draft, APPROVED)
    with pytest.raises(Invalid):
        await describe(scene.editor, draft, Details(kind="policy"))
    assert (await state(draft), await kind(draft)) == ("published", "how_to")


async def test_a_kind_changed_behind_a_review_counts_as_it_stands(scene: Scene) -> None:
    id_ = await scene.in_review()
    await Article.filter(id=id_).update(kind="policy")
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "draft"


async def test_an_administrator_changes_what_a_policy_is(scene: Scene) -> None:
    id_ = await published_policy(scene)
    await describe(await an_admin(), id_, Details(kind="guideline"))
    article = await Article.get(id=id_)
    assert (article.kind, article.interval_days) == ("guideline", 365)


async def test_typing_errors_of_a_policy_are_approved_too(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await published_policy(scene)
    await revise(scene.editor, id_, NewVersion(significance="typo"))
    await save(scene.editor, id_, Changes(privacy="A ward page may show patients."))
    with pytest.raises(Refused) as told:
        await publish_correction(scene.editor, id_)
    assert "send it to review" in str(told.value)
    await make.sign_in(client, scene.ruth)
    assert "Publish corrected typing errors" not in (await client.get(f"/kb/{id_}/edit")).text


async def days_pass(id_: int, days: int) -> None:
    """Let days go by: what happened lies further back, what is due comes nearer."""
    passed = timedelta(days=days)
    for entry in await Entry.all():
        await Entry.filter(id=entry.id).update(at=entry.at - passed)
    article = await Article.get(id=id_)
    await Article.filter(id=id_).update(due_at=(article.due_at or now()) - passed)


async def test_the_owner_hears_30_7_and_0_days_before_it_is_due(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    told = []
    for days in (140, 11, 9, 14, 3, 4, 1):  # 40, 29, 20, 6 and 3 days before it is due, 1 and 2 after
        await days_pass(id_, days)
        told.append(await refresh_states())
        await deliver_all()
    assert told == [0, 1, 0, 1, 0, 1, 0]
    texts = [one.text for one in await Notice.filter(member_id=scene.ruth.id, kind="article").order_by("id")]
    assert [text.partition(".")[0] for text in texts] == [
        "It is due to be checked within 30 days",
        "It is due to be checked within seven days",
        "Its check is overdue: readers see that now",
    ]


def test_every_style_names_the_version_and_the_day_it_was_verified() -> None:
    at = datetime(2026, 3, 12, tzinfo=UTC)
    found = citations(
        Cited(
            id=4, title="Governing accounts", revision=3, url="https://x.test/kb/4?rev=3", site="Commonplace",
            names=["Ruth Ames", "Plato"], published=at, verified=at + timedelta(days=5),
        )
    )  # fmt: skip
    assert found.vancouver == (
        "Ames R, Plato. Governing accounts [Internet]. Version 3. Commonplace; 2026 Mar 12; verified 2026 Mar 17. "
        "Available from: https://x.test/kb/4?rev=3"
    )
    entry = json.loads(found.csl_text)[0]
    assert entry["author"] == [{"family": "Ames", "given": "Ruth"}, {"literal": "Plato"}]
    assert (entry["version"], entry["note"]) == ("3", "Version 3; verified 17 March 2026")
    assert entry["issued"] == {"date-parts": [[2026, 3, 12]]}


@pytest.mark.parametrize(
    ("name", "vancouver", "csl"),
    [
        ("Mara de Wit", "de Wit M", {"family": "de Wit", "given": "Mara"}),
        ("Dr. Karin Lindqvist", "Lindqvist K", {"family": "Lindqvist", "given": "Karin"}),
        ("Prof. Dr. med. Jo-Ann van der Berg", "van der Berg JA", {"family": "van der Berg", "given": "Jo-Ann"}),
        ("Juan Carlos de la Cruz", "de la Cruz JC", {"family": "de la Cruz", "given": "Juan Carlos"}),
        ("Maria dos Santos Lima", "dos Santos Lima M", {"family": "dos Santos Lima", "given": "Maria"}),
        ("Omar bin Al Rashid", "bin Al Rashid O", {"family": "bin Al Rashid", "given": "Omar"}),
        ("José Ortega y Gasset", "Ortega y Gasset J", {"family": "Ortega y Gasset", "given": "José"}),
        ("Anna Van Dyke, PhD", "Van Dyke A", {"family": "Van Dyke", "given": "Anna"}),
        ("Sammy Davis Jr.", "Davis S Jr.", {"family": "Davis", "given": "Sammy", "suffix": "Jr."}),
        ("Al Green", "Green A", {"family": "Green", "given": "Al"}),
        ("Ben Do Lee", "Lee BD", {"family": "Lee", "given": "Ben Do"}),
        ("山田 太郎", "山田 太郎", {"literal": "山田 太郎"}),
        ("Press office (night)", "Press office (night)", {"literal": "Press office (night)"}),
        ("Dr. Plato", "Plato", {"literal": "Plato"}),
        ("Mr", "Mr", {"literal": "Mr"}),
    ],
)  # fmt: skip
def test_particles_belong_to_the_family_name_and_titles_go(name: str, vancouver: str, csl: dict[str, str]) -> None:
    found = citations(
        Cited(id=4, title="T", revision=1, url="u", site="S", names=[name], published=None, verified=None)
    )
    assert found.vancouver.partition(". T [Internet]")[0] == vancouver
    assert found.csl["author"] == [csl]


def test_no_style_names_titles() -> None:
    names = ["Dr. Karin Lindqvist"]
    found = citations(Cited(id=4, title="T", revision=1, url="u", site="S", names=names, published=None, verified=None))
    assert found.apa.startswith("Karin Lindqvist (n.d.)")
    assert "author = {{Karin Lindqvist}}" in found.bibtex


async def test_the_page_shows_all_four(client: httpx2.AsyncClient, scene: Scene) -> None:
    page = (await client.get(f"/kb/{await scene.published()}", follow_redirects=True)).text
    for style in ("Vancouver", "BibTeX", "CSL-JSON"):
        assert f"<summary>{style}</summary>" in page


async def test_only_an_open_request_lets_a_member_decide(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.ready()
    mara = await make.viewer(scene.mara)
    await send(scene.editor, id_, Asked(reviewer=scene.mara.handle))
    await take_back(scene.editor, id_)
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    for failure in (Refused, Refused):
        with pytest.raises(failure):
            await decide(mara, id_, APPROVED)
    await take_back(scene.editor, id_)
    await send(scene.editor, id_, Asked(reviewer=scene.mara.handle))
    await decide(mara, id_, Decision(decision="changes_requested", note="One more step."))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    with pytest.raises(Refused, match="Nobody asks you"):
        await decide(mara, id_, APPROVED)
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "published"


async def test_the_first_of_two_is_told_that_a_second_has_to(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await policy(scene)
    await make.sign_in(client, scene.tomasz)
    answered = await client.post(f"/kb/{id_}/decide", data={"decision": "approved"}, follow_redirects=True)
    assert "A second person has to." in answered.text
    assert "Approved and published" not in answered.text


@pytest.mark.usefixtures("wired")
async def test_a_request_reaches_whoever_is_away_when_their_deputy_makes_it(scene: Scene) -> None:
    await delegate(scene.editor, Deputy(deputy=scene.tomasz.handle, until=now().date() + timedelta(days=9)))
    id_ = await scene.ready()
    await save(scene.reviewer, id_, Changes(summary="Give every account an owner and a deputy, in one register."))
    await send(scene.reviewer, id_, Asked(reviewer=scene.ruth.handle))
    await deliver_all()
    assert await Notice.filter(member_id=scene.ruth.id, kind="review").exists()
    waiting = next(one for one in await desk(scene.reviewer) if one.name == "mine")
    assert not [row for row in waiting.rows if row.id == id_]
