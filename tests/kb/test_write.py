"""Writing a draft: the optimistic lock, the ceiling of the evidence, and what needs a review."""

import asyncio
import json

import pytest

from base.errors import Conflict, Invalid, Missing, Refused
from kb.actions.attach import Attached, attach
from kb.actions.correct import publish_correction
from kb.actions.draft import draft_of
from kb.actions.revise import NewVersion, discard, restore, revise
from kb.actions.send import Asked, send, take_back
from kb.actions.write import Changes, StaleDraft, save
from kb.content import Content
from kb.models import Article, ArticleRevision, Review, SourceLink, Verification
from kb.queries.facts import Found, find
from members.viewer import Viewer
from tests import builders as make
from tests.kb.conftest import READY, Scene, case_study

pytestmark = pytest.mark.anyio


async def test_saving_counts_and_remembers_who(scene: Scene) -> None:
    id_ = await scene.draft()
    assert await save(scene.editor, id_, Changes(edits=0, steps="1. One")) == 1
    assert await save(scene.reviewer, id_, Changes(edits=1, privacy="Ask first.")) == 2
    assert await save(scene.editor, id_, Changes(edits=2, privacy="Ask first.")) == 2, "nothing changed"
    found = await find(scene.editor, id_)
    assert found.content.sections == {"steps": "1. One", "privacy": "Ask first."}
    assert found.revision.last_editor_id == scene.tomasz.id


async def test_who_saves_an_old_copy_overwrites_nothing(scene: Scene) -> None:
    id_ = await scene.draft()
    await save(scene.editor, id_, Changes(edits=0, steps="1. Hers"))
    with pytest.raises(StaleDraft) as stale:
        await save(scene.reviewer, id_, Changes(edits=0, steps="1. His"))
    assert (stale.value.edits, stale.value.editor_id, stale.value.status) == (1, scene.ruth.id, 409)
    assert stale.value.theirs.sections["steps"] == "1. Hers"
    assert (await find(scene.editor, id_)).content.sections["steps"] == "1. Hers"


async def test_of_two_who_save_at_the_same_moment_one_is_told(scene: Scene) -> None:
    id_ = await scene.draft()
    saved = await asyncio.gather(
        *(save(scene.editor, id_, Changes(edits=0, steps=f"1. Writer {number}")) for number in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, int) for one in saved) == 1
    assert all(isinstance(one, int | StaleDraft) for one in saved)
    assert (await find(scene.editor, id_)).edits == 1


@pytest.mark.parametrize("base", ["", "nonsense", "[]", '{"title": 3}', json.dumps({"title": "A", "summary": ["x"]})])
def test_a_form_without_its_beginning_is_merged_all_the_same(base: str) -> None:
    theirs = Content(title="As it is now", sections={})
    assert Changes(base=base).opened(theirs) is theirs


async def test_a_grade_above_the_ceiling_is_refused_when_it_is_typed(scene: Scene) -> None:
    id_ = await scene.draft()
    with pytest.raises(Invalid) as wrong:
        await save(scene.editor, id_, Changes(evidence="E2"))
    assert "Experience at most" in wrong.value.errors["evidence"]
    for organisation in (scene.hospital, await make.organisation()):
        thread = await case_study("Measured", organisation, comparison="before_after")
        await attach(scene.editor, id_, Attached(thread=thread.id))
    await save(scene.editor, id_, Changes(evidence="E2"))
    with pytest.raises(Invalid):
        await save(scene.editor, id_, Changes(evidence="E1"))
    await save(scene.editor, id_, Changes(evidence="E3"))


