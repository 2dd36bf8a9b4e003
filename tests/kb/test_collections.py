"""Collections in an order, next and previous; and what links to an article."""

import asyncio
import re

import httpx2
import pytest

from base import settings
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.deliver import deliver_all
from forum.actions.edit import EditedPost, edit
from forum.models import Post
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.fill import Addition, put_in, take_out
from kb.actions.follow_links import links_in
from kb.actions.order import Placement, move, move_to
from kb.models import Article, Collection, CollectionItem
from kb.queries.backlinks import backlinks
from kb.queries.collections import SIZE, collection, collections
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene, case_study
from tests.statements import statements

pytestmark = pytest.mark.anyio

FORM = CollectionForm(title="Where to begin with social media", state="published")


async def filled(scene: Scene) -> tuple[int, list[int]]:
    """Make a collection of an article, a thread and a case; return it with the ids of its items."""
    made = await keep_collection(scene.editor, FORM)
    article, case = await make.article("First steps"), await case_study("What came of it", scene.hospital)
    for address in (f"/kb/{article.id}-x", f"http://commonplace.test/t/{scene.thread.id}-y#post-2", f"/t/{case.id}"):
        await put_in(scene.editor, made, Addition(address=address))
    return made, [one.id for one in await CollectionItem.filter(collection_id=made).order_by("position")]


async def titles(id_: int) -> list[str]:
    return [one.title for one in (await collection(VISITOR, id_)).items]


async def test_it_keeps_an_order(site: object, scene: Scene) -> None:
    id_, items = await filled(scene)
    assert await titles(id_) == ["First steps", scene.thread.title, "What came of it"]
    await move(scene.editor, id_, items[2], up=True)
    await move(scene.editor, id_, items[0], up=True)
    assert await titles(id_) == ["First steps", "What came of it", scene.thread.title]
    await take_out(scene.editor, id_, items[0])
    assert await titles(id_) == ["What came of it", scene.thread.title]
    await put_in(scene.editor, id_, Addition(address=f"/t/{scene.thread.id}", note="Read the answers too."))
    assert [one.note for one in (await collection(VISITOR, id_)).items] == ["", "Read the answers too."]


async def test_a_thing_goes_to_a_place(site: object, scene: Scene) -> None:
    id_ = await keep_collection(scene.editor, FORM)
    for number in range(6):
        await put_in(scene.editor, id_, Addition(address=f"/kb/{(await make.article(f'Part {number}')).id}"))
    items = [one.id for one in (await collection(VISITOR, id_)).items]
    for item, place, order in ((0, 4, "123045"), (5, 1, "512304"), (5, 99, "123045"), (2, 2, "123045")):
        await move_to(scene.editor, id_, items[item], Placement(place=place))
        assert "".join(one[-1] for one in await titles(id_)) == order
    await Article.filter(title="Part 2").update(audience="org:99")
    await move_to(scene.editor, id_, items[4], Placement(place=2))
    await move(scene.editor, id_, items[4], up=True)
    await Article.filter(title="Part 2").update(audience="public")
    assert "".join(one[-1] for one in await titles(id_)) == "412305"
    with pytest.raises(Missing):
        await move_to(scene.editor, id_, 999, Placement(place=1))


async def test_who_keeps_and_who_sees_collections(scene: Scene) -> None:
    for who, error in ((VISITOR, NotSignedIn), (await make.viewer(scene.ana), Refused)):
        with pytest.raises(error):
            await keep_collection(who, FORM)
        with pytest.raises(error):
            await put_in(who, 1, Addition(address="/t/1"))
        with pytest.raises(error):
            await move(who, 1, 1, up=True)
        with pytest.raises(error):
            await take_out(who, 1, 1)
        with pytest.raises(error):
            await move_to(who, 1, 1, Placement(place=1))
    draft = await keep_collection(scene.editor, CollectionForm(title="Not ready yet"))
    inside = await keep_collection(
        scene.editor, CollectionForm(title="For the network", audience="network", state="published")
    )
    for hidden in (draft, inside):
        with pytest.raises(Missing):
            await collection(VISITOR, hidden)
    assert {one.id for one in (await collections(scene.editor)).items} == {draft, inside}
    for wrong in (
        "nonsense",
        "/kb/",
        "/people/ruth-ames",
        "http://commonplace.test/kb/x",
        "/kb/12x",
        "//example.org/kb/1",
    ):
        with pytest.raises(Invalid):
            await put_in(scene.editor, draft, Addition(address=wrong))
    with pytest.raises(Invalid, match="no such practice"):
        await put_in(scene.editor, draft, Addition(address="/kb/999-x"))


