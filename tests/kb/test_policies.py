"""Two people approve a policy; owners hear of it 30, 7 and 0 days before; citations in four styles."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Conflict, Invalid, Refused
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from kb.actions.age import refresh_states
from kb.actions.decide import Decision, decide
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send, take_back
from kb.actions.write import Changes, save
from kb.citation import Cited, citations
from kb.models import Article, Review
from members.models import Notice
from members.viewer import Viewer
from tests import builders as make
from tests.kb.conftest import READY, Scene

pytestmark = pytest.mark.anyio

APPROVED = Decision(decision="approved")


async def policy(scene: Scene, second: str = "") -> int:
    id_ = await promote(
        scene.editor, scene.thread.id, NewArticle(title="A policy for sub-brand accounts", kind="policy")
    )
    await save(scene.editor, id_, READY)
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
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(other, id_, APPROVED)
    assert await state(id_) == "draft"
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "published"


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
    with pytest.raises(Refused):
        await policy(scene, second=scene.ruth.handle)


async def test_other_kinds_need_one(scene: Scene) -> None:
    id_ = await scene.in_review()
    await decide(scene.reviewer, id_, APPROVED)
    assert await state(id_) == "published"


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


async def test_the_page_shows_all_four(client: httpx2.AsyncClient, scene: Scene) -> None:
    page = (await client.get(f"/kb/{await scene.published()}", follow_redirects=True)).text
    for style in ("Vancouver", "BibTeX", "CSL-JSON"):
        assert f"<summary>{style}</summary>" in page
