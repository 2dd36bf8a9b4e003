"""Pages elsewhere in a collection, what a reader has done of it, for whom it is, who looks after it, and finding it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from app.wiring import SOURCES
from base.errors import Invalid, Missing, NotSignedIn
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from forum.models import Thread
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.fill import Addition, put_in
from kb.actions.order import move
from kb.actions.tick import tick, untick
from kb.models import Article, Collection, CollectionProgress
from kb.queries.collections import Item, collection, collections
from members.models import Member, Membership, Notice
from members.viewer import VISITOR
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests import builders as make
from tests.kb.conftest import Scene, case_study
from tests.statements import statements

pytestmark = pytest.mark.anyio

FORM = CollectionForm(title="Where to begin with social media", state="published")
ELSEWHERE = Addition(address="https://Example.org/guide?a=1", page_title="A guide elsewhere", note="Short.")


@pytest.fixture
async def searching(client: httpx2.AsyncClient, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a visitor of a site that can search."""
    async with running(WhooshEngine(tmp_path / "index")):
        await rebuild(SOURCES)
        yield client


def form(**other: str) -> CollectionForm:
    return FORM.model_copy(update=other)


async def filled(scene: Scene) -> tuple[int, tuple[Item, ...]]:
    """Make a collection of an article, a thread, a case and a page elsewhere."""
    made = await keep_collection(scene.editor, FORM)
    article, case = await make.article("First steps"), await case_study("What came of it", scene.hospital)
    for address in (f"/kb/{article.id}", f"/t/{scene.thread.id}", f"/t/{case.id}"):
        await put_in(scene.editor, made, Addition(address=address))
    await put_in(scene.editor, made, ELSEWHERE)
    return made, (await collection(VISITOR, made)).items


async def test_a_page_elsewhere(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, items = await filled(scene)
    assert (items[3].kind, items[3].url, items[3].host) == ("page", "https://example.org/guide?a=1", "example.org")
    page = (await client.get(f"/collections/{id_}", follow_redirects=True)).text
    assert '<a href="https://example.org/guide?a=1" rel="noopener nofollow external">A guide elsewhere</a>' in page
    assert "example.org</span>" in page
    with pytest.raises(Invalid) as told:
        await put_in(scene.editor, id_, ELSEWHERE.model_copy(update={"note": ""}))
    assert "already" in told.value.errors["address"]
    await put_in(scene.editor, id_, ELSEWHERE.model_copy(update={"note": "Another reason."}))
    again = (await collection(VISITOR, id_)).items
    assert [one.note for one in again][3:] == ["Another reason."]
    await put_in(scene.editor, await keep_collection(scene.editor, form(title="Another one")), ELSEWHERE)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/x", "javascript:alert(1)", "mailto:a@example.org", "//example.org/x", "https://",
        "https:///x", "https://a:b@example.org/", "https://example.org@evil.example/", "https://exa mple.org/",
        "example.org/kb/5", "https://[", "https://example.org:99999/", f"https://x/{'y' * 600}", "data:text/html,x",
    ],
)  # fmt: skip
async def test_no_other_addresses(client: httpx2.AsyncClient, scene: Scene, address: str) -> None:
    id_ = await keep_collection(scene.editor, FORM)
    await make.sign_in(client, scene.ruth)
    given = {"do": "add", "address": address, "page_title": "A title", "note": "Typed before."}
    refused = await client.post(f"/collections/{id_}/edit", data=given)
    assert refused.status_code == 422
    assert "Typed before." in refused.text
    assert (await client.post(f"/api/v1/collections/{id_}/items", json=given)).status_code == 422
    assert (await collection(scene.editor, id_)).items == ()


async def test_a_page_elsewhere_needs_a_title_even_when_it_looks_like_ours(
    client: httpx2.AsyncClient, scene: Scene
) -> None:
    id_, article = await keep_collection(scene.editor, FORM), await make.article("Ours")
    await make.sign_in(client, scene.ruth)
    given = {"do": "add", "address": f"https://example.org/kb/{article.id}-x"}
    refused = await client.post(f"/collections/{id_}/edit", data=given)
    assert refused.status_code == 422
    assert "Please write what the page is called" in refused.text
    await client.post(f"/collections/{id_}/edit", data=given | {"page_title": "Theirs"})
    assert [one.title for one in (await collection(scene.editor, id_)).items] == ["Theirs"]


