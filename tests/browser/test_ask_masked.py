"""A member asks without her name, by keyboard, and nobody who reads, follows or gets a letter learns who it was."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import tab_to
from tests.browser.served import Served, text_of, wait_for

TITLE = "Did anybody have to tell a professor to leave Twitter?"
SIMILAR = "Replying to negative reviews on Google that name a nurse"
BODY = "Ours writes at night, and we read it in the newspaper. How did you begin that talk?"
ANSWER = "With the rector beside us, and with examples from other places."
NAMES = ("Mara", "de Wit", "Zuiderlicht")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_member_asks_without_her_name(
    signed_in: Callable[..., Page], window: Callable[..., Page], visitor: Page, served: Served, *, scripts: bool
) -> None:
    mara = signed_in("mara") if scripts else _without_scripts(window)
    title = TITLE if scripts else SIMILAR
    url = _ask(mara, title, scripts=scripts)
    expect(mara.get_by_label("Tell me of")).to_have_value("watching")
    tomasz = signed_in("tomasz")
    tomasz.goto(url)
    tomasz.get_by_label("Tell me of").select_option("watching")
    tomasz.get_by_role("button", name="Save", exact=True).click()
    tomasz.goto(url)
    tomasz.get_by_label("What would you tell them?").fill(ANSWER)
    tomasz.get_by_role("button", name="Post answer").click()
    tomasz.wait_for_url("**#post-2")
    _thank(mara, url)
    for page in (visitor, tomasz):
        _says_nothing(page, url, title)
    letter = served.letter("mara@demo.example", title)
    words = text_of(letter)
    assert "Because you watch this thread." in words
    assert "You asked" not in words
    told = served.letter("tomasz@demo.example", title)
    assert not [name for name in NAMES if name in text_of(told)]


def _without_scripts(window: Callable[..., Page]) -> Page:
    mara = window(java_script_enabled=False)
    mara.goto("/sign-in")
    mara.get_by_label("E-mail").fill("mara@demo.example")
    mara.get_by_label("Password", exact=True).fill("demonstration")
    mara.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(mara.get_by_text(re.compile("^Your menu"))).to_be_attached()
    return mara


def _ask(mara: Page, title: str, *, scripts: bool) -> str:
    mara.goto("/ask/question")
    tab_to(mara, mara.get_by_label("Title"))
    mara.keyboard.type(title)
    if not scripts:
        mara.keyboard.press("Enter")
        expect(mara.get_by_role("heading", level=1)).to_have_text("Already answered?")
        tab_to(mara, mara.get_by_role("button", name="Mine is different"))
        mara.keyboard.press("Enter")
    tab_to(mara, mara.get_by_label("Your question"))
    mara.keyboard.type(BODY)
    own = mara.get_by_role("radio", name="Mara de Wit")
    tab_to(mara, own)
    mara.keyboard.press("ArrowRight")
    mask = mara.get_by_role("radio", name="A member, without my name")
    expect(mask).to_be_checked()
    expect(mara.get_by_text(re.compile(r"\d+ members have this in common"))).to_be_visible()
    tab_to(mara, mara.get_by_role("button", name="Preview").last)
    mara.keyboard.press("Enter")
    expect(mara.get_by_text("Not published yet")).to_be_visible()
    shown = mara.get_by_role("region", name=title)
    expect(shown).to_contain_text("A member")
    assert not [name for name in NAMES if name in shown.inner_text()]
    expect(mask).to_be_checked()
    mara.get_by_role("button", name="Publish the question").focus()
    mara.keyboard.press("Enter")
    mara.wait_for_url("**/t/*")
    return mara.url


def _thank(mara: Page, url: str) -> None:
    """The asker goes on as the same member, and accepts what helped."""
    mara.goto(url)
    expect(mara.get_by_text("In this thread you write without your name, as before.")).to_be_visible()
    mara.get_by_role("button", name="This solved it").click()
    expect(mara.get_by_text("Accepted by the author")).to_be_visible()


def _says_nothing(page: Page, url: str, title: str) -> None:
    page.goto(url)
    twin = page.request.get(f"{url}.json").text()
    assert json.loads(twin)["opening"]["author"]["masked"] is True
    linked = page.locator("script[type='application/ld+json']")
    if linked.count():
        assert json.loads(linked.text_content() or "")["@type"] == "DiscussionForumPosting"

    slug = url.rpartition("/")[2]

    def found() -> str | None:
        hits = page.request.get("/api/v1/search", params={"q": title}).json()["hits"]
        return next((json.dumps(hit) for hit in hits if slug in hit["url"]), None)

    feed = page.request.get("/feeds/questions.atom").text()
    entry = next(one for one in feed.split("<entry>") if slug in one)
    for text in (page.get_by_role("main").inner_html(), twin, entry, wait_for(found)):
        assert not [name for name in NAMES if name in text], text
