"""No page breaks a rule of axe-core, in light or in dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import axe_source, violations
from tests.browser.conftest import WIDE, sign_in
from tests.browser.served import PASSWORD, serving

# Who looks, and where. Pages that need an act first have tests of their own below.
PAGES = {
    "visitor": (
        "/", "/questions", "/t/1", "/t/13", "/kb/1", "/kb/4", "/practices", "/search?q=youtube+nurses",
        "/search?q=zzzqqq", "/search", "/search?in=1&q=reviews", "/search?q=twitter",
        "/search?q=title:xyzzy+youtube&platform=YouTube", "/search/help", "/sign-in", "/join", "/forgot",
        "/join/organisation",
        "/organisations/lakeview", "/organisations?view=map", "/organisations?view=table", "/topics", "/platforms/x",
        "/case-studies", "/case-studies/metrics", "/case-studies/metrics/side-by-side", "/t/18", "/t/18/numbers",
        "/kb/1/history", "/kb/1/sources", "/about", "/api", "/no-such-page",
        "/legal", "/organisations", "/regions", "/who-uses-what", "/who-uses-what?like=ours",
        "/resources", "/collections", "/discussions",
    ),
    "mara": (
        "/", "/ask", "/ask/question", "/ask/case-study", "/t/9", "/people/joel", "/people", "/organisations",
        "/people/ruth/write", "/people?view=map", "/people?view=table",
        "/regions/europe", "/inbox", "/drafts", "/settings", "/settings/profile", "/settings/tokens",
        "/settings/passkeys", "/settings/passkeys/new", "/settings/sessions", "/settings/confirm",
        "/settings/data", "/settings/data/leave", "/settings/links", "/settings/two-steps", "/settings/two-steps/new",
        "/settings/organisations",
        "/settings/notices", "/settings/password", "/settings/watching", "/settings/masks", "/bookmarks", "/trust",
        "/waiting", "/people/mara", "/organisations/zuiderlicht/propose",
        "/organisations?like=ours", "/organisations?like=ours&view=table", "/who-uses-what?like=ours",
        "/who-uses-what?like=ours&platform=tiktok&country=SE", "/kb/nominate/6", "/kb/2", "/join/organisation",
    ),
    "lucien": ("/regions/europe/desk", "/regions/europe/desk?lane=care", "/organisation-requests",
               "/organisation-requests/1", "/t/10/people", "/t/10", "/region-desks"),
    "ruth": ("/t/18", "/t/18/evidence",
             "/desk", "/desk?lane=overdue", "/kb/promote/6", "/kb/new", "/kb/1/revise", "/kb/1/retire",
             "/desk/health", "/review", "/review/deputy", "/platforms/x/changes"),
    "tomasz": ("/kb/5/review", "/desk?lane=mine", "/t/3"),
    "grace": ("/organisations/mombasa-coast/console", "/organisations/mombasa-coast/console/people",
              "/organisations/mombasa-coast/console/domains", "/organisations/mombasa-coast/console/settings",
              "/organisations/mombasa-coast/console/journal", "/organisations/mombasa-coast/logo",
                            "/organisations/mombasa-coast/invitations", "/organisations/mombasa-coast/invitations/one",
              "/organisations/mombasa-coast/invitations/link", "/organisations/mombasa-coast/invitations/list",
              "/organisations/mombasa-coast/edit", "/organisations/mombasa-coast/platforms", "/settings/data/leave"),
    "admin": ("/admin", "/admin/people", "/admin/people/2", "/admin/journal", "/dev/mail",
              "/admin/search", "/admin/search/new", "/admin/search/1", "/admin/search/try?q=twitter+hcp+is:solved",
              "/search/gaps", "/admin/legal", "/admin/providers", "/admin/providers/new", "/admin/organisations",
              "/admin/organisations/1", "/admin/regions", "/admin/regions/1", "/admin/platforms", "/admin/categories",
              "/admin/topics", "/moderate/masks", "/moderate/uploads", "/region-desks"),
}  # fmt: skip


@pytest.fixture(scope="module")
def axe() -> str:
    """Have the checker at hand."""
    return axe_source()


def _faults(page: Page, axe: str) -> list[str]:
    """Check a page in both colour schemes."""
    found = []
    page.wait_for_load_state()
    page.evaluate("scrollTo(0, 0)")  # wherever it jumped to, a sticky bar may cover half of a field
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {one}" for one in violations(page, axe)]
    return found


def test_the_checker_sees_faults(visitor: Page, axe: str) -> None:
    visitor.goto("/about")
    visitor.evaluate("""() => {
      document.querySelector("main h1").insertAdjacentHTML("afterend", "<img src=/static/favicon.svg><h5>Deep</h5>");
      document.querySelector("main p").style.color = "#bbb";
    }""")
    found = "\n".join(_faults(visitor, axe))
    assert all(rule in found for rule in ("image-alt", "heading-order", "light: ", "color-contrast")), found


@pytest.mark.parametrize("who", PAGES)
def test_pages_break_no_rule(signed_in: Callable[..., Page], visitor: Page, axe: str, who: str) -> None:
    page = visitor if who == "visitor" else signed_in(who)
    found = []
    for path in PAGES[who]:
        answer = page.goto(path)
        if path != "/no-such-page" and (answer is None or not answer.ok):
            found.append(f"{path}: there is no such page, so nothing was looked at")
        found += _faults(page, axe)
    assert not found, "\n".join(found)


def test_the_page_of_somebody_in_the_console_breaks_no_rule(signed_in: Callable[..., Page], axe: str) -> None:
    grace = signed_in("grace")
    grace.goto("/organisations/mombasa-coast/console/people")
    grace.get_by_role("main").get_by_role("rowheader").get_by_role("link").first.click()
    grace.wait_for_url("**/console/people/*")
    found = _faults(grace, axe)
    assert not found, "\n".join(found)


def test_legal_documents_break_no_rule(chromium: Browser, axe: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On a site of its own, for from now on everybody there is asked."""
    with serving(tmp_path_factory.mktemp("legal")) as own:
        context = chromium.new_context(base_url=own.address, viewport=WIDE, reduced_motion="reduce")
        page, found = context.new_page(), []
        sign_in(page, "admin@demo.example", PASSWORD)
        page.goto("/admin/legal")
        page.get_by_label("Document", exact=True).select_option("terms")
        page.get_by_label("Title", exact=True).fill("Terms")
        page.get_by_label("Text", exact=True).fill("# Terms\n\nBe kind, and [look here](/about).")
        page.get_by_role("button", name="Publish").click()
        page.wait_for_url("**/legal/terms**")
        for path in ("/legal/accept", "/legal", "/legal/terms", "/settings/data"):
            answer = page.goto(path)
            assert answer is not None, path
            assert answer.ok, path
            found += _faults(page, axe)
        expect(page.get_by_role("main")).to_contain_text("Your data")
        context.close()
    assert not found, "\n".join(found)


