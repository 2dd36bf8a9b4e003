"""Starting a thread: everything it writes, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from base.journal.models import Entry
from forum.actions.start_thread import NewThread, Started, start_thread
from forum.models import Draft, Post, PostRevision, QuestionDetails, ReadMark, Thread, ThreadPlatform, ThreadTag, Watch
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def _new(**more: object) -> NewThread:
    author = more.pop("author_id", None) or (await make.member()).id
    given = {"kind": "question", "title": "Wie antwortet ihr auf Bewertungen?", "body": "We **ask**.\n\nTwice."}
    return NewThread(**given | {"author_id": author} | more)  # type: ignore[arg-type]


async def test_writes_thread_post_revision_labels_journal_watch_and_read_mark() -> None:
    tag, platform = await make.tag("reviews"), await make.platform("Google")
    new = await _new(tag_ids=(tag.id, tag.id), platform_ids=(platform.id,))
    started = await start_thread(new)

    thread = await Thread.get()
    assert (thread.id, thread.slug) == (started.id, "wie-antwortet-ihr-auf-bewertungen")
    assert started.url == f"/t/{thread.id}-wie-antwortet-ihr-auf-bewertungen"
    assert (thread.excerpt, thread.resolution, thread.last_number) == ("We ask. Twice.", "unanswered", 1)
    post = await Post.get()
    assert (post.number, post.kind, post.thread_id) == (1, "opening", thread.id)  # type: ignore[attr-defined]
    assert "<strong>ask</strong>" in post.html
    revision = await PostRevision.get()
    assert (revision.number, revision.title, revision.body) == (1, new.title, new.body)
    assert await ThreadTag.filter(thread_id=thread.id, tag_id=tag.id).count() == 1
    assert await ThreadPlatform.filter(thread_id=thread.id, platform_id=platform.id).count() == 1
    entry = await Entry.get()
    assert (entry.kind, entry.subject_id, entry.actor_id) == ("thread.asked", thread.id, new.author_id)
    assert (await Watch.get()).level == "watching"
    assert (await ReadMark.get()).number == 1


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("question", "thread.asked"),
        ("case_study", "thread.shared"),
        ("discussion", "thread.started"),
        ("announcement", "thread.announced"),
    ],
)
async def test_every_kind_has_its_journal_entry(kind: str, entry: str) -> None:
    await start_thread(await _new(kind=kind))
    assert (await Entry.get()).kind == entry


async def test_one_key_of_one_author_starts_one_thread() -> None:
    new = await _new(once="k1")
    assert await start_thread(new) == await start_thread(new)
    await start_thread(await _new(once="k1"))
    await start_thread(await _new(once=""))
    await start_thread(await _new(once=""))
    assert await Thread.all().count() == 4


async def test_another_text_sent_with_an_old_form_is_not_lost() -> None:
    new = await _new(once="k1")
    await start_thread(new)
    await start_thread(replace(new, body="Something else, typed after going back."))
    assert await Post.all().count() == 2


async def test_one_key_sent_at_the_same_moment_starts_one_thread() -> None:
    new = await _new(once="k1")
    found: list[Started] = list(await asyncio.gather(*(start_thread(new) for _ in range(8))))
    assert len(set(found)) == 1
    assert await Thread.all().count() == await Post.all().count() == await Entry.all().count() == 1


async def test_what_belongs_to_the_kind_is_written_with_it_or_nothing_is() -> None:
    async def fails(thread: Thread) -> None:
        await QuestionDetails.create(thread=thread, goal="More stars")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await start_thread(await _new(), fails)
    assert await Thread.all().count() == await Post.all().count() == await Entry.all().count() == 0


async def test_an_import_keeps_its_date_and_tells_nobody() -> None:
    at = datetime(2019, 3, 1, tzinfo=UTC)
    await start_thread(await _new(at=at, quiet=True))
    thread = await Thread.get()
    assert thread.created_at == thread.active_at == (await Post.get()).created_at == at
    assert await Watch.all().count() == await ReadMark.all().count() == 0


async def test_the_draft_it_was_written_in_goes_with_it_but_nobody_elses() -> None:
    author, other = await make.member(), await make.member()
    own = await Draft.create(member=author, place="ask.question", updated_at=(at := author.created_at))
    foreign = await Draft.create(member=other, place="ask.question", updated_at=at)
    await start_thread(await _new(author_id=author.id, draft_id=foreign.id))
    await start_thread(await _new(author_id=author.id, draft_id=own.id))
    assert [draft.id for draft in await Draft.all()] == [foreign.id]


async def test_a_mention_is_a_link_only_when_there_is_such_a_person() -> None:
    await make.member("Ruth Weber")
    await start_thread(await _new(body="Ask @ruth-weber or @nobody-here about it."))
    html = (await Post.get()).html
    assert '/people/ruth-weber"' in html
    assert "/people/nobody-here" not in html


async def test_the_number_of_statements_does_not_grow_with_labels() -> None:
    tags = tuple([(await make.tag()).id for _ in range(5)])
    few, many = await _new(tag_ids=tags[:1]), await _new(tag_ids=tags)
    with statements() as first:
        await start_thread(few)
    with statements() as second:
        await start_thread(many)
    assert len(first) == len(second) <= 10
