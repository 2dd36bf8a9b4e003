"""The pages of asking: steps, errors with what was typed, drafts, preview, double submit."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import httpx2
import pytest

from base.text.markdown import to_html
from forum.models import Deflection, Draft, Post, Thread
from members.models import Member
from search_index import engine
from search_index.engine import Engine, Unavailable
from search_index.found import Hit
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio

TITLE = "How did you answer negative reviews?"
BODY = "We get ten a week and would like to know how **others** answer."
FORMS = ("question", "case-study", "discussion")


class _Finds:
    """An engine that finds what it is told to."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        self.hits = hits

    async def similar(self, text: str, audiences: frozenset[str], **more: Any) -> tuple[Hit, ...]:
        if text == "unavailable " * 2:
            raise Unavailable
        return self.hits


def _hit(kind: str, number: int, title: str, **more: Any) -> Hit:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    url = f"/t/{number}-x" if kind == "thread" else f"/kb/{number}-x"
    return Hit(kind=kind, id=number, type=kind, url=url, title=title, score=1.0, created=at, active=at, **more)


@pytest.fixture
def finds() -> Iterator[_Finds]:
    fake = _Finds(())
    before = list(engine._current)
    engine.use(cast(Engine, fake))
    yield fake
    engine._current[:] = before


@pytest.fixture
async def mara(client: httpx2.AsyncClient) -> Member:
    hospital = await make.organisation("Merwe Hospital")
    member = await make.member("Mara", at=hospital)
    await make.sign_in(client, member)
    return member


def form(**more: object) -> dict[str, object]:
    return {"title": TITLE, "body": BODY, "once": "k1", "audience": "public", "language": "en"} | more


