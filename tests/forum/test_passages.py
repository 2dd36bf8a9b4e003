"""Posts in paragraphs, and stretches of them."""

import pytest

from base.errors import Missing
from forum.models import Post
from forum.queries.passages import MOST, passage, passages
from members.viewer import VISITOR
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_every_span_leads_back_to_its_paragraph() -> None:
    thread = await make.thread()
    body = "First **paragraph**, with a [link](https://example.org).\n\n- one\n- two\n\n> quoted\n\nLast: ünïcödé 👩‍⚕️."
    post = await make.post(thread, body, author=await make.member("Ana Ribeiro"))
    found = (await passages(VISITOR, thread.id)).posts[-1]
    assert [one.text for one in found.paragraphs] == [
        "First paragraph, with a link.", "one", "two", "quoted", "Last: ünïcödé 👩‍⚕️.",
    ]  # fmt: skip
    assert (found.id, found.number, found.revision, found.author.name) == (post.id, 2, 1, "Ana Ribeiro")
    for one in found.paragraphs:
        taken = await passage(VISITOR, thread.id, 2, one.start, one.end)
        assert (taken.text, taken.start, taken.end) == (one.text, one.start, one.end)
        assert taken.url == f"/t/{thread.id}-{thread.slug}/2#post-2"


async def test_what_is_hidden_gives_nothing() -> None:
    inside, thread = await make.thread(audience="network"), await make.thread()
    gone = await make.post(thread)
    await Post.filter(id=gone.id).update(state="deleted")
    with pytest.raises(Missing):
        await passages(VISITOR, inside.id)
    with pytest.raises(Missing):
        await passage(VISITOR, inside.id, 1, 0, 5)
    with pytest.raises(Missing):
        await passage(VISITOR, thread.id, gone.number, 0, 5)
    assert [post.number for post in (await passages(VISITOR, thread.id)).posts] == [1]


@pytest.mark.parametrize(("start", "end"), [(9000, 9999), (5, 5), (8, 3)])
async def test_an_empty_stretch_is_none(start: int, end: int) -> None:
    thread = await make.thread()
    with pytest.raises(Missing):
        await passage(VISITOR, thread.id, 1, start, end)


async def test_a_long_thread_costs_one_statement_and_is_cut() -> None:
    thread = await make.thread()
    at, author = thread.created_at, await make.member()
    await Post.bulk_create(
        [
            Post(thread_id=thread.id, number=n, kind="answer", author_id=author.id, body="b", html="b", created_at=at)
            for n in range(2, MOST + 3)
        ]
    )
    with statements() as sent:
        found = await passages(VISITOR, thread.id)
    assert len(sent) == 1
    assert (len(found.posts), found.cut) == (MOST, True)
