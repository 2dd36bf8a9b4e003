"""What of the forum stands on the pages of people, organisations and regions."""

import httpx2
import pytest

from forum.models import Post, Thread
from forum.queries.shelves import shelves
from members.viewer import VISITOR
from tests import builders as make
from tests.forum.cases import make_case
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def test_a_person_has_threads_and_answers_as_far_as_one_may_see(client: httpx2.AsyncClient) -> None:
    hospital = await make.organisation()
    author, other = await make.member("Jonas Okafor", at=hospital), await make.member(at=hospital)
    shown = [await make.thread(f"A question of his, number {n}", author=author) for n in range(6)]
    await make.thread("For the network only", author=author, audience="network")
    await make.thread("Hidden by moderators", author=author, state="hidden")
    about = await make.thread("Asked by somebody else")
    answer = await make.post(about, author=author)
    await make.post(about, author=author, state="deleted")
    await make.post(about, "A comment.", author=author, parent=answer)
    await Post.filter(id=answer.id).update(accepted_at=answer.created_at)

    threads, attempts, answers = await shelves(VISITOR, "member", author.id)
    assert attempts.total == 0
    assert (threads.total, len(threads.items)) == (6, 5)
    assert threads.items[0].title == shown[-1].title
    assert threads.url == "/search?q=by:jonas-okafor&sort=newest"
    assert [(one.title, one.url, one.state) for one in answers.items] == [
        (about.title, f"/t/{about.id}-{about.slug}#post-2", "solved")
    ]
    insider = await make.viewer(other)
    assert [one.total for one in await shelves(insider, "member", author.id)] == [7, 0, 1]
    page = (await client.get("/people/jonas-okafor")).text
    assert "A question of his, number 5" in page
    assert "For the network only" not in page


async def test_an_organisation_and_a_region_have_threads(client: httpx2.AsyncClient) -> None:
    region = await make.region()
    hospital = await make.organisation("St. Brennan", region=region)
    thread = await make.thread("What did you do last year?", organisation=hospital)
    await Thread.filter(id=thread.id).update(region_id=region.id)
    for whose, id_ in (("organisation", hospital.id), ("region", region.id)):
        with statements() as sent:
            (found,) = await shelves(VISITOR, whose, id_)  # type: ignore[arg-type]
        assert ([one.title for one in found.items], len(sent)) == ([thread.title], 1)
    for path in (f"/organisations/{hospital.slug}", f"/regions/{region.slug}"):
        assert thread.title in (await client.get(path)).text


async def test_who_told_what_did_not_work_is_thanked_for_it(client: httpx2.AsyncClient) -> None:
    author = await make.member("Lotte")
    await make_case(author=author, title="Three months of daily videos")
    failed = await make_case(author=author, title="Videos that nobody wanted", direction="did_not_work")
    hidden = await make_case(author=author, direction="did_not_work", audience="network", title="A secret failure")
    _, attempts, _ = await shelves(VISITOR, "member", author.id)
    assert [one.title for one in attempts.items] == ["Videos that nobody wanted"]
    page = (await client.get("/people/lotte")).text
    assert page.count("Shared what did not work") == 2
    assert hidden.title not in page
    assert "Shared what did not work" in (await client.get(f"/t/{failed.id}-{failed.slug}")).text
