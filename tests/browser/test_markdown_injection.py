"""Hostile texts in a real browser, without the content security policy that would stop them anyway."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from base.text.from_html import to_markdown
from base.text.markdown import to_html
from tests.base.text.payloads.vectors import payloads, wild_payloads

pytestmark = pytest.mark.browser

# Does to every element what a reader could do; only ordinary addresses are kept from being followed.
TOUCH = """() => {
  const outside = new Set(["http:", "https:", "mailto:", "tel:"]);
  const schemes = new Set();
  addEventListener("click", event => {
    const link = event.target.closest("a");
    if (link && outside.has(link.protocol)) event.preventDefault();
  }, true);
  for (const element of document.querySelectorAll("body *")) {
    if (element.href) schemes.add(String(element.protocol));
    for (const name of ["mouseover", "mouseenter", "pointerenter", "focus", "focusin", "toggle", "error", "load"])
      element.dispatchEvent(new Event(name, { bubbles: true }));
    element.focus?.();
    element.click?.();
  }
  return [...schemes];
}"""


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Any]:
    """Open a page that reaches nothing but what it is given."""
    page = chromium.new_page()
    page.route("**/*", _answer)
    yield page
    page.close()


SHOWN: dict[str, str] = {"html": ""}


def _answer(route: Any) -> None:
    if route.request.url == "http://text.test/":
        body = f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>x</title><body>{SHOWN['html']}"
        route.fulfill(body=body, content_type="text/html; charset=utf-8")
    else:
        route.abort()


def _fires(tab: Any, html: str) -> tuple[bool, list[str]]:
    """Tell whether a script ran, or whether the page went elsewhere, which only a script or worse can do."""
    SHOWN["html"] = html
    tab.goto("http://text.test/", wait_until="domcontentloaded")
    try:
        schemes = tab.evaluate(TOUCH)
        tab.wait_for_timeout(30)
        return bool(tab.evaluate("window.fired !== undefined")), schemes
    except Error as gone:
        if "navigation" not in str(gone):
            raise
        return True, []


def _culprits(tab: Any, htmls: list[str]) -> str:
    return json.dumps([html for html in htmls if _fires(tab, html)[0]][:5])


@pytest.mark.parametrize(
    "html",
    [
        "<script>window.fired=1</script>",
        "<img src=x onerror=window.fired=1>",
        "<svg onload=window.fired=1>",
        "<div onmouseover=window.fired=1>x</div>",
        "<input autofocus onfocus=window.fired=1>",
        "<iframe srcdoc='<script>parent.window.fired=1</script>'></iframe>",
        "<a href='java&#9;script:window.fired=1'>x</a>",
        "<a href='javascript:window.fired=1;void 0'><em>x</em></a>",
    ],
)
def test_the_harness_sees_a_script_run(tab: Any, html: str) -> None:
    assert _fires(tab, f"<p>before</p>{html}")[0]


def test_no_rendered_text_runs_a_script(tab: Any) -> None:
    rendered = [str(to_html(source)) for source in dict.fromkeys(payloads())]
    for start in range(0, len(rendered), 400):
        some = rendered[start : start + 400]
        fired, schemes = _fires(tab, "\n".join(some))
        assert not fired, _culprits(tab, some)
        assert set(schemes) <= {"http:", "https:", "mailto:", "tel:"}


def test_no_html_read_as_markdown_runs_a_script(tab: Any) -> None:
    rendered = [str(to_html(to_markdown(html))) for html in wild_payloads()]
    fired, _ = _fires(tab, "\n".join(rendered))
    assert not fired, _culprits(tab, rendered)
