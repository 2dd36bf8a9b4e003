"""Categories: who keeps them, what they ask, and templates that never overwrite what was typed."""

import html
import json
import re

import httpx2
import pytest

from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.keep_categories import CategoryText, change_category, make_category, remove_category
from forum.models import Category, Thread
from members.viewer import VISITOR
from tests import builders as make

pytestmark = pytest.mark.anyio
GIVEN = CategoryText(name="Night shift", hint="Say who is on duty.", template="**Who is on duty**\n", position=2)


def _text(page: str) -> str:
    return html.unescape(re.findall(r'<textarea[^>]*name="body"[^>]*>\n([^<]*)</textarea>', page)[0])


@pytest.mark.usefixtures("database")
async def test_editors_and_moderators_keep_them() -> None:
    for who in (await make.editor(), await make.moderator()):
        slug = await make_category(await make.viewer(who), GIVEN)
        await change_category(await make.viewer(who), slug, CategoryText(name="Nights"))
        assert (await Category.get(slug="night-shift")).name == "Nights"
        await remove_category(await make.viewer(who), slug)
    assert await Entry.all().order_by("id").values_list("kind", flat=True) == [
        "category.made", "category.changed", "category.removed"
    ] * 2  # fmt: skip
    for viewer, wrong in ((VISITOR, (NotSignedIn, Refused)), (await make.viewer(await make.member(trust=3)), Refused)):
        with pytest.raises(wrong):
            await make_category(viewer, GIVEN)
        with pytest.raises(wrong):
            await remove_category(viewer, "night-shift")


@pytest.mark.usefixtures("database")
async def test_what_cannot_be_is_refused_with_a_sentence() -> None:
    who = await make.viewer(await make.editor())
    slug = await make_category(who, GIVEN)
    with pytest.raises(Invalid, match="already"):
        await make_category(who, GIVEN)
    assert await make_category(who, CategoryText(name="…!")) == "category"
    assert await make_category(who, CategoryText(name="New")) == "new-ones"
    with pytest.raises(Missing):
        await change_category(who, "none", GIVEN)
    thread = await make.thread()
    await Thread.filter(id=thread.id).update(category_id=(await Category.get(slug=slug)).id)
    with pytest.raises(Conflict, match="so it stays"):
        await remove_category(who, slug)


async def test_pages_and_doors(client: httpx2.AsyncClient) -> None:
    editor = await make.editor()
    await make.sign_in(client, editor)
    assert "No categories yet" in (await client.get("/admin/categories")).text
    wrong = await client.post("/admin/categories/new", data={"name": "x", "hint": "Say <who>."})
    assert wrong.status_code == 422
    assert 'value="Say &lt;who&gt;."' in wrong.text
    made = await client.post("/admin/categories/new", data={"name": "Nights", "hint": "Who?", "position": "1"})
    assert made.status_code == 303
    assert "Who?" in (await client.get("/admin/categories")).text
    form = (await client.get("/admin/categories/nights")).text
    assert 'value="Nights"' in form
    sent = await client.post("/admin/categories/nights", data={"name": "Nights and days", "template": "**Who**"})
    assert sent.status_code == 303
    told = (await client.get("/api/v1/categories")).json()
    assert told["total"] == 1
    assert told["categories"][0] | {"name": "Nights and days", "template": "**Who**"} == told["categories"][0]
    token = await make.token(editor)
    assert (await client.post("/api/v1/categories", json={"name": "Days"}, headers=token)).json() == {"slug": "days"}
    assert (await client.put("/api/v1/categories/days", json={"name": "By day"}, headers=token)).status_code == 204
    assert (await client.delete("/api/v1/categories/days", headers=token)).status_code == 204
    assert (await client.post("/admin/categories/nights/remove")).status_code == 303
    assert await Category.all().count() == 0


@pytest.mark.parametrize("path", ["/ask/question", "/ask/discussion"])
async def test_a_template_begins_an_empty_text_without_scripts(client: httpx2.AsyncClient, path: str) -> None:
    await make.category("Night shift", hint="Say who is on duty.", template="**Who** is on duty\n\n\n**When**\n")
    await make.sign_in(client, await make.member())
    empty = (await client.get(path)).text
    assert "Show what is asked there" in empty
    known = html.unescape(re.findall(r'data-templates="([^"]*)"', empty)[0])
    assert json.loads(known)["night-shift"]["hint"] == "Say who is on duty."
    given = {"title": "How do you staff the night?", "category": "night-shift", "body": "", "step": "template"}
    begun = await client.post(path, data=given)
    assert begun.status_code == 200
    assert _text(begun.text).split() == ["**Who**", "is", "on", "duty", "**When**"]
    assert '<p class="hint" data-hint>Say who is on duty.</p>' in begun.text
    assert 'value="How do you staff the night?"' in begun.text
    kept = await client.post(path, data=given | {"body": "What I typed."})
    assert _text(kept.text) == "What I typed."


async def test_a_form_without_categories_asks_for_none(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.member())
    assert "data-templates" not in (await client.get("/ask/question")).text