async def test_what_is_not_ready_cannot_be_sent(scene: Scene) -> None:
    id_ = await scene.draft("Short title")
    with pytest.raises(Invalid) as wrong:
        await send(scene.editor, id_, Asked(reviewer="nobody-here"))
    assert set(wrong.value.errors) == {"title", "summary", "steps", "privacy", "evidence_why", "reviewer"}
    assert not await Review.exists()
    with pytest.raises(Invalid) as wrong:
        await send(
            scene.editor, await scene.ready(), Asked.read({"reviewer": scene.tomasz.handle, "due": "2020-01-01"})
        )
    assert set(wrong.value.errors) == {"due"}


async def test_four_eyes_begin_with_whom_one_asks(scene: Scene) -> None:
    id_ = await scene.ready()
    for asker in (scene.editor, scene.reviewer):
        with pytest.raises(Invalid) as told:
            await send(asker, id_, Asked(reviewer=scene.ruth.handle))
        assert "four eyes" in told.value.errors["reviewer"]
    stranger = await make.member("Stranger")
    await Article.filter(id=id_).update(audience="org:99")
    with pytest.raises((Invalid, Missing)):
        await send(scene.editor, id_, Asked(reviewer=stranger.handle))


async def test_what_is_in_review_is_not_changed_until_it_is_taken_back(scene: Scene) -> None:
    id_ = await scene.in_review()
    review = await Review.get()
    assert (review.reviewer_id, review.asked_by_id) == (scene.tomasz.id, scene.ruth.id)  # type: ignore[attr-defined]
    assert review.due_on is not None
    with pytest.raises(Refused):
        await save(scene.editor, id_, Changes(steps="1. Other"))
    await take_back(scene.editor, id_)
    await save(scene.editor, id_, Changes(steps="1. Other"))
    assert (await Review.get()).decision == "withdrawn"
    with pytest.raises(Refused):
        await take_back(scene.editor, id_)


async def test_typing_errors_go_out_at_once_and_keep_the_verification(scene: Scene) -> None:
    id_ = await scene.published()
    before = await Article.get(id=id_)
    await revise(scene.editor, id_, NewVersion(significance="typo", note="A comma"))
    await save(scene.editor, id_, Changes(summary="Give every account one owner and one deputy in one register."))
    await publish_correction(scene.editor, id_)
    article = await Article.get(id=id_)
    assert (article.published_revision, article.verified_revision) == (2, 2)
    assert (article.due_at, article.verified_at) == (before.due_at, before.verified_at)
    log = await Verification.filter(article_id=id_).order_by("id")
    assert [(one.method, one.revision) for one in log] == [("approved", 1), ("edited", 2)]
    assert [one.state for one in await ArticleRevision.filter(article_id=id_).order_by("number")] == [
        "superseded",
        "published",
    ]


async def test_an_unverified_article_is_not_verified_by_a_comma(scene: Scene) -> None:
    id_ = await scene.published()
    await Article.filter(id=id_).update(verified_revision=0)
    await revise(scene.editor, id_, NewVersion(significance="typo"))
    await save(scene.editor, id_, Changes(summary="Give every account one owner, and one deputy, in one register."))
    await publish_correction(scene.editor, id_)
    assert (await Article.get(id=id_)).verified_revision == 0


@pytest.mark.parametrize(
    "change",
    [
        {"recommendation": "avoid"},
        {"steps": "1. Something else altogether, with many more words than a typing error would ever need."},
        {"applies": "A new section."},
    ],
)
async def test_more_than_typing_errors_needs_a_review(scene: Scene, change: dict[str, str]) -> None:
    id_ = await scene.published()
    await revise(scene.editor, id_, NewVersion(significance="typo"))
    await save(scene.editor, id_, Changes.read(change))
    with pytest.raises(Refused):
        await publish_correction(scene.editor, id_)
    assert (await Article.get(id=id_)).published_revision == 1