def test_a_refused_form_breaks_no_rule(signed_in: Callable[..., Page], axe: str) -> None:
    mara = signed_in("mara")
    mara.goto("/ask/question")
    mara.get_by_label("Title").fill("Which colours do you use for the signs to the garden?")
    mara.get_by_label("Your question").fill("We paint them anew in spring and would like to choose well.")
    mara.get_by_label("Topics").fill("no such topic")
    mara.get_by_role("button", name="Publish the question").click()
    expect(mara.get_by_role("alert")).to_be_focused()
    found = _faults(mara, axe)
    assert not found, "\n".join(found)


def test_the_workbench_breaks_no_rule(signed_in: Callable[..., Page], axe: str) -> None:
    ruth = signed_in("ruth")
    ruth.goto("/kb/promote/8")
    ruth.get_by_role("button", name="Start the draft").click()
    ruth.wait_for_url("**/edit**")
    ruth.get_by_role("checkbox").first.check()
    ruth.get_by_role("button", name="Insert", exact=True).click()
    expect(ruth.get_by_role("list", name="Passages used here")).to_be_visible()
    ruth.get_by_label("Add a thread or case study").fill("video")
    ruth.get_by_role("button", name="Find").click()
    found = _faults(ruth, axe)
    ruth.get_by_role("button", name="Send to review").click()
    expect(ruth.get_by_role("alert")).to_be_visible()
    found += _faults(ruth, axe)
    assert not found, "\n".join(found)


def test_open_menus_and_suggestions_break_no_rule(signed_in: Callable[..., Page], axe: str) -> None:
    mara = signed_in("mara", viewport={"width": 360, "height": 740})
    mara.goto("/")
    mara.get_by_role("main").get_by_label("Search threads, practices and people").press_sequentially("reviews")
    mara.get_by_role("option").first.wait_for()
    found = _faults(mara, axe)
    mara.keyboard.press("Escape")
    mara.get_by_text("Your menu, Mara de Wit").locator("..").click()
    found += _faults(mara, axe)
    mara.goto("/search?q=youtube+nurses")
    mara.get_by_text("Filters", exact=True).click()
    found += _faults(mara, axe)
    assert not found, "\n".join(found)
