"""The same work without JavaScript, most of it on a small phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.served import Served, text_of, wait_for

PHONE = {"width": 360, "height": 740}
NAME, ADDRESS, PASSWORD = "Noor Haddad", "noor@zuiderlicht.example", "seven quiet lanterns"
TITLE = "Who trims the hedge of old hashtags on our wall of thanks?"
BODY = "Forty hashtags stand on our wall of thanks, and nobody knows which are still in use."
ANSWER = "A volunteer reads them aloud once a month; what nobody knows any more goes."


def test_a_newcomer_asks_and_gets_an_answer_on_a_phone(window: Callable[..., Page], served: Served) -> None:
    noor = window(java_script_enabled=False, viewport=PHONE)
    _join(noor, served)
    _sign_out_and_in(noor)
    url = _ask_in_steps(noor)
    tomasz = window(java_script_enabled=False)
    _enter(tomasz, "tomasz@demo.example", "demonstration")
    _answer_and_comment(tomasz, url)
    _read_accept_and_vote(noor, url)
    _edit_in_two_windows(noor, url)
    _find_it_again(noor)
    _settings(noor)
    _fits(noor)
    noor.get_by_text("Your menu, Noor Haddad").locator("..").click()
    noor.get_by_role("button", name="Sign out").click()
    expect(noor.get_by_text("You are signed out.")).to_be_visible()
    noor.goto("/inbox")
    noor.wait_for_url("**/sign-in**")


def _fits(page: Page) -> None:
    """See that nothing makes the page wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


def _enter(page: Page, address: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text(re.compile("^Your menu"))).to_be_attached()


def _join(noor: Page, served: Served) -> None:
    """Register, with a mistake first; confirm by the letter."""
    noor.goto("/")
    noor.get_by_role("main").get_by_role("link", name="Join").click()
    noor.get_by_label("Name").fill(NAME)
    noor.get_by_label("Work e-mail").fill(ADDRESS)
    noor.get_by_label("Role").fill("Volunteer coordinator")
    noor.get_by_label("Password").fill("too short")
    noor.get_by_role("main").get_by_role("button", name="Join").click()
    expect(noor.get_by_role("alert")).to_contain_text("One thing needs your attention")
    expect(noor.get_by_label("Name")).to_have_value(NAME)
    _fits(noor)
    noor.get_by_label("Password").fill(PASSWORD)
    noor.get_by_role("main").get_by_role("button", name="Join").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Please look at your mail")
    letter = text_of(wait_for(lambda: next(iter(served.letters(ADDRESS)), None)))
    link = re.search(r"http\S+/join/confirm\S+", letter)
    assert link
    noor.goto(link[0])
    noor.get_by_role("button", name="Confirm my address").click()
    expect(noor.get_by_text("Zuiderlicht Hospital").first).to_be_visible()
    noor.get_by_label(re.compile("^Instagram")).check()
    noor.get_by_role("button", name="Save").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(noor.get_by_role("main").get_by_role("link", name="Instagram")).to_be_visible()


def _sign_out_and_in(noor: Page) -> None:
    noor.get_by_text(f"Your menu, {NAME}").locator("..").click()
    noor.get_by_role("button", name="Sign out").click()
    noor.goto("/ask/question")
    noor.wait_for_url("**/sign-in**")
    noor.get_by_label("E-mail").fill(ADDRESS)
    noor.get_by_label("Password", exact=True).fill(PASSWORD)
    noor.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Ask a question")


def _ask_in_steps(noor: Page) -> str:
    """Title, what is there already, the form, a preview, publish."""
    expect(noor.get_by_label("Your question")).to_be_hidden()
    noor.get_by_label("Title").fill("Replying to negative reviews on Google")
    noor.get_by_role("button", name="Continue").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Already answered?")
    expect(noor.get_by_role("link", name="Replying to public reviews")).to_be_visible()
    _fits(noor)
    noor.get_by_role("button", name="Mine is different").click()
    expect(noor.get_by_label("Title")).to_have_value("Replying to negative reviews on Google")
    noor.get_by_label("Title").fill(TITLE)
    noor.get_by_label("Your question").fill(BODY)
    noor.get_by_label("Instagram").check()
    noor.get_by_label("Topics").fill("no such topic at all")
    noor.get_by_role("button", name="Publish the question").click()
    expect(noor.get_by_role("alert")).to_be_visible()
    expect(noor.get_by_label("Instagram")).to_be_checked()
    noor.get_by_label("Your question").fill(BODY)
    noor.get_by_label("Topics").fill("policy")
    noor.get_by_role("button", name="Preview").click()
    expect(noor.locator(".preview-box")).to_contain_text(BODY)
    _fits(noor)
    noor.get_by_role("button", name="Save as draft").click()
    expect(noor.get_by_text("You find it under Drafts.")).to_be_visible()
    noor.goto("/drafts")
    noor.get_by_role("link", name=TITLE).click()
    expect(noor.get_by_label("Your question")).to_have_value(BODY)
    noor.get_by_role("button", name="Publish the question").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text(TITLE)
    _fits(noor)
    return noor.url


def _answer_and_comment(tomasz: Page, url: str) -> None:
    tomasz.goto(url)
    tomasz.get_by_label("What would you tell them?").fill(ANSWER)
    tomasz.get_by_role("button", name="Preview").last.click()
    expect(tomasz.locator(".preview-box")).to_contain_text(ANSWER)
    tomasz.get_by_role("button", name="Post answer").click()
    expect(tomasz.locator("#post-2")).to_contain_text(ANSWER)
    tomasz.get_by_role("region", name="Comments on post 1").get_by_text("Add a comment").click()
    tomasz.get_by_label("Your comment on post 1").fill("Where does the wall hang?")
    tomasz.get_by_role("region", name="Comments on post 1").get_by_role("button", name="Post comment").click()
    expect(tomasz.locator("#post-3")).to_contain_text("Where does the wall hang?")
    opening = tomasz.locator("#post-1")
    opening.get_by_role("button", name="Useful").click()
    expect(tomasz.locator("#post-1").get_by_role("button", name="Useful · 1")).to_have_attribute("aria-pressed", "true")


