"""What the scripts add, tried in a browser on gallery pages under the site's own policy."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from base.text.quoting import quote
from tests.chromium import program
from tests.look.gallery import draw
from tests.look.shots import Handler

pytestmark = pytest.mark.browser
SIMILAR = (
    '<div class="card" data-count="1 similar entry found"><a href="/t/9">Reviews on Google</a>'
    '<script>document.title = "ran"</script></div>'
)


class Server(ThreadingHTTPServer):
    """Remembers what the scripts sent."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Doors, directory=str(folder)))
        self.sent: list[tuple[str, str]] = []


class Doors(Handler):
    """The gallery, and the few addresses that scripts call."""

    server: Server

    def answer(self, text: str, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:  # noqa: N802
        self.server.sent.append((self.path, ""))
        if self.path.startswith("/search/suggest"):
            found = [
                {"text": "reviews", "kind": "tag"},
                {"text": "Replying to reviews", "url": "/article.html", "kind": "article"},
            ]
            self.answer(json.dumps({"suggestions": found}), "application/json")
        elif self.path.startswith("/ask/similar"):
            self.answer(SIMILAR)
        elif self.path.startswith("/search?"):
            self.answer(
                '<html><body><h1>Whole page</h1><div id="results"><p data-count="2 results">Two</p></div></body></html>'
            )
        else:
            super().do_GET()

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.sent.append((self.path, body))
        if self.path == "/preview":
            self.answer("<p>Seen <strong>before</strong></p>")
        else:
            self.answer(json.dumps({"saved": "14:02"}), "application/json")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("gallery")
    for name, html in draw().items():
        (folder / f"{name}.html").write_text(html)
    running = Server(folder)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program() or "/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Any, server: Server) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)

    def open_(name: str) -> None:
        page.goto(f"http://127.0.0.1:{server.server_port}/{name}.html")
        page.locator("html[data-ready]").wait_for()

    page.open = open_
    yield page
    context.close()
    assert not faults


def test_the_theme_is_chosen_and_kept(tab: Any) -> None:
    tab.open("home")
    tab.get_by_role("button", name="Switch between light and dark").click()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.open("thread")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 23, 24)"


def test_slash_leads_to_the_search_box_and_suggestions_by_keyboard(tab: Any) -> None:
    tab.open("thread")
    tab.keyboard.press("/")
    box = tab.get_by_role("combobox", name="Search threads, practices and people")
    tab.keyboard.type("rev")
    tab.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    assert tab.get_by_role("option", selected=True).inner_text().startswith("Replying to reviews")
    tab.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "rev"
    tab.keyboard.type("i")
    tab.get_by_role("option").first.wait_for()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/article.html")


def test_the_editor_marks_text_and_shows_a_preview(tab: Any, server: Server) -> None:
    tab.open("thread")
    area = tab.get_by_label("Your answer")
    area.fill("one\ntwo")
    area.press("Control+a")
    area.press("Control+b")
    assert area.input_value() == "**one\ntwo**"
    area.press("Control+z")
    assert area.input_value() == "one\ntwo"
    area.press("Control+a")
    tab.get_by_role("button", name="List", exact=True).click()
    assert area.input_value() == "- one\n- two"
    tab.get_by_role("button", name="Bold").focus()
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("Enter")
    tab.get_by_role("region", name="Preview").get_by_text("before").wait_for()
    assert ("/preview", "text=-+one%0A-+two") in server.sent
    tab.get_by_role("toolbar").get_by_role("button", name="Preview").click()
    assert area.is_visible()


def test_chosen_words_are_quoted_with_their_source(tab: Any) -> None:
    tab.open("thread")
    tab.locator("#post-3 .body p").evaluate("one => getSelection().selectAllChildren(one)")
    tab.locator(".quote-now").click()
    text = tab.get_by_label("Your answer").input_value()
    assert text == quote(
        "Same here, with one warning: the rota must be right.", "Lotte Verhagen", "/thread.html#post-3"
    )