async def test_the_picker_leads_to_a_form_for_each_kind(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/ask", params={"title": 'a "b" & c'})).text
    for path in FORMS:
        assert f"/ask/{path}?title=a%20%22b%22%20%26%20c" in page
    assert "/ask/announcement" not in page


@pytest.mark.parametrize("path", [*FORMS, "announcement"])
async def test_a_visitor_signs_in_first(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(f"/ask/{path}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=/ask/{path}")
    sent = await client.post(f"/ask/{path}", data=form())
    assert (sent.status_code, form()["body"] in sent.text) == (401, True), "and has what was typed"
    assert await Thread.all().count() == 0


@pytest.mark.parametrize("path", FORMS)
async def test_each_form_opens_with_the_title_it_is_given(client: httpx2.AsyncClient, mara: Member, path: str) -> None:
    page = await client.get(f"/ask/{path}", params={"title": "Do <b>you</b> stream live?"})
    assert page.status_code == 200
    assert 'value="Do &lt;b&gt;you&lt;/b&gt; stream live?"' in page.text


async def test_only_staff_and_leaders_announce(client: httpx2.AsyncClient, mara: Member) -> None:
    assert (await client.get("/ask/announcement")).status_code == 403
    assert (await client.post("/ask/announcement", data=form())).status_code == 403
    await make.sign_in(client, await make.editor())
    assert (await client.get("/ask/announcement")).status_code == 200
    assert (await client.post("/ask/announcement", data=form())).status_code == 303
    assert (await Thread.get()).kind == "announcement"


async def test_forms_offer_what_the_rules_allow(client: httpx2.AsyncClient) -> None:
    region = await make.region()
    leader, newcomer = await make.member(trust=0), await make.member(trust=0)
    await make.grant(leader, "community_leader", "region", region.id)
    for who, may in ((leader, True), (newcomer, False)):
        await make.sign_in(client, who)
        assert ("/ask/announcement" in (await client.get("/ask")).text) is may
        for path in FORMS:
            assert ("You may add new ones" in (await client.get(f"/ask/{path}")).text) is may, path
        thread = await make.thread(author_id=who.id)
        assert ("You may add new ones" in (await client.get(f"/t/{thread.id}/labels")).text) is may


async def test_there_is_no_form_for_anything_else(client: httpx2.AsyncClient, mara: Member) -> None:
    assert (await client.get("/ask/riddle")).status_code == 404


async def test_the_setting_is_filled_in_from_the_organisation(client: httpx2.AsyncClient, mara: Member) -> None:
    assert 'value="Hospital, 200–499 beds, NL"' in (await client.get("/ask/question")).text


async def test_a_question_is_published_once_however_often_it_is_sent(client: httpx2.AsyncClient, mara: Member) -> None:
    first = await client.post("/ask/question", data=form())
    second = await client.post("/ask/question", data=form())
    thread = await Thread.get()
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"] == f"/t/{thread.id}-{thread.slug}"


async def test_every_form_has_a_key_of_its_own(client: httpx2.AsyncClient, mara: Member) -> None:
    pages = [(await client.get("/ask/discussion")).text for _ in range(2)]
    keys = [re.findall(r'name="once" value="([^"]{20,})"', page) for page in pages]
    assert len(keys[0]) == len(keys[1]) == 1
    assert keys[0] != keys[1]


async def test_what_was_typed_stays_with_every_error(client: httpx2.AsyncClient, mara: Member) -> None:
    platform = await make.platform("YouTube")
    wrong = form(
        title="Short",
        body="<script>alert(1)</script>",
        tried="We tried <i>this</i>",
        platforms=[platform.slug, "Youtubbe"],
        constraints=["legal", "staff"],
        needed_by="tomorrow",
        audience="network",
        language="nl",
    )
    answer = await client.post("/ask/question", data=wrong)
    page = answer.text
    assert answer.status_code == 422
    assert 'value="Short"' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in page
    assert "We tried &lt;i&gt;this&lt;/i&gt;</textarea>" in page
    assert 'value="youtube" checked' in page
    assert 'value="Youtubbe"' in page
    assert page.count('name="constraints" value="') == 6
    assert 'value="legal" checked' in page
    assert 'value="network" checked' in page
    assert '<option value="nl" selected>' in page
    assert 'name="once" value="k1"' in page
    for name in ("title", "platforms", "needed_by"):
        assert f'<a href="#f-{name}">' in page
        assert f'id="f-{name}"' in page
    assert await Thread.all().count() == 0


async def test_step_two_shows_what_is_similar_and_keeps_what_was_typed(
    client: httpx2.AsyncClient, mara: Member, finds: _Finds
) -> None:
    solved = await make.thread("Reviews and privacy: what do you write?", resolution="solved", answers=3)
    hidden = await make.thread("Hidden thread about reviews", state="hidden")
    practice = await make.article("Replying to reviews")
    narrowed = await make.article("What only staff may read", audience="staff")
    finds.hits = (
        _hit("thread", solved.id, solved.title),
        _hit("thread", hidden.id, hidden.title),
        _hit("article", practice.id, practice.title, state=("verified",)),
        _hit("article", narrowed.id, narrowed.title, state=("verified",)),
        _hit("article", 99, "Long gone"),
    )
    page = (await client.post("/ask/question", data={"title": TITLE, "step": "similar", "once": "k1"})).text
    assert page.index("Replying to reviews") < page.index("Reviews and privacy")
    assert "3 answers" in page
    assert "Solved" in page
    assert "Verified" in page
    for gone in ("Hidden thread", "only staff", "Long gone"):
        assert gone not in page, gone
    assert f'<input type="hidden" name="title" value="{TITLE}">' in page
    assert "Mine is different" in page

    whole = (await client.post("/ask/question", data={"title": TITLE, "step": "form", "once": "k1"})).text
    assert f'value="{TITLE}"' in whole
    assert "js-rest" not in whole


@pytest.mark.parametrize("title", [TITLE, "unavailable " * 2, "short", ""])
async def test_when_nothing_is_similar_the_form_goes_on(
    client: httpx2.AsyncClient, mara: Member, finds: _Finds, title: str
) -> None:
    answer = await client.post("/ask/question", data={"title": title, "step": "similar"})
    assert answer.status_code == 200
    assert "Publish the question" in answer.text
    assert "js-rest" not in answer.text


async def test_the_live_list_is_a_part_of_the_page(client: httpx2.AsyncClient, mara: Member, finds: _Finds) -> None:
    thread = await make.thread()
    finds.hits = (_hit("thread", thread.id, thread.title),)
    part = (await client.get("/ask/similar", params={"title": TITLE})).text
    assert part.startswith('<div id="similar">')
    assert thread.title in part
    assert "<html" not in part
    assert thread.title not in (await client.get("/ask/similar", params={"title": "short"})).text


async def test_an_answer_that_was_there_is_counted_without_a_name(client: httpx2.AsyncClient, mara: Member) -> None:
    answer = await client.post("/ask/answered", data={"title": TITLE, "answered": "thread:17"})
    assert answer.headers["location"] == "/t/17"
    found = await Deflection.get()
    assert (found.title, found.kind, found.target_id) == (TITLE, "thread", 17)
    assert (await client.post("/ask/answered", data={"answered": "article:3"})).headers["location"] == "/kb/3"
    assert (await client.post("/ask/answered", data={"answered": "//evil.test"})).status_code == 422


async def test_the_preview_is_what_is_published(client: httpx2.AsyncClient, mara: Member) -> None:
    await make.member("Ruth Weber")
    text = f"{BODY}\n\n@ruth-weber and @nobody[^1]\n\n[^1]: a note"
    shown = (await client.post("/ask/question", data=form(body=text, tried="Nothing.", step="preview"))).text
    part = (await client.post("/preview", data={"text": f"{text}\n\n## What we tried\n\nNothing."})).text
    assert await Thread.all().count() == 0
    await client.post("/ask/question", data=form(body=text, tried="Nothing."))
    html = (await Post.get()).html
    assert html in shown
    assert part == html
    assert f"{text}</textarea>" in shown


async def test_a_preview_runs_no_script(client: httpx2.AsyncClient, mara: Member) -> None:
    answer = await client.post("/preview", data={"text": "<img src=x onerror=alert(1)> [x](javascript:alert(1))"})
    assert "<img" not in answer.text
    assert 'href="javascript' not in answer.text
    assert str(to_html("")) == (await client.post("/preview", data={"text": ""})).text


async def test_a_draft_is_saved_continued_changed_and_published(client: httpx2.AsyncClient, mara: Member) -> None:
    json = {"accept": "application/json"}
    address = "/drafts/save?place=ask.question"
    first = (await client.post(address, data=form(body="Unfin", draft="", version=""), headers=json)).json()
    assert re.fullmatch(r"\d\d:\d\d", first["saved"])
    second = (
        await client.post(
            address, data=form(body="Unfinished", draft=first["id"], version=first["version"]), headers=json
        )
    ).json()
    assert (second["id"], second["version"]) == (first["id"], first["version"] + 1)
    listed = (await client.get("/drafts")).text
    assert f"/ask/question?draft={first['id']}" in listed
    assert TITLE in listed
    assert '<p class="sn">Unfinished</p>' in listed
    opened = (await client.get("/ask/question", params={"draft": first["id"]})).text
    assert "Unfinished</textarea>" in opened
    assert f'name="version" value="{second["version"]}"' in opened

    await client.post("/ask/question", data=form(draft=first["id"]))
    assert await Draft.all().count() == 0
    assert (await client.get("/ask/question", params={"draft": first["id"]})).status_code == 404


async def test_what_two_windows_write_is_kept_twice(client: httpx2.AsyncClient, mara: Member) -> None:
    first = await client.post("/ask/question", data=form(step="draft"))
    draft = await Draft.get()
    assert first.headers["location"] == f"/ask/question?draft={draft.id}"
    same = {"draft": draft.id, "version": draft.version, "step": "draft"}
    await client.post("/ask/question", data=form(body="from window one", **same))
    other = await client.post("/ask/question", data=form(body="from window two", **same))
    bodies = [one.given["body"] for one in await Draft.all().order_by("id")]
    assert bodies == ["from window one", "from window two"]
    assert other.headers["location"] != first.headers["location"]


async def test_drafts_are_their_writers_alone(client: httpx2.AsyncClient, mara: Member) -> None:
    await client.post("/ask/case-study", data={"title": "Half", "metrics.name": ["a", ""], "step": "draft"})
    draft = await Draft.get()
    await make.sign_in(client, await make.moderator())
    assert (await client.get("/ask/case-study", params={"draft": draft.id})).status_code == 404
    assert (await client.post(f"/drafts/{draft.id}/delete")).status_code == 404
    assert "Half" not in (await client.get("/drafts")).text
    await client.post("/ask/case-study", data={"title": "Taken over", "draft": draft.id, "version": 1, "step": "draft"})
    assert (await Draft.get(id=draft.id)).title == "Half"
    await make.sign_in(client, mara)
    assert (await client.post(f"/drafts/{draft.id}/delete")).status_code == 303
    assert not await Draft.filter(id=draft.id).exists()


@pytest.mark.parametrize("place", ["", "nonsense", "ask.", "../x.y", "ask.question'--"])
async def test_a_draft_belongs_somewhere(client: httpx2.AsyncClient, mara: Member, place: str) -> None:
    assert (await client.post("/drafts/save", params={"place": place}, data=form())).status_code == 422


async def test_hostile_text_is_stored_clean_in_drafts(client: httpx2.AsyncClient, mara: Member) -> None:
    given = form(title="a\x00b", body="x\x00\x07y" + "é" * 10)
    answer = await client.post("/drafts/save?place=ask.question", json=given, headers={"accept": "application/json"})
    assert answer.status_code == 200
    draft = await Draft.get()
    assert draft.title == "ab"
    assert draft.given["body"].startswith("xy")
    assert (await client.post("/drafts/save?place=ask.question", json=form(body="x" * 200_000))).status_code == 422


async def test_forms_take_a_fixed_number_of_statements(client: httpx2.AsyncClient, mara: Member) -> None:
    for _ in range(30):
        await make.platform()
        await make.tag()
    # Who shares what with whom is counted once a minute at most, for all of them.
    for most in (5, 3):
        with statements() as sent:
            await client.get("/ask/question")
        assert len(sent) <= most, sent
