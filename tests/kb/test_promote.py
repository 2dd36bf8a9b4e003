"""Nominating and promoting threads, and what a draft rests on."""

import pytest

from base.db import rows
from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from forum.models import PostRevision, Thread
from forum.queries.passages import passages
from kb.actions.attach import Answered, Attached, address, attach, detach, drop_passage
from kb.actions.describe import Details, describe
from kb.actions.insert import Insertion, Span, insert
from kb.actions.nominate import Why, decline, nominate, reopen, withdraw
from kb.actions.promote import NewArticle, promote, start
from kb.actions.revise import NewVersion, revise
from kb.models import Article, ArticlePlatform, ArticleRevision, ArticleTag, Nomination, SourceLink
from kb.queries.ceiling import ceiling_of
from kb.queries.contributors import contributions
from kb.queries.facts import find
from members.models import Member
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene, case_study

pytestmark = pytest.mark.anyio
WHY = Why(why="Every new colleague asks it again.")


async def test_any_member_nominates_once_and_may_take_it_back(scene: Scene) -> None:
    mara = await make.viewer(scene.mara)
    await nominate(mara, scene.thread.id, WHY)
    await nominate(mara, scene.thread.id, Why(why="Because it helped all of us."))
    assert [one.why for one in await Nomination.all()] == ["Because it helped all of us."]
    await withdraw(mara, scene.thread.id)
    assert not await Nomination.exists()
    with pytest.raises(Missing):
        await withdraw(mara, scene.thread.id)
    kinds = [
        row["kind"] for row in await rows("SELECT kind FROM journal_entries WHERE kind LIKE 'nomination.%' ORDER BY id")
    ]
    assert kinds == ["nomination.made", "nomination.made", "nomination.withdrawn"]


async def test_visitors_do_not_nominate_and_nobody_what_they_cannot_see(scene: Scene) -> None:
    with pytest.raises(NotSignedIn):
        await nominate(VISITOR, scene.thread.id, WHY)
    hidden = await make.thread("A thread of another organisation", audience="org:99")
    with pytest.raises(Missing):
        await nominate(await make.viewer(scene.ana), hidden.id, WHY)


async def test_editors_decline_and_reopen(scene: Scene) -> None:
    mara = await make.viewer(scene.mara)
    await nominate(mara, scene.thread.id, WHY)
    with pytest.raises(Refused):
        await decline(mara, scene.thread.id)
    await decline(scene.editor, scene.thread.id)
    assert (await Nomination.get()).state == "declined"
    await reopen(scene.editor, scene.thread.id)
    assert (await Nomination.get()).state == "open"


async def test_promoting_starts_a_draft_with_everything_of_the_thread(scene: Scene) -> None:
    platform, tag = await make.platform("Facebook"), await make.tag("governance")
    thread = await make.thread("How do you close pages?", platforms=[platform], tags=[tag])
    await nominate(await make.viewer(scene.mara), thread.id, WHY)
    id_ = await promote(scene.editor, thread.id, NewArticle(title="Closing pages", kind="policy"))
    article, revision = await Article.get(id=id_), await ArticleRevision.get(article_id=id_)
    assert (article.state, article.slug, article.kind, article.interval_days) == (
        "draft",
        "closing-pages",
        "policy",
        90,
    )
    assert (revision.number, revision.state, revision.title) == (1, "draft", "Closing pages")
    assert await SourceLink.filter(article_id=id_, revision=1, thread_id=thread.id, post_number=0).count() == 1
    assert await ArticlePlatform.filter(article_id=id_, platform_id=platform.id).exists()
    assert await ArticleTag.filter(article_id=id_, tag_id=tag.id).exists()
    assert (await Nomination.get()).state == "taken"
    assert (await Thread.get(id=thread.id)).article_id is None, "a draft is not yet what the thread was distilled in"


async def test_the_same_form_sent_twice_starts_one_draft(scene: Scene) -> None:
    assert await scene.draft() == await scene.draft()
    assert await scene.draft("Another title") != await scene.draft()