def _read_accept_and_vote(noor: Page, url: str) -> None:
    def told() -> bool | None:
        noor.goto("/inbox")
        return noor.get_by_role("link", name=TITLE).count() > 0 or None

    wait_for(told, 10)
    _fits(noor)
    noor.get_by_role("link", name=TITLE).click()
    noor.wait_for_url("**#post-2")
    answer = noor.locator("#post-2")
    answer.get_by_role("button", name="Useful").click()
    noor.locator("#post-2").get_by_role("button", name="This solved it").click()
    expect(noor.get_by_text("Accepted by the author")).to_be_visible()
    noor.locator("#post-2").get_by_role("button", name="Take acceptance back").click()
    assert noor.get_by_text("Accepted by the author").count() == 0
    noor.locator("#post-2").get_by_role("button", name="This solved it").click()
    expect(noor.get_by_text("Solved", exact=True).first).to_be_visible()
    _fits(noor)


def _edit_in_two_windows(noor: Page, url: str) -> None:
    """Who saves second sees what the first one changed, and loses nothing."""
    second = noor.context.new_page()
    for page in (noor, second):
        page.goto(url)
        page.locator("#post-1").get_by_role("link", name="Edit").click()
    noor.get_by_label("Text").fill(BODY.replace("Forty", "Fifty"))
    noor.get_by_label("Why you change it").fill("Counted again")
    noor.get_by_role("button", name="Save").click()
    expect(noor.locator("#post-1")).to_contain_text("Fifty hashtags")
    second.get_by_label("Text").fill(BODY.replace("Forty", "Sixty"))
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", name="saved while you were writing")).to_be_visible()
    expect(second.get_by_role("group", name="Both of you changed this place")).to_contain_text("Fifty")
    assert "Sixty" in second.get_by_label("Both together").input_value()
    second.get_by_role("button", name="Save both").click()
    expect(second.locator("#post-1")).to_contain_text("Sixty hashtags")
    second.goto(f"/t/{url.rpartition('/')[2].partition('-')[0]}/posts/1/history")
    expect(second.get_by_role("main")).to_contain_text("Counted again")
    expect(second.locator("ins", has_text="Sixty").first).to_be_visible()
    _fits(second)
    second.close()


def _find_it_again(noor: Page) -> None:
    noor.goto("/search")
    noor.get_by_role("search", name="Everything").get_by_role("searchbox").fill("trims hashtags volunteer")
    noor.get_by_role("search", name="Everything").get_by_role("button").click()
    first = noor.get_by_role("list", name="Results").get_by_role("listitem").first
    expect(first).to_contain_text(TITLE)
    _fits(noor)
    noor.goto("/search?q=youtube+nurses")
    noor.get_by_text("Filters", exact=True).click()
    noor.locator(".facet").get_by_role("link").first.click()
    expect(noor.get_by_role("group", name="Filters that are on")).to_be_visible()


def _settings(noor: Page) -> None:
    noor.goto("/settings/notices")
    noor.get_by_label("Send me unread notices by mail").uncheck()
    noor.get_by_role("button", name="Save", exact=True).click()
    expect(noor.get_by_label("Send me unread notices by mail")).not_to_be_checked()
    noor.goto("/settings/profile")
    noor.get_by_role("textbox", name="About you").fill("I look after *walls* of thanks.")
    noor.get_by_role("button", name="Save", exact=True).click()
    expect(noor.locator("em", has_text="walls")).to_be_visible()
    _fits(noor)


def test_an_editor_promotes_without_scripts(window: Callable[..., Page]) -> None:
    ruth = window(java_script_enabled=False)
    _enter(ruth, "ruth@demo.example", "demonstration")
    ruth.goto("/desk?lane=nominated")
    nominated = ruth.get_by_role("listitem").filter(has_text="A patient sends me a friend request")
    nominated.get_by_role("link", name="Promote").click()
    ruth.get_by_label("Title").fill("When a patient sends a friend request")
    ruth.get_by_role("button", name="Start the draft").click()
    ruth.get_by_role("checkbox", name=re.compile("We wrote a sentence")).check()
    ruth.get_by_role("button", name="Insert", exact=True).click()
    assert "[#2](/t/" in ruth.get_by_role("textbox", name="Steps").input_value()
    ruth.get_by_role("button", name="Send to review").click()
    expect(ruth.get_by_role("alert")).to_contain_text("Privacy and compliance")
    ruth.get_by_label("Summary").fill("Give staff a sentence that they can send.")
    ruth.get_by_role("textbox", name="Privacy and compliance").fill("Nothing special.")
    ruth.get_by_label("Why this grade").fill("Two hospitals agree.")
    ruth.get_by_label("Reviewer").select_option("tomasz")
    ruth.get_by_role("button", name="Send to review").click()
    expect(ruth.get_by_text("In review", exact=True)).to_be_visible()
    tomasz = window(java_script_enabled=False)
    _enter(tomasz, "tomasz@demo.example", "demonstration")
    tomasz.goto("/desk?lane=mine")
    tomasz.get_by_role("main").get_by_role("link", name="When a patient sends a friend request").click()
    tomasz.get_by_role("button", name="Approve and publish").click()
    expect(tomasz.get_by_role("heading", level=1)).to_have_text("When a patient sends a friend request")
    expect(tomasz.get_by_text(re.compile("Verified until")).first).to_be_visible()