async def test_a_correction_is_of_the_words_that_were_read(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = await scene.published()
    await revise(scene.editor, id_, NewVersion(significance="typo"))
    await save(scene.editor, id_, Changes(summary="Give every account one owner and one deputy in one register."))
    found = await draft_of(scene.editor, id_)
    await save(scene.reviewer, id_, Changes(steps="1. Something else altogether, and nobody has looked at it."))

    async def read_before(viewer: Viewer, article_id: int) -> Found:
        return found

    monkeypatch.setattr("kb.actions.correct.draft_of", read_before)
    with pytest.raises(Conflict):
        await publish_correction(scene.editor, id_)
    assert (await Article.get(id=id_)).published_revision == 1


async def test_a_changed_source_is_no_typing_error(scene: Scene) -> None:
    id_ = await scene.published()
    await revise(scene.editor, id_, NewVersion(significance="typo"))
    await attach(scene.editor, id_, Attached(thread=(await make.thread("Another thread about it")).id))
    with pytest.raises(Refused):
        await publish_correction(scene.editor, id_)


async def test_a_first_draft_is_never_published_without_a_review(scene: Scene) -> None:
    with pytest.raises(Refused):
        await publish_correction(scene.editor, await scene.ready())


async def test_a_new_version_begins_as_the_published_one_with_its_sources(scene: Scene) -> None:
    id_ = await scene.published()
    begun = await revise(scene.reviewer, id_, NewVersion(significance="advice", note="New law"))
    again = await revise(scene.editor, id_, NewVersion())
    assert (begun.number, begun.fresh, again.number, again.fresh) == (2, True, 2, False)
    revision = await ArticleRevision.get(article_id=id_, number=2)
    assert (revision.based_on, revision.significance, revision.note, revision.state) == (
        1,
        "advice",
        "New law",
        "draft",
    )
    assert (
        await SourceLink.filter(article_id=id_, revision=2).count()
        == await SourceLink.filter(article_id=id_, revision=1).count()
    )
    assert (await Article.get(id=id_)).published_revision == 1


async def test_two_who_begin_at_the_same_moment_share_one_draft(scene: Scene) -> None:
    id_ = await scene.published()
    begun = await asyncio.gather(*(revise(scene.editor, id_, NewVersion()) for _ in range(6)))
    assert {one.number for one in begun} == {2}
    assert await ArticleRevision.filter(article_id=id_).count() == 2


async def test_every_version_can_be_restored(scene: Scene) -> None:
    id_ = await scene.published()
    for number in (2, 3):
        await revise(scene.editor, id_, NewVersion(significance="typo"))
        await save(scene.editor, id_, Changes(summary=f"Give every account one owner, version {number}."))
        await publish_correction(scene.editor, id_)
    for number in (1, 2, 3):
        begun = await restore(scene.editor, id_, number)
        fresh = await ArticleRevision.get(article_id=id_, number=begun.number)
        old = await ArticleRevision.get(article_id=id_, number=number)
        assert (fresh.summary, fresh.sections, fresh.based_on) == (old.summary, old.sections, number)
        with pytest.raises(Refused):
            await restore(scene.editor, id_, 1)
        await discard(scene.editor, id_)
    with pytest.raises(Missing):
        await restore(scene.editor, id_, 99)


async def test_a_dropped_first_draft_leaves_the_desk_and_can_be_taken_up_again(scene: Scene) -> None:
    id_ = await scene.ready()
    await discard(scene.editor, id_)
    assert (await Article.get(id=id_)).state == "archived"
    with pytest.raises(Refused):
        await save(scene.editor, id_, Changes(steps="1. Too late"))
    await revise(scene.editor, id_, NewVersion())
    assert (await Article.get(id=id_)).state == "draft"
    assert (await find(scene.editor, id_)).content.sections["steps"] == READY.steps


async def test_sending_what_changed_a_moment_ago_is_a_conflict(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = await scene.ready()
    found = await find(scene.editor, id_)

    async def old(*_: object) -> object:
        await ArticleRevision.filter(id=found.revision_id).update(edits=found.edits + 1)
        return found

    monkeypatch.setattr("kb.actions.send.draft_of", old)
    with pytest.raises(Conflict):
        await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
