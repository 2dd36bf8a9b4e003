"""An editor promotes a thread, from the desk to the banner on the thread, without scripts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.settings import Settings
from forum.models import Thread
from kb.actions.decide import Decision, decide
from kb.actions.nominate import Why, nominate
from kb.models import Article, ArticlePlatform, Contributor, SourceLink
from tests import builders as make
from tests.kb.browserless import Page, visit
from tests.kb.conftest import Scene, case_study
from tests.members.outline import faults_of
from tests.site import open_client

pytestmark = pytest.mark.anyio
Browsers = dict[str, httpx2.AsyncClient]


@pytest.fixture
async def browsers(site: Settings, scene: Scene) -> AsyncIterator[Browsers]:
    """Give every person of the scene a browser of their own."""
    async with AsyncExitStack() as stack:
        opened: Browsers = {}
        for who in (scene.ruth, scene.tomasz, scene.mara, scene.ana, scene.eva):
            client = await stack.enter_async_context(open_client())
            await make.sign_in(client, who)
            opened[who.handle] = client
        opened["visitor"] = await stack.enter_async_context(open_client())
        yield opened


def sound(page: Page) -> Page:
    """Check that a page is whole."""
    assert page.status == 200, page.text[:300]
    assert not faults_of(page.html), page.path
    return page


def typed_in(bench: Page) -> dict[str, str]:
    """Return what the fields of a workbench hold."""
    return dict(
        next(form for form in bench.forms if form.action.partition("?")[0] == bench.path.partition("?")[0]).fields
    )


async def notices_of(client: httpx2.AsyncClient) -> str:
    await deliver_all()
    return (await visit(client, "/inbox")).text


async def test_an_editor_promotes_a_thread(scene: Scene, browsers: Browsers) -> None:
    ruth, tomasz = browsers["ruth-ames"], browsers["tomasz-nowak"]
    await nominate(await make.viewer(scene.eva), scene.thread.id, Why(why="Every new colleague asks it again."))
    other_hospital = await make.organisation("Klinikum Graz")
    second = await make.thread("What does your account register look like?", author=scene.eva)
    case = await case_study("Closing 40 dormant pages", scene.hospital, comparison="before_after")
    await case_study("One register for all", other_hospital, comparison="before_after")

    # 1 The desk shows what is nominated.
    desk = sound(await visit(ruth, "/desk"))
    assert "1 Nominated" in desk.text
    # 2 Promote: title suggestions, then the workbench with posts and tick boxes.
    page = sound(await desk.follow("Promote"))
    assert "Governing sub-brand accounts" in page.html
    bench = sound(await page.press("Start the draft"))
    article = await Article.get()
    assert bench.path.startswith(f"/kb/{article.id}/edit")
    assert "one named owner" in bench.text
    # 3 The second answer's paragraph goes into the steps, with its source; another thread and a case by searching.
    span = await scene.span(2, 1)
    box = f"{scene.thread.id}:2:1:{span.start}:{span.end}"
    bench = sound(await bench.press("Insert", tick=(("passages", box),), summary="Typed before inserting."))
    assert "[#2](/t/" in bench.html
    assert "Typed before inserting." in bench.html, "what was typed is saved by every button"
    for words, title in (("account register", second.title), ("dormant pages", case.title)):
        found = sound(await bench.press("Find", q=words))
        bench = sound(await found.press(f"Add {title}"))
    assert {link.thread_id for link in await SourceLink.all()} == {scene.thread.id, second.id, case.id}  # type: ignore[attr-defined]
    # 4 The contributors are listed by role: not who asked in a thread from which nothing was taken.
    for name in ("Mara Visser", "Ana Ribeiro", "Ruth Ames"):
        assert name in bench.text
    assert "Eva Lindqvist" not in bench.text
    # 5 The evidence has a ceiling, and needs a sentence.
    found = sound(await bench.press("Find", q="One register"))
    bench = sound(await found.press("Add One register for all"))
    assert "E2 Moderate. Two organisations measured it" in bench.text
    bench = sound(await bench.press("Save", tick=(("evidence", "E3"), ("recommendation", "consider"))))
    # 6 Without privacy, summary and a reason nothing is sent.
    refused = await bench.press("Send to review", reviewer="tomasz-nowak", privacy="")
    assert refused.status == 422
    assert "“Privacy and compliance” is empty." in refused.text
    assert "why this grade?" in refused.text
    # 7 Sent: in review, and Ruth cannot approve.
    sent = sound(await refused.press(
        "Send to review", reviewer="tomasz-nowak", privacy="Show no patients.",
        evidence_why="Both changed their staffing in the same year.",
    ))  # fmt: skip
    assert sent.path == f"/kb/{article.id}/review"
    assert "In review" in sent.text
    assert "Approve and publish" not in sent.buttons()
    direct = await ruth.post(f"/kb/{article.id}/decide", data={"decision": "approved"})
    assert direct.status_code == 403
    token = await make.token(scene.ruth)
    by_program = await browsers["visitor"].post(
        f"/api/v1/articles/{article.id}/review", json={"decision": "approved"}, headers=token
    )
    assert by_program.status_code == 403
    assert (await browsers["visitor"].get(f"/kb/{article.id}/edit")).status_code == 404
    # 8 Tomasz is told, comments on a paragraph, asks for changes; Ruth edits; he sees the difference and approves.
    assert "You were asked to review this." in await notices_of(tomasz)
    review = sound(await visit(tomasz, f"/kb/{article.id}/review"))
    review = sound(await review.press("Add comment", text="For whom is this?"))
    assert "For whom is this?" in review.text
    sound(await review.press("Ask for changes", note="Please answer the comment."))
    bench = sound(await visit(ruth, f"/kb/{article.id}/edit"))
    assert "For whom is this?" in bench.text
    bench = sound(await bench.press("Done"))
    sound(await bench.press("Send to review", reviewer="tomasz-nowak", summary="For hospitals with many accounts."))
    review = sound(await visit(tomasz, f"/kb/{article.id}/review"))
    assert "Changed since it was last reviewed" in review.text
    shown = sound(await review.press("Approve and publish"))
    assert shown.path == f"/kb/{article.id}-governing-sub-brand-accounts"
    assert "Verified until" in shown.text
    # 9 The thread says so, everybody is told, the old address leads on, the versions and sources are listed.
    thread = await Thread.get(id=scene.thread.id)
    assert thread.article_title == "Governing sub-brand accounts"
    banner = (await visit(browsers["visitor"], f"/t/{thread.id}-{thread.slug}")).text
    assert "Governing sub-brand accounts" in banner
    assert "It rests on what you wrote." in await notices_of(browsers["mara-visser"])
    assert "Distilled" in await notices_of(browsers["eva-lindqvist"])
    old = await browsers["visitor"].get(f"/kb/{article.id}/edit")
    assert (old.status_code, old.headers["location"]) == (303, f"/kb/{article.id}-governing-sub-brand-accounts")
    history = sound(await visit(browsers["visitor"], f"/kb/{article.id}/history"))
    assert "1 version" in history.text
    sources = sound(await visit(browsers["visitor"], f"/kb/{article.id}/sources"))
    assert "#2 by Ana Ribeiro" in sources.text
    assert "Closed 11 of 23 pages" in sources.text
    # And the contributor chooses how to be named.
    credit = sound(await visit(browsers["mara-visser"], f"/kb/{article.id}/credit"))
    sound(await credit.press("Save", tick=(("credit", "anonymous"),)))
    assert (await Contributor.get(member_id=scene.mara.id)).credit == "anonymous"


async def test_a_reviewer_confirms_several_at_once(scene: Scene, browsers: Browsers) -> None:
    due = [await make.article(f"Practice number {number}", due_at=now()) for number in range(5)]
    tomasz = browsers["tomasz-nowak"]
    lane = sound(await visit(tomasz, "/desk?lane=overdue"))
    ticks = tuple(("articles", str(one.id)) for one in due)
    refused = await lane.press("Still true", tick=ticks)
    assert refused.status == 422
    assert "say what you checked" in refused.text
    done = sound(await refused.press("Still true", tick=(*ticks, ("checked", "yes"))))
    assert "5 verified, next due" in done.text
    assert await Article.filter(verified_by_id=scene.tomasz.id).count() == 5


async def test_two_editors_who_save_at_once_are_shown_both_texts(scene: Scene, browsers: Browsers) -> None:
    id_ = await scene.ready()
    hers = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
    his = await visit(browsers["tomasz-nowak"], f"/kb/{id_}/edit")
    sound(
        await hers.press("Save", steps="1. List every account.\n2. HERS\n3. Close what has neither.", tools="A table.")
    )
    merge = await his.press(
        "Save", steps="1. HIS\n2. HIS OWN\n3. Close what has neither.", metrics="Count them.", summary="His summary."
    )
    assert merge.status == 409
    assert not faults_of(merge.html)
    for words in ("HERS", "HIS OWN", "Count them.", "His summary.", "Ruth Ames saved while you were writing"):
        assert words in merge.text or words in merge.html, words
    sound(await merge.press("Save both", steps="1. HIS\n2. HERS and HIS\n3. Close what has neither."))
    final = (await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")).html
    for words in ("HERS and HIS", "Count them.", "His summary.", "A table."):
        assert words in final


async def test_what_was_not_saved_changed_nothing_beside_the_words_either(scene: Scene, browsers: Browsers) -> None:
    id_ = await scene.ready()
    await make.platform("YouTube")
    before = await Article.get(id=id_)
    hers = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
    beside = {"kind": "checklist", "audience": "network", "platforms": "YouTube", "owner": scene.tomasz.handle}
    refused = await hers.press("Save", tick=(("evidence", "E1"),), **beside)
    assert refused.status == 422
    assert "at most" in refused.text
    now_there = await Article.get(id=id_)
    assert (now_there.kind, now_there.audience, now_there.owner_id) == (before.kind, before.audience, before.owner_id)  # type: ignore[attr-defined]
    assert not await ArticlePlatform.filter(article_id=id_)
    # The same when somebody else saved meanwhile; saving both then takes it along.
    his = await visit(browsers["tomasz-nowak"], f"/kb/{id_}/edit")
    sound(await his.press("Save", steps="1. HIS own way of doing it."))
    merge = await hers.press("Save", summary="Her summary, long enough to say something.", **beside)
    assert merge.status == 409
    assert (await Article.get(id=id_)).kind == before.kind
    sound(await merge.press("Save both"))
    now_there = await Article.get(id=id_)
    assert (now_there.kind, now_there.audience) == ("checklist", "network")
    assert now_there.owner_id == scene.tomasz.id  # type: ignore[attr-defined]
    assert await ArticlePlatform.filter(article_id=id_).count() == 1


async def test_what_is_typed_survives_a_mistake(scene: Scene, browsers: Browsers) -> None:
    id_ = await scene.draft()
    bench = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
    wrong = await bench.press("Save", title="No", steps="Typed already", platforms="Nowhere Such")
    assert wrong.status == 422
    assert not faults_of(wrong.html)
    assert "Typed already" in wrong.html
    assert "no such platform here" in wrong.text
    saved = sound(await wrong.press("Save", title="Now long enough", platforms=""))
    assert "Typed already" in saved.html
    nothing = await saved.press("Insert")
    assert nothing.status == 422
    assert "Tick the paragraphs" in nothing.text
    sound(await nothing.press("Save", privacy="And then this."))


async def test_enter_finds_what_was_typed_to_be_found_and_else_saves(browsers: Browsers, scene: Scene) -> None:
    id_ = await scene.ready()
    other = await make.thread("A register of all accounts")
    bench = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
    first = next(form for form in bench.forms if form.action.startswith(f"/kb/{id_}/edit")).buttons[0]
    assert first[:3] == ("Save", "do", "enter"), "the Enter key presses the first button"
    found = sound(await bench.press("Save", q="register of all", summary="Typed before finding."))
    assert found.path == f"/kb/{id_}/edit?thread={scene.thread.id}&q=register+of+all"
    assert f"Add {other.title}" in found.buttons()
    assert "Typed before finding." in found.html
    saved = sound(await found.press("Save", summary="Found already."))
    assert "Saved." in saved.text
    assert "Found already." in saved.html


async def test_what_no_draft_stores_stays_from_button_to_button(browsers: Browsers, scene: Scene) -> None:
    id_ = await scene.ready()
    span = await scene.span(2, 1)
    box = f"{scene.thread.id}:2:1:{span.start}:{span.end}"
    day = f"{now() + timedelta(days=9):%Y-%m-%d}"
    bench = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
    typed = {"reviewer": "tomasz-nowak", "other_reviewer": "@ana-ribeiro", "due": day, "section": "privacy"}
    bench = await bench.press("Find", tick=(("passages", box),), q="register & more", **typed)
    for words in ("Save", "Save and go on to writing"):
        assert typed.items() <= typed_in(bench).items()
        assert f'value="{box}" checked' in bench.html
        assert 'value="register &amp; more"' in bench.html
        bench = sound(await bench.press(words))
    bench = sound(await bench.press("Insert"))
    assert typed.items() <= typed_in(bench).items(), "the next passages go into the same section"
    assert f'value="{box}" checked' not in bench.html
    assert "Closed 11 of 23" in typed_in(bench)["privacy"]
    odd = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit?reviewer=x&section=y&due=z&passages=%22&passages=1:2")
    assert sound(odd).status == 200


async def test_who_asked_for_changes_is_chosen_again(browsers: Browsers, scene: Scene) -> None:
    id_ = await scene.ready()
    eva = await make.viewer(scene.eva)
    for asked, decides, decision in (
        ("tomasz-nowak", scene.reviewer, "changes_requested"), ("eva-lindqvist", eva, "changes_requested"),
    ):  # fmt: skip
        bench = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
        sound(await bench.press("Send to review", other_reviewer=asked))
        await decide(decides, id_, Decision.read({"decision": decision, "note": "Shorter, please."}))
        bench = await visit(browsers["ruth-ames"], f"/kb/{id_}/edit")
        assert typed_in(bench)["reviewer"] == asked, "also when they are no editor"
