"""Single sign-on the whole way: set up by an administrator, used by a newcomer, linked and confirmed by a member."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_source, violations
from tests.browser.conftest import PASSWORD, sign_in
from tests.browser.served import Served, text_of
from tests.members.provider_elsewhere import CLIENT, SECRET, Idp, running_provider

Window = Callable[..., Page]


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with running_provider() as made:
        made.twist["page"] = True
        yield made


@pytest.fixture
def is_on(window: Window, idp: Idp) -> Iterator[None]:
    """Let an administrator set the provider up, and take it away afterwards."""
    page = window()
    sign_in(page, "admin@demo.example", PASSWORD)
    page.goto("/admin/providers")
    page.get_by_role("link", name="Add").first.click()
    page.get_by_label("Name", exact=True).fill("Clinic ID")
    page.get_by_label("Its address").fill(idp.address)
    page.get_by_label("Client id").fill(CLIENT)
    page.get_by_label("Client secret").fill("wrong at first")
    page.get_by_label("Scopes").fill("email")
    page.get_by_label("Believe the addresses").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#f-scopes-error")).to_be_visible()
    page.get_by_label("Scopes").fill("openid email")
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("/sign-in/with/clinic-id/return")).to_be_visible()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("It answers as it should")).to_be_visible()
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("people can sign in there")).to_be_visible()
    yield
    page.get_by_role("button", name="Remove").click()
    if page.get_by_role("dialog").is_visible():
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Accounts stay")).to_be_visible()


@pytest.mark.usefixtures("is_on")
@pytest.mark.parametrize("scripts", [True, False])
def test_a_newcomer_comes_in_and_back(window: Window, idp: Idp, scripts: bool) -> None:
    who = "scripts" if scripts else "plain"
    idp.person = {"sub": who, "email": f"{who}@clinic.example", "email_verified": True, "name": f"Noor {who}"}
    page = window(java_script_enabled=scripts)
    page.goto("/sign-in?next=/practices")
    page.get_by_role("link", name="Sign in with Clinic ID").click()
    assert page.title() == "Elsewhere"
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Welcome! This is your account")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value(f"Noor {who}")
    page.goto("/settings/links")
    expect(page.get_by_role("row", name="Clinic ID")).to_contain_text(f"{who}@clinic.example")
    page.context.clear_cookies()
    page.goto("/sign-in?next=/practices")
    page.get_by_role("link", name="Sign in with Clinic ID").click()
    page.get_by_role("button", name="Yes").click()
    page.wait_for_url("**/practices")


@pytest.mark.usefixtures("is_on")
def test_a_member_links_by_letter_and_confirms_in_another_window(window: Window, idp: Idp, served: Served) -> None:
    idp.person = {"sub": "tomasz", "email": "tomasz@demo.example", "email_verified": True, "name": "Tomasz"}
    page = window(java_script_enabled=False)
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Clinic ID").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is an account already")
    page.get_by_role("button", name="Send the letter").click()
    words = text_of(served.letter("tomasz@demo.example", "Link your sign-in"))
    page.goto(next(word for word in words.split() if "/sign-in/link?token=" in word))
    page.get_by_role("button", name="Link the two and sign in").click()
    page.goto("/settings/tokens")
    page.get_by_label("What for").fill("Monthly report")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please confirm that it is you")
    idp.person["auth_time"] = int(time.time())
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Sign in at Clinic ID once more").click()
    other = opened.value
    other.get_by_role("button", name="Yes").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Thank you, it is you")
    other.close()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Your new token")).to_be_visible()
    expect(page.get_by_role("row", name="Monthly report")).to_be_visible()


@pytest.mark.usefixtures("is_on")
def test_its_pages_break_no_rule(window: Window, idp: Idp) -> None:
    axe, found = axe_source(), []

    def look(page: Page) -> None:
        page.wait_for_load_state()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found.extend(f"{page.url} {scheme}: {one}" for one in violations(page, axe))
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
        page.set_viewport_size({"width": 1280, "height": 900})

    idp.person = {"sub": "lucien", "email": "lucien@demo.example", "email_verified": True, "name": "Lucien"}
    page = window()
    for path in ("/sign-in", "/sign-in?door=staff", "/sign-in/with/clinic-id/return?state=x"):
        page.goto(path)
        look(page)
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Clinic ID").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is an account already")
    look(page)
    page.get_by_label("Password of your account here").fill(PASSWORD)
    page.get_by_role("button", name="Link the two and sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    for path in ("/settings/links", "/settings/confirm"):
        page.goto(path)
        look(page)
    page.context.clear_cookies()
    sign_in(page, "admin@demo.example", PASSWORD)
    page.goto("/admin/providers/new")
    look(page)
    page.goto("/admin/providers")
    look(page)
    page.get_by_role("link", name="Clinic ID").click()
    page.get_by_role("button", name="Test the connection").click()
    look(page)
    assert not found, "\n".join(found)