async def test_only_editors_promote_and_only_for_people_they_belong_to(scene: Scene) -> None:
    with pytest.raises(Refused):
        await promote(await make.viewer(scene.mara), scene.thread.id, NewArticle(title="Mine"))
    with pytest.raises(Refused):
        await start(scene.editor, NewArticle(title="Theirs", audience="org:99"))
    assert await start(scene.editor, NewArticle(title="Ours"))


async def test_passages_become_text_with_a_link_to_their_source(scene: Scene) -> None:
    id_ = await scene.draft()
    await insert(scene.editor, id_, await scene.insertion(2, 1))
    await insert(scene.reviewer, id_, await scene.insertion(3))
    text = (await find(scene.editor, id_)).content.sections["steps"]
    url = f"/t/{scene.thread.id}-{scene.thread.slug}"
    assert text == (
        f"Closed 11 of 23 pages; two people complained. [#2]({url}/2#post-2)\n\n"
        f"Register first, close later: # we did it the other way round. [#3]({url}/3#post-3)"
    )
    first, second = await SourceLink.filter(article_id=id_, post_number__gt=0).order_by("id")
    assert (first.section, first.post_number, first.post_revision, first.text) == (
        "steps", 2, 1, "Closed 11 of 23 pages; two people complained.",
    )  # fmt: skip
    assert len(first.hash) == 64
    assert first.end - first.start == len(first.text)
    assert (second.post_id, second.added_by_id) == (scene.answers[1].id, scene.tomasz.id)
    assert (await find(scene.editor, id_)).revision.last_editor_id == scene.tomasz.id


async def test_what_looks_like_markdown_in_a_passage_stays_text(scene: Scene) -> None:
    await make.post(scene.thread, r"\# no heading, \*no stress\*, 1\. no list, \[no link\]", author=scene.ana)
    await make.post(scene.thread, "`1. one`", author=scene.ana)
    id_ = await scene.draft()
    await insert(scene.editor, id_, await scene.insertion(4))
    await insert(scene.editor, id_, await scene.insertion(5))
    text = (await find(scene.editor, id_)).content.sections["steps"]
    assert text.startswith(r"\# no heading, \*no stress\*, 1. no list, \[no link\] [#4]")
    assert "\n\n1\\. one [#5]" in text


async def test_a_post_edited_meanwhile_is_not_taken_unseen(scene: Scene) -> None:
    id_ = await scene.draft()
    insertion = await scene.insertion(2)
    await PostRevision.create(
        post_id=scene.answers[0].id, number=2, body="New", editor_id=scene.ana.id, created_at=scene.thread.created_at
    )
    scene.answers[0].revision, scene.answers[0].body = 2, "Something else altogether, and longer than before it was."
    await scene.answers[0].save()
    with pytest.raises(Conflict):
        await insert(scene.editor, id_, insertion)