def test_a_draft_is_sent_or_kept_here(tab: Any, server: Server) -> None:
    tab.clock.install()
    tab.open("thread")
    tab.get_by_label("Your answer").fill("half a thought")
    tab.locator(".saved").wait_for(state="attached")
    tab.clock.run_for(5100)
    tab.get_by_text("Saved 14:02").wait_for()
    assert ("/drafts/thread/1", "body=half+a+thought") in server.sent
    tab.context.set_offline(True)
    tab.get_by_label("Your answer").fill("a whole thought")
    tab.clock.run_for(5100)
    tab.get_by_text("Saved in this browser").wait_for()
    tab.context.set_offline(False)
    tab.open("thread")
    tab.get_by_text("Draft restored").wait_for()
    assert tab.get_by_label("Your answer").input_value() == "a whole thought"


def test_a_destructive_button_asks_first(tab: Any, server: Server) -> None:
    tab.open("thread")
    before = len([path for path, _ in server.sent if path.startswith("/thread.html")])
    delete = tab.locator(".post").get_by_role("button", name="Delete")
    delete.click()
    dialog = tab.get_by_role("dialog", name="Delete this answer? Its place stays visible.")
    dialog.get_by_role("button", name="Cancel").click()
    assert not dialog.is_visible()
    assert len([path for path, _ in server.sent if path.startswith("/thread.html")]) == before
    delete.click()
    with tab.expect_navigation():
        dialog.get_by_role("button", name="Delete").click()
    assert ("/thread.html", "") in server.sent[-2:]


def test_rows_are_added_and_removed(tab: Any) -> None:
    tab.open("form")
    tab.locator(".remove").first.wait_for()
    tab.get_by_role("button", name="Add row").click()
    assert tab.locator("[data-line]").count() == 2
    assert tab.evaluate("document.activeElement.id") == "f-metrics-1-name"
    tab.get_by_role("group", name="Measurement 1").get_by_role("button", name="Remove").click()
    assert tab.locator("[data-line]").count() == 1
    assert tab.locator("#f-metrics-0-name").input_value() == ""
    assert (
        tab.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size")
        == tab.locator("[id]").count()
    )


def test_similar_entries_follow_the_title_and_run_no_script(tab: Any, server: Server) -> None:
    tab.open("form")
    title = tab.get_by_label("Title")
    title.fill("short")
    title.fill("Answering reviews in public")
    tab.get_by_role("link", name="Reviews on Google").wait_for()
    tab.locator("#live").get_by_text("1 similar entry found").wait_for(state="attached")
    assert tab.title() != "ran"
    assert not [path for path, _ in server.sent if path == "/ask/similar?title=short"]


def test_results_follow_the_filters_out_of_a_whole_page(tab: Any) -> None:
    tab.open("search")
    tab.get_by_label("Case studies").check()
    tab.get_by_text("Two", exact=True).wait_for()
    assert tab.locator("h1").count() == 1
    assert "type=case_study" in tab.url


def test_a_refused_form_leads_to_its_fields(tab: Any) -> None:
    tab.open("form")
    assert tab.evaluate("document.activeElement.id") == "error-summary"
    tab.get_by_role("link", name="Not a number.").click()
    assert tab.evaluate("document.activeElement.id") == "f-metrics-0-result"


def test_menus_close_with_escape_and_outside(tab: Any) -> None:
    tab.open("home")
    menu = tab.locator("details.account")
    menu.locator("summary").click()
    assert menu.get_by_role("link", name="Inbox").is_visible()
    tab.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    tab.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_a_page_stays_small() -> None:
    import gzip

    from tests.look.gallery import ROOT

    def packed(*names: str) -> int:
        return sum(len(gzip.compress((ROOT / "static" / name).read_bytes())) for name in names)

    assert packed("app.css") < 12_800
    # A page to write on; files, mentions and the inbox bring their own, where they are needed.
    assert packed("app.js", "theme.js", "js/editor.js", "js/quote.js", "js/drafts.js") < 9_728