async def test_each_reader_sees_the_parts_they_may_read(scene: Scene) -> None:
    id_, _ = await filled(scene)
    secret = await make.thread("Among ourselves only", audience="network")
    await put_in(scene.editor, id_, Addition(address=f"/t/{secret.id}"))
    assert "Among ourselves only" not in await titles(id_)


async def test_one_reads_on_from_part_to_part(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, _ = await filled(scene)
    other = await make.article("Second steps")
    await put_in(scene.editor, id_, Addition(address=f"/kb/{other.id}"))
    page = (await client.get(f"/collections/{id_}", follow_redirects=True)).text
    assert f"?collection={id_}" in page
    last = (await client.get(f"/kb/{other.id}?collection={id_}", follow_redirects=True)).text
    assert "4 of 4" in last
    assert "Before: What came of it" in last
    assert "Next:" not in last
    for nothing in ("999", "x"):
        assert "Before:" not in (await client.get(f"/kb/{other.id}?collection={nothing}", follow_redirects=True)).text


async def test_an_editor_without_scripts(client: httpx2.AsyncClient, scene: Scene) -> None:
    await make.sign_in(client, scene.ruth)
    assert (await client.post("/collections/new", data={"title": "x"})).status_code == 422
    given = {"title": "Where to begin", "about": "For new colleagues.", "audience": "public", "state": "published"}
    made = (await client.post("/collections/new", data=given)).headers["location"]
    assert (await client.post(made, data={"do": "add", "address": "nowhere"})).status_code == 422
    assert (await client.post(made, data={"do": "add", "address": f"/t/{scene.thread.id}"})).status_code == 303
    item = await CollectionItem.get()
    for wrong in ("", "x", "0"):
        refused = await client.post(made, data={"do": f"place:{item.id}", "place": wrong})
        assert (refused.status_code, 'id="f-place"' in refused.text) == (422, True)
    assert (await client.post(made, data={"do": f"place:{item.id}", "place": "7"})).status_code == 303
    assert scene.thread.title in (await client.get(made)).text
    assert (await client.post(made, data={"do": f"up:{item.id}"})).status_code == 303
    assert (await client.post(made, data={"do": f"out:{item.id}"})).status_code == 303
    assert not await CollectionItem.exists()
    assert "For new colleagues." in (await client.get("/collections")).text


async def test_it_costs_the_same_however_much_is_in_it(scene: Scene) -> None:
    id_, sent = (await filled(scene))[0], []
    for _ in range(2):
        with statements() as counted:
            await collection(VISITOR, id_)
        sent.append(len(counted))
        for number in range(10):
            await put_in(scene.editor, id_, Addition(address=f"/kb/{(await make.article(f'Part {number}')).id}"))
    assert sent == [2, 2]


async def test_links_are_found_in_texts(site: object) -> None:
    assert links_in("See [this](/kb/12-title) and /kb/7, http://commonplace.test/kb/9-x?rev=2.") == [7, 9, 12]
    assert links_in("Not https://example.org/kb/5-x, /kb/new, /akb/3 or /kb/4x.") == []


async def test_what_links_to_an_article(client: httpx2.AsyncClient, scene: Scene) -> None:
    target = await make.article("The one that is linked")
    id_ = await keep_collection(scene.editor, FORM)
    await put_in(scene.editor, id_, Addition(address=f"/kb/{target.id}"))
    post = scene.answers[0]
    given = EditedPost(body=f"We did it as in /kb/{target.id}-the-one, and it took two weeks.", revision=1)
    await edit(await make.viewer(scene.ana), scene.thread.id, post.number, given)
    await deliver_all()
    page = (await client.get(f"/kb/{target.id}/links")).text
    assert f"{scene.thread.title} #2" in page
    assert FORM.title in page
    now_there = await Post.get(id=post.id)
    given = EditedPost(body="We did it otherwise in the end, and it took three.", revision=now_there.revision)
    await edit(await make.viewer(scene.ana), scene.thread.id, post.number, given)
    await deliver_all()
    assert (await backlinks(VISITOR, target.id)).posts == ()


async def test_what_is_not_given_stays(client: httpx2.AsyncClient, scene: Scene) -> None:
    given = CollectionForm(title="Where to begin", about="For newcomers.", audience="network", state="published")
    id_ = await keep_collection(scene.editor, given)
    headers = await make.token(scene.ruth)
    put = await client.put(f"/api/v1/collections/{id_}", json={"title": "Where to go on"}, headers=headers)
    assert put.status_code == 200
    row = (await collection(scene.editor, id_)).row
    assert (row.title, row.about, row.audience, row.state) == (
        "Where to go on", "For newcomers.", "network", "published",
    )  # fmt: skip


async def test_nobody_writes_over_what_somebody_else_wrote(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await keep_collection(scene.editor, CollectionForm(title="Where to begin"))
    await make.sign_in(client, scene.ruth)
    at = (await collection(scene.editor, id_)).row.at
    assert at is not None
    assert f'name="seen" value="{at.isoformat()}"' in (await client.get(f"/collections/{id_}/edit")).text
    await keep_collection(scene.reviewer, CollectionForm(title="Tomasz's title"), id_)
    mine = {"title": "Ruth's title", "about": "Typed.", "audience": "public", "state": "draft"}
    refused = await client.post(f"/collections/{id_}/edit", data=mine | {"seen": at.isoformat()})
    assert refused.status_code == 422
    assert "Somebody changed this collection while you did." in refused.text
    assert "Typed." in refused.text
    fresh = re.search(r'name="seen" value="([^"]+)"', refused.text)
    assert fresh
    assert fresh[1] != at.isoformat()
    assert (await client.post(f"/collections/{id_}/edit", data=mine | {"seen": fresh[1]})).status_code == 303
    assert (await collection(scene.editor, id_)).row.title == "Ruth's title"
    assert (await client.post(f"/collections/{id_}/edit", data=mine | {"do": "nonsense"})).status_code == 404


async def test_a_form_that_is_sent_twice_starts_one(scene: Scene) -> None:
    given = CollectionForm(title="Where to begin")
    first, second = await asyncio.gather(keep_collection(scene.editor, given), keep_collection(scene.editor, given))
    assert first == second
    assert await Collection.all().count() == 1


async def test_many_collections_are_paged(client: httpx2.AsyncClient, scene: Scene) -> None:
    for number in range(SIZE + 3):
        await keep_collection(scene.editor, CollectionForm(title=f"Collection {number:03}", state="published"))
    assert "Collection 052" not in (await client.get("/collections")).text
    assert "Collection 052" in (await client.get("/collections?page=2")).text
    assert (await client.get("/collections?page=3")).status_code == 404
    told = (await client.get("/api/v1/collections?page=2")).json()
    assert (told["total"], told["page"], told["pages"], len(told["items"])) == (SIZE + 3, 2, 2, 3)


async def test_a_collection_has_an_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.actions.fill._MOST", 2)
    id_ = await keep_collection(scene.editor, CollectionForm(title="Where to begin"))
    for number in range(2):
        await put_in(scene.editor, id_, Addition(address=f"https://example.org/{number}", page_title="A page"))
    with pytest.raises(Invalid, match="at most 2 things"):
        await put_in(scene.editor, id_, Addition(address="https://example.org/3", page_title="A page"))


async def test_a_group_that_does_not_exist_reads_nothing(scene: Scene) -> None:
    boss = await make.member()
    await make.grant(boss, "admin")
    admin = await make.viewer(boss)
    with pytest.raises(Invalid, match="no such group"):
        await keep_collection(admin, CollectionForm(title="Where to begin", audience="org:999999"))


async def test_our_own_address_is_no_page_elsewhere(scene: Scene) -> None:
    id_ = await keep_collection(scene.editor, CollectionForm(title="Where to begin"))
    for address in (settings.get().address, f"{settings.get().address}/"):
        with pytest.raises(Invalid):
            await put_in(scene.editor, id_, Addition(address=address, page_title="Ours"))
