"""What of the forum can be found: what a document says, who may find it, and what an act re-reads."""

from decimal import Decimal

import pytest

from base.db import transaction
from base.journal import record
from base.journal.models import Entry
from forum.actions.accept import accept
from forum.actions.answer import NewPost, answer
from forum.actions.delete import delete
from forum.actions.describe_tag import TagText, describe_tag
from forum.actions.edit import EditedPost, edit
from forum.models import CaseStudy, Metric, Post, QuestionDetails, Thread
from forum.searchable import SOURCES, posts_among, threads_among
from members.viewer import VISITOR
from search_index.document import Document
from search_index.found import Hit
from search_index.keep_up import handler
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
SOURCE = {source.kind: source for source in SOURCES}


async def _load(kind: str, *ids: int) -> list[Document]:
    return [document async for document in SOURCE[kind].load(ids)]


async def _all(kind: str) -> list[Document]:
    return [document async for document in SOURCE[kind].load_all()]


async def test_a_thread_says_everything_a_reader_sees() -> None:
    hospital = await make.organisation("St. Brennan", country="IE")
    author = await make.member("Mara de Wit", at=hospital)
    platform = await make.platform("X", "Twitter")
    thread = await make.thread(
        "How do you answer?", author=author, body="We **ask** you.", tags=[await make.tag("reviews")],
        platforms=[platform], organisation=hospital, audience="network", language="nl", votes=3,
    )  # fmt: skip
    await QuestionDetails.create(thread=thread, goal="More stars", setting="Ward", audience_served="Families")
    (found,) = await _load("thread", thread.id)
    assert (found.key, found.type, found.group, found.number) == (f"thread:{thread.id}", "question", found.key, 1)
    assert found.body == "We ask you.\nMore stars\nWard\nFamilies"
    assert (found.author, found.handle, found.organisation) == ("Mara de Wit", "mara-de-wit", "St. Brennan")
    assert (found.platforms, found.aliases, found.tags) == (("X",), ("Twitter",), ("reviews",))
    assert (found.state, found.audience, found.language, found.country) == (("unanswered",), "network", "nl", "IE")
    assert (found.votes, found.url) == (3, f"/t/{thread.id}-how-do-you-answer")
    assert (found.created, found.active) == (thread.created_at, thread.active_at)


async def test_a_case_study_is_found_by_its_measurements_and_its_result() -> None:
    thread = await make.thread(kind="case_study", body="We sent videos.")
    case = await CaseStudy.create(
        thread=thread, summary="s", problem="p", what_we_did="w", lessons="l", direction="did_not_work"
    )
    await Metric.create(case=case, position=1, name="Missed appointments", result=Decimal("8.90"), unit="%")
    (found,) = await _load("thread", thread.id)
    assert found.body == "We sent videos.\nMissed appointments 8.9 %"
    assert (found.direction, found.has, found.state) == ("did_not_work", ("metrics",), ("evidence:E3",))


async def test_a_post_stands_under_its_thread_and_leads_to_its_page() -> None:
    thread = await make.thread("How do you answer?")
    post = await make.post(thread, "Like **this**.")
    await Post.filter(id=post.id).update(position=41)
    comment = await make.post(thread, "Thanks.", parent=post)
    await accept(await make.viewer(await make.moderator()), thread.id, post.number)
    first, second = await _load("post", post.id, comment.id)
    assert (first.kind, first.type, first.title, first.body) == ("post", "answer", "How do you answer?", "Like this.")
    assert first.group == second.group == f"thread:{thread.id}"
    assert first.url == f"/t/{thread.id}-{thread.slug}?page=3#post-2"
    assert (first.state, second.state) == (("solved", "accepted"), ("solved",))
    assert (second.type, second.number) == ("comment", 3)


@pytest.mark.parametrize("state", ["deleted", "hidden"])
async def test_what_is_not_published_is_not_found(state: str) -> None:
    gone, kept = await make.thread(), await make.thread()
    under = await make.post(gone)
    await Thread.filter(id=gone.id).update(state=state)
    away, there = await make.post(kept, state=state), await make.post(kept)
    assert [one.id for one in await _all("thread")] == [kept.id]
    assert [one.id for one in await _all("post")] == [there.id]
    assert await _load("thread", gone.id) == await _load("post", under.id, away.id) == []


async def test_openings_are_found_as_threads_only() -> None:
    thread = await make.thread()
    opening = await Post.get(thread_id=thread.id)
    assert await _load("post", opening.id) == await _all("post") == []


async def test_the_number_of_statements_grows_with_batches_not_with_rows() -> None:
    thread = await make.thread(tags=[await make.tag(), await make.tag()])
    for _ in range(30):
        await make.post(thread)
    with statements() as sent:
        assert len(await _all("post")) == 30
    assert len(sent) == 1


