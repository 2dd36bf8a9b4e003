"""One server and one Chromium for all browser tests; every test has windows of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tests.browser.served import PASSWORD, Served, serving
from tests.chromium import program

# Machines that test are often busy; a page that never comes is noticed all the same.
expect.set_options(timeout=15_000)

Window = Callable[..., Page]
WIDE = {"width": 1280, "height": 900}
# What a page may say on its own: Chromium reports every refused page, and tests ask for some; some take the line away.
_EXPECTED = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start one Chromium for this folder; it ends with it, because its event loop is in the way of async tests."""
    path = program()
    if path is None:
        pytest.skip("There is no Chromium on the path (Debian: apt install chromium-headless-shell).")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demonstration network, and see that no request failed on the server's side."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running
    assert "request failed" not in running.log.read_text(), running.log.read_text()


@pytest.fixture
def window(chromium: Browser, served: Served) -> Iterator[Window]:
    """Open windows that remember nothing; a fault that a page reports fails the test."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_window(**options: Any) -> Page:
        usual = {"base_url": served.address, "viewport": WIDE, "color_scheme": "light", "reduced_motion": "reduce"}
        context = chromium.new_context(**usual | options)
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_fault(said) else None)
        return page

    yield open_window
    for context in opened:
        context.close()
    assert not faults


def _is_fault(said: Any) -> bool:
    return said.type in ("error", "warning") and not any(words in said.text for words in _EXPECTED)


@pytest.fixture
def visitor(window: Window) -> Page:
    """Open the window of somebody who has no account."""
    return window()


@pytest.fixture(scope="package")
def states() -> dict[str, StorageState]:
    """Keep who has signed in already: a sign-in costs a password's worth of work."""
    return {}


@pytest.fixture
def signed_in(window: Window, states: dict[str, StorageState]) -> Callable[..., Page]:
    """Open windows of people of the demonstration: `signed_in("mara")`."""

    def open_for(handle: str, **options: Any) -> Page:
        if handle not in states:
            page = window()
            sign_in(page, f"{handle}@demo.example", PASSWORD)
            states[handle] = page.context.storage_state()
        return window(storage_state=states[handle], **options)

    return open_for


def sign_in(page: Page, address: str, password: str) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    fill_in_and_sign_in(page, address, password)


def fill_in_and_sign_in(page: Page, address: str, password: str) -> None:
    """Sign in by the form that is open, and go on to where it leads."""
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def tab_to(page: Page, wanted: Any, most: int = 80) -> None:
    """Press Tab until something has the focus, as people without a mouse do, and see that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate("one => one.matches(':focus-visible')")
            return
    raise AssertionError(f"{wanted} is not reached with {most} tabs")
