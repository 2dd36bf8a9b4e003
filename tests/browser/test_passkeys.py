"""Passkeys with a real browser and an authenticator that it plays: make, sign in, second step, confirm, remove."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Window
from tests.browser.served import PASSWORD, Served, serving, text_of

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a site of its own: whoever has a passkey here signs in otherwise, and is signed out everywhere."""
    with serving(tmp_path_factory.mktemp("passkeys")) as running:
        yield running
    assert "request failed" not in running.log.read_text(), running.log.read_text()


@dataclass
class Keyed:
    """A window with an authenticator."""

    page: Page
    devtools: CDPSession
    key: str

    def known(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.key})[
            "credentials"
        ]
        return found

    def set(self, command: str, **more: Any) -> None:
        self.devtools.send(f"WebAuthn.{command}", {"authenticatorId": self.key, **more})


@pytest.fixture
def keyed(window: Window, served: Served) -> Callable[..., Keyed]:
    """Open windows at the name localhost, for browsers know no passkeys for numbers."""

    def open_window(**more: Any) -> Keyed:
        page = window(base_url=served.address.replace("127.0.0.1", "localhost"))
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | more})
        return Keyed(page, devtools, made["authenticatorId"])

    return open_window


def by_password(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{who}@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def sign_out(page: Page) -> None:
    page.goto("/settings/sessions")
    page.get_by_role("button", name="Sign out everywhere, here too").click()
    page.wait_for_url("**/sign-in")


def add(page: Page, name: str) -> None:
    page.goto("/settings/passkeys")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def test_one_passkey_is_all_it_takes(keyed: Callable[..., Keyed], served: Served) -> None:
    one = keyed()
    page = one.page
    by_password(page, "tomasz")
    add(page, "My laptop")
    expect(page.get_by_role("row", name="My laptop")).to_contain_text("never")
    assert [found["rpId"] for found in one.known()] == ["localhost"]
    assert "“My laptop”" in text_of(served.letter("tomasz@demo.example", "A passkey was added"))

    # The same device is not asked twice: the browser says that it has one.
    page.goto("/settings/passkeys/new")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This device has a passkey for your account already.")

    # Nobody there to confirm it: a sentence, and everything else goes on.
    one.set("setAutomaticPresenceSimulation", enabled=False)
    sign_out(page)
    one.set("setUserVerified", isUserVerified=False)
    one.set("setAutomaticPresenceSimulation", enabled=True)
    page.goto("/sign-in?next=/questions")
    button = page.get_by_role("button", name="Sign in with a passkey")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was confirmed")
    expect(button).to_be_focused()

    # By keyboard, without an address and without a password.
    one.set("setUserVerified", isUserVerified=True)
    button.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    assert page.url.endswith("/questions")
    page.goto("/settings/passkeys")
    expect(page.get_by_role("row", name="My laptop")).not_to_contain_text("never")

    # Rename and remove.
    page.get_by_role("link", name="Rename or remove My laptop").click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save the name").click()
    page.get_by_role("link", name="Rename or remove Old laptop").click()
    page.get_by_role("button", name="Remove this passkey").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove this passkey").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    sign_out(page)
    # The browser still offers it, and the authenticator confirms at once: refused, and not offered again by itself.
    expect(page.get_by_text("This passkey does not open an account here.").first).to_be_visible()


def test_the_browser_offers_it_in_the_field_for_the_address(keyed: Callable[..., Keyed]) -> None:
    one = keyed()
    page = one.page
    by_password(page, "nia")
    add(page, "Phone")
    sign_out(page)
    # The authenticator confirms at once what somebody would choose from the list below the field.
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/settings")
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()


def test_it_takes_the_second_step_and_confirms(keyed: Callable[..., Keyed]) -> None:
    from base.clock import now
    from members.two_steps import code_at, step_at

    one = keyed()
    page = one.page
    by_password(page, "lucien")
    add(page, "Key")
    page.goto("/settings/two-steps")
    page.get_by_role("button", name="Set up two steps").click()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Code of six digits").fill(code_at(secret, step_at(now())))
    page.get_by_role("button", name="Turn on two steps").click()
    expect(page.get_by_text("Two steps are on.")).to_be_visible()
    one.set("setAutomaticPresenceSimulation", enabled=False)
    sign_out(page)
    page.get_by_label("E-mail").fill("lucien@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    expect(page.get_by_label("Code of six digits")).to_be_visible()
    one.set("setAutomaticPresenceSimulation", enabled=True)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)

    page.goto("/settings/confirm?next=/settings/tokens")
    page.get_by_role("button", name="Confirm with a passkey").click()
    page.wait_for_url("**/settings/tokens")


def test_at_another_address_a_sentence_names_the_right_one(window: Window, served: Served) -> None:
    page = window()  # at 127.0.0.1
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    here = served.address.replace("127.0.0.1", "localhost")
    expect(page.get_by_role("alert")).to_have_text(f"Passkeys work at {here} only. Please open this page there.")


def test_a_browser_that_knows_none_says_so(window: Window) -> None:
    page = window()
    page.add_init_script("delete globalThis.PublicKeyCredential")
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This browser knows no passkeys.")


def test_without_scripts_it_is_explained(window: Window) -> None:
    page = window(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/sign-in")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