async def test_a_reader_ticks_what_is_done(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, items = await filled(scene)
    viewer = await make.viewer(scene.ana)
    for item in (0, 0, 3):
        await tick(viewer, id_, items[item].id)
    assert await CollectionProgress.all().count() == await Entry.filter(kind="progress.ticked").count() == 2
    found = await collection(viewer, id_)
    assert ([one.done for one in found.items], found.row.done) == ([True, False, False, True], 2)
    assert ((await collections(viewer)).items[0].done, (await collections(scene.editor)).items[0].done) == (2, 0)
    await make.sign_in(client, scene.ana)
    page = (await client.get(f"/collections/{id_}", follow_redirects=True)).text
    assert '<progress max="4" value="2" aria-label="2 of 4 done">' in page
    assert "2 of 4 done" in (await client.get("/collections")).text
    for _ in range(2):
        await untick(viewer, id_, items[0].id)
    assert (await collection(viewer, id_)).row.done == 1
    with pytest.raises(NotSignedIn):
        await tick(VISITOR, id_, items[0].id)
    for collection_id, item_id in (
        (id_, 999),
        (await keep_collection(scene.editor, form(title="Another one")), items[0].id),
    ):
        with pytest.raises(Missing):
            await tick(viewer, collection_id, item_id)


async def test_what_is_not_seen_counts_for_nothing(scene: Scene) -> None:
    id_, items = await filled(scene)
    viewer = await make.viewer(scene.ana)
    for one in items:
        await tick(viewer, id_, one.id)
    await Thread.filter(id=scene.thread.id).update(audience="org:99")
    await Article.all().update(state="retired")
    found = await collection(viewer, id_)
    assert (found.row.done, found.row.items, len(found.items)) == (2, 2, 2)
    with pytest.raises(Missing):
        await untick(viewer, id_, items[1].id)


async def test_ticking_without_scripts_and_through_the_api(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, items = await filled(scene)
    url = f"/collections/{id_}/items/{items[0].id}/done"
    assert "/sign-in" in (await client.post(url)).headers["location"]
    await make.sign_in(client, scene.ana)
    assert (await client.post(url, data={"do": "done"})).headers["location"].endswith(f"#item-{items[0].id}")
    assert await CollectionProgress.exists()
    assert (await client.post(url, data={"do": "undo"})).status_code == 303
    assert not await CollectionProgress.exists()
    assert (await client.put(f"/api/v1{url}")).is_success
    assert (await client.get(f"/api/v1/collections/{id_}")).json()["row"]["done"] == 1
    assert (await client.delete(f"/api/v1{url}")).is_success
    assert (await client.put(f"/api/v1/collections/{id_}/items/999/done")).status_code == 404
    assert not await CollectionProgress.exists()


async def test_reading_on_from_an_article_to_threads_and_pages_elsewhere(
    client: httpx2.AsyncClient, scene: Scene
) -> None:
    id_, items = await filled(scene)
    await make.sign_in(client, scene.ana)
    page = (await client.get(f"/collections/{id_}", follow_redirects=True)).text
    assert all(f"{one.url}?collection={id_}" in page for one in items[:3])
    place = f"{items[0].url}?collection={id_}"
    for one, after in ((items[0], items[1]), (items[1], items[2])):
        assert "Done, and on to the next" in (await client.get(place)).text
        answer = await client.post(f"/collections/{id_}/items/{one.id}/done", data={"do": "next"})
        place = answer.headers["location"]
        assert place == f"{after.url}?collection={id_}"
    case = (await client.get(place)).text
    assert "3 of 4, 2 done" in case
    assert "Next: A guide elsewhere" in case
    last = await client.post(f"/collections/{id_}/items/{items[2].id}/done", data={"do": "next"})
    assert last.headers["location"].endswith(f"#item-{items[3].id}")
    assert await CollectionProgress.all().count() == 3
    assert "Done, and on to the next" not in (await client.get(f"{items[0].url}?collection={id_}")).text


async def test_kept_pages_of_threads_know_nothing_of_collections(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, items = await filled(scene)
    plain, inside = items[1].url, f"{items[1].url}?collection={id_}"
    before = (await client.get(plain)).text
    for _ in range(2):
        assert "Before: First steps" in (await client.get(inside)).text
        assert (await client.get(plain)).text == before
    assert "reading-in" not in before
    assert "Done, and" not in (await client.get(inside)).text
    await Collection.all().update(state="draft")
    assert "Before:" not in (await client.get(inside)).text
    for nonsense in ("0", "x", "999", "-1", "9" * 30):
        assert (await client.get(f"{plain}?collection={nonsense}")).status_code == 200
    wrong = await client.get(f"/t/{scene.thread.id}-other?collection={id_}")
    assert wrong.headers["location"] == inside


async def test_reading_in_a_collection_costs_two_statements(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, items = await filled(scene)
    await make.sign_in(client, scene.ana)
    for one in items[:2]:
        counts = []
        for query in ("?x=1", f"?collection={id_}"):
            for _ in "12":  # the first visit is written down
                await client.get(f"{one.url}{query}")
            with statements() as sent:
                await client.get(f"{one.url}{query}")
            counts.append(len(sent))
        assert counts[1] - counts[0] == 2


async def for_the_hospital(scene: Scene) -> int:
    """Make a collection for the members of the hospital, by an editor who works there."""
    await Membership.create(member=scene.ruth, organisation=scene.hospital, role="staff", since=scene.ruth.created_at)
    editor = await make.viewer(scene.ruth)
    id_ = await keep_collection(editor, form(title="Quokka for us", audience=f"org:{scene.hospital.id}"))
    await put_in(editor, id_, Addition(address=f"/t/{scene.thread.id}"))
    return id_


async def test_a_collection_for_an_organisation(searching: httpx2.AsyncClient, scene: Scene) -> None:
    client, id_ = searching, await for_the_hospital(scene)
    await deliver_all()
    for who, sees in ((None, False), (scene.ana, False), (scene.tomasz, False), (scene.mara, True), (scene.ruth, True)):
        client.cookies.clear()
        if who is not None:
            await make.sign_in(client, who)
        status = 200 if sees else 404
        assert (await client.get(f"/collections/{id_}", follow_redirects=True)).status_code == status
        assert (await client.get(f"/api/v1/collections/{id_}")).status_code == status
        assert ("Quokka" in (await client.get("/collections")).text) is sees
        found = (await client.get("/api/v1/search", params={"q": "quokka"})).json()
        assert [one["kind"] for one in found["hits"]] == (["collection"] if sees else [])
        assert ("k-collection" in (await client.get("/search", params={"q": "quokka"})).text) is sees
        assert ("Quokka" in (await client.get("/search/suggest", params={"q": "quok"})).text) is sees
        bar = (await client.get(f"/t/{scene.thread.id}-x?collection={id_}", follow_redirects=True)).text
        assert ("reading-in" in bar) is sees
    for page in (f"/collections/{id_}/edit", "/collections/new", "/kb/new"):
        assert f"Only {scene.hospital.name}" in (await client.get(page)).text


async def test_an_editor_elsewhere_changes_nothing_in_it(scene: Scene) -> None:
    id_ = await for_the_hospital(scene)
    with pytest.raises(Missing):
        await keep_collection(scene.reviewer, FORM, id_)
    with pytest.raises(Missing):
        await put_in(scene.reviewer, id_, Addition(address=f"/t/{scene.thread.id}"))
    with pytest.raises(Missing):
        await move(scene.reviewer, id_, 1, up=True)
    with pytest.raises(Invalid) as told:
        await keep_collection(scene.reviewer, form(audience=f"org:{scene.hospital.id}"))
    assert "audience" in told.value.errors


async def test_what_is_drafted_or_renamed_is_found_so(searching: httpx2.AsyncClient, scene: Scene) -> None:
    async def found(words: str) -> list[str]:
        await deliver_all()
        hits = (await searching.get("/api/v1/search", params={"q": f"{words} type:collection"})).json()["hits"]
        return [one["title"] for one in hits]

    id_, _ = await filled(scene)
    assert await found("social media") == await found("guide elsewhere") == [FORM.title]
    assert await found("first steps") == []
    await keep_collection(scene.editor, form(title="Wombat collection"), id_)
    assert (await found("wombat"), await found("social media")) == (["Wombat collection"], [])
    await keep_collection(scene.editor, form(title="Wombat collection", state="draft"), id_)
    assert await found("wombat") == []


async def test_a_collection_is_handed_over(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await keep_collection(scene.editor, FORM)
    for wrong in (scene.ana.handle, "nobody-here"):
        with pytest.raises(Invalid) as told:
            await keep_collection(scene.editor, form(owner=wrong), id_)
        assert "owner" in told.value.errors
    third = await make.viewer(await make.editor("Thea Third"))
    with pytest.raises(Invalid) as told:
        await keep_collection(third, form(owner=scene.tomasz.handle), id_)
    assert "hand it over" in told.value.errors["owner"]
    await keep_collection(scene.editor, form(owner=f"@{scene.tomasz.handle}"), id_)
    await deliver_all()
    assert (await collection(VISITOR, id_)).row.owner == scene.tomasz.name
    assert await Notice.filter(member_id=scene.tomasz.id, kind="collection").count() == 1
    await keep_collection(third, form(owner=scene.tomasz.handle), id_)
    assert not (await collection(scene.editor, id_)).may_hand_over
    await make.sign_in(client, scene.tomasz)
    given = {"title": FORM.title, "audience": "public", "state": "published", "owner": scene.ruth.handle}
    assert (await client.post(f"/collections/{id_}/edit", data=given)).status_code == 303
    assert (await collection(VISITOR, id_)).row.owner == scene.ruth.name


async def test_any_editor_takes_up_what_nobody_looks_after(scene: Scene) -> None:
    id_ = await keep_collection(scene.editor, FORM)
    assert not (await collection(scene.reviewer, id_)).may_hand_over
    await Member.filter(id=scene.ruth.id).update(state="suspended")
    assert (await collection(scene.reviewer, id_)).may_hand_over
    await keep_collection(scene.reviewer, form(owner=scene.tomasz.handle), id_)
    assert (await collection(VISITOR, id_)).row.owner == scene.tomasz.name