@pytest.mark.parametrize(
    "given",
    [
        {"section": "steps", "passages": []},
        {"section": "steps", "passages": ["nonsense"]},
        {"section": "steps", "passages": ["1:2:1:0:-5"]},
        {"section": "nowhere", "passages": ["1:2:1:0:5"]},
    ],
)
async def test_an_insertion_names_section_and_passages(given: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Insertion.read(given)


async def test_threads_come_and_go_as_sources(scene: Scene) -> None:
    id_ = await scene.draft()
    other = await make.thread("What does your register look like?")
    await attach(scene.editor, id_, Attached(thread=other.id))
    await attach(scene.editor, id_, Attached(thread=other.id))
    assert await SourceLink.filter(article_id=id_).count() == 2
    await insert(scene.editor, id_, await scene.insertion(2))
    link = await SourceLink.get(article_id=id_, post_number=2)
    await drop_passage(scene.editor, id_, link.id)
    assert await SourceLink.filter(article_id=id_, thread_id=scene.thread.id).count() == 1
    await detach(scene.editor, id_, other.id)
    with pytest.raises(Missing):
        await detach(scene.editor, id_, other.id)
    hidden = await make.thread("A thread of another organisation", audience="org:99")
    with pytest.raises(Missing):
        await attach(scene.editor, id_, Attached(thread=hidden.id))


async def test_the_ceiling_follows_the_sources(scene: Scene) -> None:
    id_ = await scene.draft()
    other, vendor = await make.organisation(), await make.organisation(kind="industry")
    grades = []
    for thread in (
        await case_study("One", scene.hospital, comparison="before_after"),
        await case_study("Vendor", vendor, comparison="control"),
        await case_study("Two", other, comparison="benchmark"),
        failed := await case_study("Failed", other, "did_not_work"),
    ):
        await attach(scene.editor, id_, Attached(thread=thread.id))
        grades.append((await ceiling_of(scene.editor, id_, 1, "do")).grade)
    assert grades == ["E3", "E3", "E2", "E3"]
    await address(scene.editor, id_, failed.id, Answered(addressed="They had no deputy; step 2 asks for one."))
    assert (await ceiling_of(scene.editor, id_, 1, "do")).grade == "E2"
    await Thread.filter(title="Two").update(state="deleted")
    assert (await ceiling_of(scene.editor, id_, 1, "do")).grade == "E3"


async def test_details_are_described_by_the_names_people_use(scene: Scene) -> None:
    platform = await make.platform("X", "Twitter")
    id_ = await scene.draft()
    words = {"platforms": "twitter", "tags": "Governance, brand new", "owner": "@tomasz-nowak", "kind": "guideline"}
    await describe(scene.editor, id_, Details.read(words | {"audience": "network"}))
    article = await Article.get(id=id_)
    assert (article.owner_id, article.audience, article.kind, article.interval_days) == (  # type: ignore[attr-defined]
        scene.tomasz.id, "network", "guideline", 90,
    )  # fmt: skip
    assert await ArticlePlatform.filter(article_id=id_).values_list("platform_id", flat=True) == [platform.id]
    assert await ArticleTag.filter(article_id=id_).count() == 2
    with pytest.raises(Invalid) as wrong:
        await describe(scene.editor, id_, Details.read({"owner": "nobody-here"}))
    assert set(wrong.value.errors) == {"owner"}
    with pytest.raises(Invalid) as wrong:
        await describe(scene.editor, id_, Details.read({"platforms": "Twutter"}))
    assert set(wrong.value.errors) == {"platforms"}


async def test_who_asked_in_a_thread_contributes_when_something_was_taken_from_it(scene: Scene) -> None:
    async def asked(id_: int, revision: int = 1) -> list[str]:
        found = await contributions(id_, revision)
        return [one.author.name for one in found if {"asked", "case_author"} & set(one.roles)]

    id_ = await scene.draft()
    assert await asked(id_) == ["Mara Visser"], "it was started from her thread"
    other = await make.thread("What does your register look like?", author=await make.member("Omar Haddad"))
    await attach(scene.editor, id_, Attached(thread=other.id))
    case = await case_study("Closing 40 dormant pages", scene.hospital)
    await attach(scene.editor, id_, Attached(thread=case.id))
    author = (await Member.get(id=case.author_id)).name
    assert sorted(await asked(id_)) == sorted(["Mara Visser", author]), "a case is evidence as a whole"
    post = (await passages(scene.editor, other.id)).posts[0]
    words = post.paragraphs[0]
    span = Span(thread=other.id, number=1, revision=post.revision, start=words.start, end=words.end)
    await insert(scene.editor, id_, Insertion.read({"section": "steps", "passages": [span.model_dump()]}))
    assert "Omar Haddad" in await asked(id_)
    # What a draft was started from stays so in later versions.
    await detach(scene.editor, id_, other.id)
    await scene.publish(id_)
    await revise(scene.editor, id_, NewVersion())
    assert sorted(await asked(id_, 2)) == sorted(["Mara Visser", author])
    empty = await start(scene.editor, NewArticle(title="Begun with nothing at all"))
    await attach(scene.editor, empty, Attached(thread=scene.thread.id))
    assert await asked(empty) == []
