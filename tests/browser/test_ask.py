"""A member asks: from the front page to the solution, by keyboard."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import tab_to
from tests.browser.served import Served, text_of, wait_for

TITLE = "How did you answer negative reviews on Google without breaking privacy?"
BODY = "Six angry reviews a month, and our solicitor wants silence. How do you answer in public all the same?"


def test_a_member_asks_and_gets_an_answer(signed_in: Callable[..., Page], visitor: Page, served: Served) -> None:
    mara = signed_in("mara")
    _front_page(mara)
    _choose_a_question(mara)
    _see_what_is_there(mara)
    url = _write_and_publish(mara)
    _found_at_once(mara, url)
    _as_programs_read_it(visitor, url)
    _somebody_answers(signed_in("tomasz"), url)
    _a_letter_tells(served)
    _solved(mara, url)


def _front_page(mara: Page) -> None:
    """See what waits, what can be reused, and reach the search first."""
    mara.goto("/")
    beside = mara.locator("section.card", has=mara.get_by_role("heading", name="Unanswered in your platforms"))
    expect(beside.get_by_role("link").first).to_be_visible()
    assert beside.get_by_text("Which three numbers").count() == 0, "one does not answer oneself"
    expect(mara.get_by_role("region", name="Practices for your platforms").get_by_role("article")).to_have_count(3)
    mara.keyboard.press("Tab")
    expect(mara.get_by_role("link", name="Skip to content")).to_be_focused()
    mara.keyboard.press("Enter")
    mara.keyboard.press("Tab")
    expect(mara.get_by_role("main").get_by_role("combobox")).to_be_focused()
    mara.goto("/")
    mara.keyboard.press("/")
    expect(mara.get_by_role("search", name="Site").get_by_role("combobox")).to_be_focused()
    tab_to(mara, mara.get_by_role("link", name="Ask or share"), 2)
    mara.keyboard.press("Enter")


def _choose_a_question(mara: Page) -> None:
    expect(mara.get_by_role("heading", level=1)).to_have_text("Ask or share")
    kinds = [text.lower() for text in mara.locator("main .eyebrow, main .kind").all_inner_texts()]
    assert kinds == ["question", "case study", "discussion"]
    tab_to(mara, mara.get_by_role("link", name="I want to know something"))
    mara.keyboard.press("Enter")
    expect(mara.get_by_role("heading", level=1)).to_have_text("Ask a question")


def _see_what_is_there(mara: Page) -> None:
    """While the title is typed, what may answer it comes up: the practice first."""
    tab_to(mara, mara.get_by_label("Title"))
    mara.keyboard.type(TITLE)
    found = mara.locator("#similar li")
    expect(found.first).to_contain_text("Replying to public reviews")
    expect(found.first).to_contain_text("Practice")
    expect(found.first).to_contain_text("Verified")
    solved = found.filter(has_text="Replying to negative reviews on Google")
    expect(solved).to_contain_text("Solved")
    expect(solved).to_contain_text("3 answers")
    assert found.count() <= 5
    for one in found.all():
        expect(one.get_by_role("button", name="This answers me")).to_be_visible()
    tab_to(mara, mara.get_by_role("link", name="Mine is different"))
    mara.keyboard.press("Enter")
    expect(mara.get_by_label("Your question")).to_be_focused()


def _write_and_publish(mara: Page) -> str:
    expect(mara.get_by_label("Where you work")).to_have_value("Hospital, 200–499 beds, NL")
    mara.keyboard.type(BODY)
    tab_to(mara, mara.get_by_label("What you tried"))
    mara.keyboard.type("Two years of silence.")
    tab_to(mara, mara.locator("summary", has_text="Your setting"))
    mara.keyboard.press("Enter")
    tab_to(mara, mara.get_by_label("Law and contracts"))
    mara.keyboard.press("Space")
    tab_to(mara, mara.get_by_label("Others, with commas"))
    mara.keyboard.type("GMB")
    expect(mara.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    tab_to(mara, mara.get_by_role("button", name="Publish the question"))
    mara.keyboard.press("Enter")
    mara.wait_for_url("**/t/*")
    expect(mara.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(mara.get_by_text("Needs an answer", exact=True)).to_be_visible()
    expect(mara.get_by_label("Tell me of")).to_have_value("watching")
    expect(mara.get_by_role("main").get_by_role("link", name="Google Business Profile").first).to_be_visible()
    url = mara.url
    mara.goto("/drafts")
    assert TITLE not in mara.get_by_role("main").inner_text(), "the draft has become the question"
    return url


def _found_at_once(mara: Page, url: str) -> None:
    """Search finds it within two seconds, and people with experience are asked."""

    def found() -> bool | None:
        hits = mara.request.get("/api/v1/search", params={"q": "solicitor wants silence"}).json()["hits"]
        return any(url.endswith(hit["url"]) for hit in hits) or None

    def asked() -> bool | None:
        mara.goto(url)
        return mara.get_by_text(re.compile(r"\d (person|people) with experience (was|were) asked")).is_visible() or None

    wait_for(found, 2)
    wait_for(asked)  # another subscriber of the journal than the search


def _as_programs_read_it(visitor: Page, url: str) -> None:
    twin = visitor.request.get(f"{url}.json").json()
    assert (twin["title"], twin["resolution"]) == (TITLE, "unanswered")
    assert twin["platforms"] == ["google-business-profile"]
    assert twin["opening"]["author"]["name"] == "Mara de Wit"
    visitor.goto(url)
    linked = json.loads(visitor.locator("script[type='application/ld+json']").text_content() or "")
    assert linked["@type"] in ("QAPage", "DiscussionForumPosting")
    assert TITLE in json.dumps(linked)


def _somebody_answers(tomasz: Page, url: str) -> None:
    tomasz.goto(url)
    tab_to(tomasz, tomasz.get_by_role("link", name="Write yours"))
    tomasz.keyboard.press("Enter")
    tab_to(tomasz, tomasz.get_by_label("What would you tell them?"), 12)
    tomasz.keyboard.type("Within two days, in words about the hospital only.")
    tab_to(tomasz, tomasz.get_by_role("button", name="Post answer"), 3)
    tomasz.keyboard.press("Enter")
    tomasz.wait_for_url("**#post-2")
    expect(tomasz.locator(".col").get_by_text("Answered", exact=True)).to_be_visible()


def _a_letter_tells(served: Served) -> None:
    letter = served.letter("mara@demo.example", TITLE)
    assert letter["Subject"].startswith("1 new answer")
    assert "Within two days" in text_of(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith(f"<{served.address}/unsubscribe?token=")


def _solved(mara: Page, url: str) -> None:
    """The notice leads to the first unread answer; it solves the question."""
    mara.goto("/inbox")
    mara.get_by_role("link", name=TITLE).click()
    mara.wait_for_url("**#post-2")
    answer = mara.locator("#post-2")
    expect(answer).to_be_in_viewport()
    expect(answer).to_contain_text("New")
    tab_to(mara, answer.get_by_role("button", name="This solved it"))
    mara.keyboard.press("Enter")
    expect(mara.get_by_text("Solved", exact=True).first).to_be_visible()
    expect(mara.get_by_text("Accepted by the author")).to_be_visible()
    mara.goto("/inbox?show=unread")
    assert TITLE not in mara.get_by_role("main").inner_text()


@pytest.mark.parametrize("width", [360])
def test_asking_fits_a_phone(signed_in: Callable[..., Page], width: int) -> None:
    mara = signed_in("mara", viewport={"width": width, "height": 740}, has_touch=True)
    mara.goto("/")
    mara.get_by_role("banner").get_by_role("link", name="Ask").click()
    mara.get_by_role("link", name="I want to know something").click()
    mara.get_by_label("Title").press_sequentially("Replying to negative reviews")
    expect(mara.locator("#similar li").first).to_be_visible()
    for path in (None, "/inbox", "/search?q=reviews", "/t/1", "/kb/1"):
        if path:
            mara.goto(path)
        assert mara.evaluate("document.documentElement.scrollWidth") <= width, mara.url


def test_a_title_typed_before_the_scripts_arrive_is_answered_too(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    mara.route(re.compile(r"/live\.js"), hold)
    mara.goto("/ask/question")
    mara.get_by_label("Title").press_sequentially("Replying to negative reviews")
    wait_for(lambda: held or None)
    held[0].continue_()
    expect(mara.locator("#similar li").first).to_be_visible()