async def test_batches_follow_each_other_without_gap_or_double(monkeypatch: pytest.MonkeyPatch) -> None:
    thread = await make.thread()
    for _ in range(205):
        await make.post(thread)
    found = [one.number for one in await _all("post")]
    assert found == list(range(2, 207))
    ids = await Post.filter(thread_id=thread.id, number__gt=1).values_list("id", flat=True)
    assert len(await _load("post", *(int(str(one)) for one in ids))) == 205


class _Index:
    """Remembers what it is told."""

    usable = True

    async def wanting(self) -> bool:
        return False

    def __init__(self) -> None:
        self.written: set[str] = set()
        self.gone: set[str] = set()

    async def replace(self, documents: list[Document], gone: set[str]) -> int:
        self.written, self.gone = {one.key for one in documents}, set(gone)
        return len(documents)


async def _indexed(monkeypatch: pytest.MonkeyPatch) -> _Index:
    index = _Index()
    monkeypatch.setattr("search_index.keep_up.current", lambda: index)
    await handler(SOURCE)(await Entry.all())
    await Entry.all().delete()
    return index


async def test_every_act_re_reads_what_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make.member()
    thread, who = await make.thread(author=author), await make.viewer(author)
    old = await make.post(thread)
    await Entry.all().delete()
    here, answers = f"thread:{thread.id}", {f"post:{old.id}"}

    made = await answer(who, thread.id, NewPost(body="One more answer, with words."))
    answers.add(f"post:{made.id}")
    assert (await _indexed(monkeypatch)).written == {here, f"post:{made.id}"}
    await accept(who, thread.id, old.number)
    assert (await _indexed(monkeypatch)).written == {here, *answers}
    await edit(who, thread.id, 1, EditedPost(body="Other words for the same.", title="Another title here", revision=1))
    assert (await _indexed(monkeypatch)).written == {here, *answers}
    await edit(who, thread.id, made.number, EditedPost(body="A better answer than that.", revision=1))
    assert (await _indexed(monkeypatch)).written == {f"post:{made.id}"}
    await delete(who, thread.id, made.number)
    index = await _indexed(monkeypatch)
    assert (index.written, index.gone) == ({here}, {f"post:{made.id}"})
    await delete(await make.viewer(await make.moderator()), thread.id, 1)
    index = await _indexed(monkeypatch)
    assert index.written == set()
    assert index.gone >= {here, *answers}


async def test_what_a_document_shows_of_others_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    tag, platform, home = await make.tag("reviews"), await make.platform("X"), await make.organisation()
    author = await make.member(at=home)
    thread = await make.thread(tags=[tag], platforms=[platform])
    post = await make.post(thread, author=author)
    await make.post(await make.thread("Another thread altogether"))
    editor = await make.viewer(await make.editor())
    here, there = f"thread:{thread.id}", f"post:{post.id}"
    await Entry.all().delete()

    await describe_tag(editor, "reviews", TagText(name="reviews", about="What patients say."))
    assert (await _indexed(monkeypatch)).written == set()
    await describe_tag(editor, "reviews", TagText(name="ratings", about="What patients say."))
    assert (await _indexed(monkeypatch)).written == {here, there}
    await describe_tag(editor, "reviews", TagText(name="ratings", about="What patients say.", synonyms=["stars"]))
    assert (await _indexed(monkeypatch)).written == {here, there}
    assert (await _load("thread", thread.id))[0].aliases == ("stars",)
    for kind, subject, written in (
        ("platform.edited", platform.id, {here, there}),
        ("member.renamed", author.id, {there}),
        ("member.placed", author.id, {there}),
        ("organisation.renamed", home.id, {there}),
    ):
        async with transaction():
            await record(kind, actor_id=None, subject_id=subject)
        assert (await _indexed(monkeypatch)).written == written, kind


async def test_search_looks_again_whether_one_may_see() -> None:
    open_one, secret = await make.thread(), await make.thread(audience="network")
    posts = [await make.post(one) for one in (open_one, secret)]
    away = await make.post(open_one, state="deleted")
    insider = await make.viewer(await make.member(at=await make.organisation()))
    threads = [_hit("thread", one.id, open_one) for one in (open_one, secret)]
    hits = [_hit("post", one.id, open_one) for one in (*posts, away)]
    assert await threads_among(VISITOR, threads) == {f"thread:{open_one.id}"}
    assert await threads_among(insider, threads) == {f"thread:{open_one.id}", f"thread:{secret.id}"}
    assert await posts_among(VISITOR, hits) == {f"post:{posts[0].id}"}
    assert await posts_among(insider, hits) == {f"post:{one.id}" for one in posts}


def _hit(kind: str, id_: int, thread: Thread) -> Hit:
    return Hit(
        kind=kind,
        id=id_,
        type="question",
        url="",
        title="",
        score=1.0,
        created=thread.created_at,
        active=thread.created_at,
    )
