"""Links of texts that no entry of the journal told of: found once, in small steps, as often as one likes."""

import inspect

import httpx2
import pytest

from app.chores import CHORES
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from forum.actions.edit import EditedPost, edit
from forum.models import Post
from kb.actions import relink as relinking
from kb.actions.relink import count_texts, relink, relink_once
from kb.models import Article, ArticleLink, ArticleRevision
from kb.queries.backlinks import backlinks
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio


async def old_texts(scene: Scene) -> tuple[Article, Article]:
    """Put in a target, and a practice and three posts that link to it, without the journal."""
    target = await make.article("The one that is linked")
    other = await make.article("The other", sections={"steps": f"1. As in /kb/{target.id}-x.\n2. And /kb/999."})
    for number in range(3):
        await make.post(scene.thread, f"{number}: see [this](/kb/{target.id}-the-one).")
    await make.post(scene.thread, "Not https://elsewhere.example/kb/1 but something with /kb/ in it.")
    await make.article("A draft", state="draft", sections={"steps": f"1. /kb/{target.id}"})
    return target, other


async def written() -> set[tuple[int | None, int | None]]:
    return {(one["from_post_id"], one["from_article_id"]) for one in await ArticleLink.all().values()}


async def test_every_text_is_found(scene: Scene) -> None:
    target, other = await old_texts(scene)
    assert await count_texts() == 5
    done = await relink()
    assert (done.seen, done.mended) == (5, 4)
    shown = await backlinks(VISITOR, target.id)
    assert [one.title for one in shown.articles] == [other.title]
    assert len(shown.posts) == 3
    again = await relink()
    assert (again.seen, again.mended) == (5, 0)
    assert await ArticleLink.all().count() == 4


async def test_what_no_longer_links_is_taken_out(scene: Scene) -> None:
    await old_texts(scene)
    await relink()
    await Post.filter(thread_id=scene.thread.id).update(body="Nothing of that any more.")
    await ArticleRevision.all().update(sections={})
    assert (await relink()).mended == 4
    assert not await ArticleLink.exists()


async def test_it_goes_on_where_it_was_stopped(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await old_texts(scene)
    monkeypatch.setattr(relinking, "BATCH", 2)
    steps: list[int] = []

    def stop(done: int) -> None:
        steps.append(done)
        if len(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await relink(stop)
    assert await ArticleLink.all().count() == 3
    assert not await Entry.filter(kind="link.complete").exists()
    steps.clear()
    done = await relink(steps.append)
    assert (steps, done.seen, done.mended) == ([4, 1], 5, 4)
    assert len(await written()) == 4


async def test_a_server_does_it_once(scene: Scene) -> None:
    assert inspect.unwrap(CHORES["find links of before"][0]) is relink_once
    await old_texts(scene)
    await relink_once()
    assert await ArticleLink.all().count() == 4
    await ArticleLink.all().delete()
    await relink_once()
    assert not await ArticleLink.exists()


async def test_an_empty_site_is_left_alone(database: str) -> None:
    await relink_once()
    assert not await Entry.exists()


async def test_it_agrees_with_what_is_followed_from_the_journal(client: httpx2.AsyncClient, scene: Scene) -> None:
    target = await make.article("The one that is linked")
    given = EditedPost(body=f"We did it as in /kb/{target.id}, and it took two weeks.", revision=1)
    await edit(await make.viewer(scene.ana), scene.thread.id, scene.answers[0].number, given)
    await deliver_all()
    before = await written()
    assert before == {(scene.answers[0].id, None)}
    assert (await relink()).mended == 0
    assert await written() == before
