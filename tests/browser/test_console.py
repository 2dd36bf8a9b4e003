"""An administrator of an organisation: invites, lets in, removes who has left, and keeps words out of letters."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.browser.served import Served, text_of

HOME = "/organisations/mombasa-coast"
COLLEAGUE = "amani@mombasacoast.example"
PASSWORD = "seven unrelated tulips"


def _invite(grace: Page) -> None:
    grace.goto(f"{HOME}/invitations/list")
    lines = f"Amani Otieno;{COLLEAGUE};Nurse\nFar Away;far@elsewhere.example;Press"
    grace.get_by_label("Colleagues").first.fill(lines)
    grace.get_by_role("main").get_by_role("button", name=re.compile("Check")).first.click()
    expect(grace.get_by_text("Outside of the mail domains").first).to_be_visible()
    grace.get_by_role("button", name="Send the invitations").click()
    expect(grace.get_by_text("1 is held")).to_be_visible()


def _accept(colleague: Page, served: Served) -> None:
    letter = text_of(served.letter(COLLEAGUE, "invites you"))
    link = re.search(r"http://\S+(/invitation/\S+)", letter)
    assert link is not None, letter
    colleague.goto(link[1])
    colleague.get_by_label("Password", exact=True).fill(PASSWORD)
    colleague.get_by_label("I will keep to the guidelines").check()
    colleague.get_by_role("main").get_by_role("button").last.click()
    colleague.goto(f"{HOME}")
    expect(colleague.get_by_role("link", name="Propose a change")).to_be_visible()


def _propose(colleague: Page) -> None:
    colleague.get_by_role("link", name="Propose a change").click()
    colleague.get_by_label("Its platforms and official accounts").check()
    colleague.get_by_label("What should change").fill("We stopped with Facebook in November.")
    colleague.get_by_role("button", name="Propose").click()
    expect(colleague.get_by_text("Waits")).to_be_visible()


def test_from_inviting_to_leaving(signed_in: Callable[..., Page], window: Window, served: Served) -> None:
    grace = signed_in("grace")
    colleague = window(java_script_enabled=False, viewport={"width": 360, "height": 800})
    grace.goto(HOME)
    grace.get_by_role("link", name="Console").click()
    expect(grace.get_by_text("There is one administrator only.")).to_be_visible()
    expect(grace.get_by_text(re.compile(r"last checked 1\d months ago: please review it"))).to_be_visible()
    _invite(grace)
    _accept(colleague, served)
    _propose(colleague)

    grace.goto(f"{HOME}/console")
    expect(grace.get_by_text("We stopped with Facebook in November.")).to_be_visible()
    grace.get_by_role("button", name="Accept and make the change").click()
    expect(grace.get_by_role("heading", level=1)).to_have_text("Platforms of Mombasa Coast General")

    grace.goto(f"{HOME}/console/settings")
    grace.get_by_label("Privacy contact").fill("dpo@mombasacoast.example")
    grace.get_by_label("We approve").check()
    grace.get_by_label("Without any content").check()
    grace.get_by_role("button", name="Save").click()
    expect(grace.get_by_text("Saved.")).to_be_visible()
    expect(grace.get_by_label("Without any content")).to_be_checked()

    grace.goto(f"{HOME}/console/people")
    grace.get_by_role("link", name="Amani Otieno").click()
    expect(grace.get_by_text("There is nothing to be handed over")).to_be_visible()
    grace.get_by_label("Last day").fill("2026-01-31")
    grace.get_by_role("button", name="Remove", exact=True).click()
    grace.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(grace.get_by_text("Removed: sign-ins and tokens are ended.")).to_be_visible()
    expect(grace.get_by_text("Has left").first).to_be_visible()

    colleague.goto("/settings")
    expect(colleague).to_have_url(re.compile("/sign-in"))
    grace.goto(f"{HOME}/console/journal")
    for words in ("removed", "policies changed", "proposal accepted", "came"):
        expect(grace.get_by_role("main").get_by_text(words, exact=False).first).to_be_visible()
    # As it was, for the tests that come after this one.
    grace.goto(f"{HOME}/console/settings")
    grace.get_by_label("None").check()
    grace.get_by_label("May quote").check()
    grace.get_by_role("button", name="Save").click()
    expect(grace.get_by_text("Saved.")).to_be_visible()
