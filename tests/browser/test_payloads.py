"""Scripts put into every text field of every form, and every page that shows them opened in a real browser.

The browser is told to ignore the content security policy, so that only what the pages write holds scripts back.
With COMMONPLACE_HOSTILE=full everything is filled in many times over.
"""

import os
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.served import PASSWORD, Served, serving
from tests.browser.stuffing import Pool, Stuffer
from tests.made_files import picture
from tests.members.outline import faults_of

ROUNDS: Final = 10 if os.environ.get("COMMONPLACE_HOSTILE") == "full" else 1
# Fields that may take what the site knows already, names or addresses only: what they refuse is shown once.
MAY_REFUSE: Final = {
    f"{form} {name}"
    for form, names in {
        "/join": "name",
        "/ask/question": "platforms tags",
        "/ask/discussion": "platforms tags",
        "/ask/case-study": "platforms tags",
        "/ask/announcement": "platforms",
        "/settings/profile": "name languages topics",
        "/t/0/labels": "platforms tags",
        "/t/0/move": "platforms tags",
        "/kb/0/edit": "owner platforms",
        "/kb/0/retire": "replaced_by",
        "/admin/regions/new": "countries languages",
        "/admin/regions/0": "countries languages",
        "/admin/organisations/new": "domains languages website",
        "/admin/organisations/0": "domains languages website",
        "/organisations/x/edit": "languages website",
        "/topics/x/place": "parent",
        "/collections/0/edit": "address",
    }.items()
    for name in names.split()
}
LISTS: Final = (
    "/", "/latest", "/questions", "/case-studies", "/discussions", "/announcements", "/practices", "/people", "/topics",
    "/platforms", "/organisations", "/regions", "/dev/mail", "/dev/mail/1", "/desk", "/desk?lane=nominated", "/admin",
    "/case-studies/metrics", "/case-studies/metrics/side-by-side",
    "/admin/people", "/admin/journal", "/admin/organisations", "/inbox", "/drafts", "/bookmarks", "/settings/tokens",
    "/settings/watching", "/moderate/masks", "/settings/masks",
)  # fmt: skip
# Reaches every element as a hand could, short of pressing it; returns the kinds of addresses that links lead to.
TOUCH: Final = """() => {
  const kinds = new Set();
  for (const one of document.querySelectorAll("body *")) {
    for (const name of ["href", "action", "formAction", "src", "data"]) {
      if (typeof one[name] === "string" && one.hasAttribute(name)) kinds.add(new URL(one[name], location).protocol);
    }
    for (const name of ["mouseover", "pointerenter", "focus", "focusin", "toggle", "error", "load"])
      one.dispatchEvent(new Event(name, { bubbles: true }));
  }
  return [...kinds];
}"""


@pytest.fixture(scope="module")
def struck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a site of its own: nobody could use it afterwards."""
    with serving(tmp_path_factory.mktemp("struck")) as running:
        yield running
    assert "request failed" not in running.log.read_text(), running.log.read_text()


def test_no_field_takes_a_script_to_a_page(struck: Served, chromium: Browser) -> None:
    pool = Pool()
    people = {who: _enter(struck, who, pool) for who in ("visitor", "mara", "grace", "ruth", "tomasz", "nia", "admin")}
    try:
        _strike_and_look(people, struck, chromium)
    finally:
        for one in people.values():
            one.client.close()
    assert pool.given > 3_000


def _strike_and_look(people: dict[str, Stuffer], struck: Served, chromium: Browser) -> None:
    for turn in range(ROUNDS):
        _strike(people, turn)
        assert all(not one.met - one.taken - MAY_REFUSE for one in people.values()), [
            sorted(one.met - one.taken - MAY_REFUSE) for one in people.values()
        ]
        _look(people, struck, chromium)
    taken = set[str]().union(*(one.taken for one in people.values()))
    assert len(taken) > 70, sorted(taken)
    for path in ("/feeds/latest.atom", "/sitemap.xml"):
        ElementTree.fromstring(people["visitor"].client.get(path).text)


def _enter(site: Served, who: str, pool: Pool) -> Stuffer:
    client = httpx2.Client(base_url=site.address, timeout=60, headers={"Origin": site.address})
    if who != "visitor":
        form = {"email": f"{who}@demo.example", "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303
    return Stuffer(client, pool)


def _strike(people: dict[str, Stuffer], turn: int) -> None:
    people["visitor"].stuff("/join", email=f"new{turn}@zuiderlicht.example")
    thread = _threads(people)
    for path in ("/settings/profile", "/settings/tokens", f"/kb/nominate/{thread}"):
        people["mara"].stuff(path)
    _masked(people)
    _files(people, thread)
    _practice(people, thread)
    for path in ("/topics/governance/edit", "/ask/announcement"):
        people["ruth"].stuff(path)
    people["ruth"].stuff("/collections/new", state="published")
    people["ruth"].stuff("/collections/1/edit", do="add", address=f"https://elsewhere.example/{turn}")
    people["ruth"].pages |= dict.fromkeys(("/collections", "/collections/1", "/topics/governance", "/admin/topics"))
    people["grace"].stuff("/organisations/mombasa-coast/edit")
    for kind in ("regions", "platforms", "organisations"):
        people["admin"].stuff(f"/admin/{kind}/new")
        people["admin"].stuff(f"/admin/{kind}/{turn % 2 + 2}")
    _look_after(people["admin"], thread)
    people["admin"].stuff(f"/admin/people/{10 + turn % 4}", "suspend")  # who is suspended already has no such form


def _threads(people: dict[str, Stuffer]) -> int:
    """Ask, tell, share; answer, comment and edit; return the number of the question."""
    mara, grace = people["mara"], people["grace"]
    assert mara.stuff("/ask/discussion")
    case = _number(mara.stuff("/ask/case-study"))
    for path in ("case", "numbers"):
        mara.stuff(f"/t/{case}/{path}", path)
    people["ruth"].stuff(f"/t/{case}/evidence", "evidence")
    mara.pages[f"/t/{case}"] = None
    thread = _number(mara.stuff("/ask/question"))
    grace.stuff(f"/t/{thread}", "answer")
    mara.stuff(f"/t/{thread}", "answer")
    mara.stuff(f"/t/{thread}/posts/1/edit")
    mara.stuff(f"/t/{thread}/labels")
    grace.stuff(f"/t/{thread}/posts/2/edit")
    mara.pages[f"/t/{thread}/posts/1/history"] = None
    mara.stuff(f"/t/{thread}/posts/1/outdated")
    mara.pages.pop(f"/t/{thread}/posts/1/outdated")  # a page for nobody else
    mara.stuff(f"/t/{thread}/summary", "summary", upto="2")
    ruth = people["ruth"]  # an editor: she reads why a post was not useful
    grace.stuff(f"/t/{thread}/posts/1/doubt", reason="other")
    ruth.pages |= dict.fromkeys((f"/t/{thread}", f"/t/{thread}/posts/1/history"))
    mara.stuff(f"/bookmarks/at?target=thread&id={thread}")
    mara.pages.pop(mara.stuff("/bookmarks"), None)  # her own folder
    return thread


def _look_after(admin: Stuffer, thread: int) -> None:
    """Do everything to a thread that is done to whole ones, for reasons of every kind."""
    admin.stuff("/admin/categories/new")
    admin.stuff("/admin/categories/measuring")
    admin.stuff(f"/t/{thread}/closing", on="", quiet_days="30")
    admin.stuff(f"/t/{thread}/pin", until="")
    admin.stuff(f"/t/{thread}/convert", kind="discussion")
    admin.stuff(f"/t/{thread}/move", audience="public", sure="public")
    admin.stuff(f"/t/{thread}/split", posts="2", numbers="", to="", kind="question")
    admin.pages |= dict.fromkeys((f"/t/{thread}", f"/t/{thread}/changes", f"/t/{thread}/merge?into=1"))


def _masked(people: dict[str, Stuffer]) -> None:
    """Ask behind a mask, ask who it was, and decide."""
    mara, nia, admin = people["mara"], people["nia"], people["admin"]
    thread = _number(mara.stuff("/ask/question", written_as="mask"))
    nia.stuff(f"/t/{thread}/posts/1/unmask")
    admin.stuff("/moderate/masks", "decide", decision="approved")
    nia.pages |= dict.fromkeys((f"/t/{thread}", "/moderate/masks"))
    mara.pages |= dict.fromkeys((f"/t/{thread}", "/settings/masks"))


def _files(people: dict[str, Stuffer], thread: int) -> None:
    """Send pictures with payloads for names and words: one to be shown, a template, and two to be looked at."""
    mara, admin = people["mara"], people["admin"]
    for gate, reusable in (("none", "yes"), ("unsure", "no"), ("unsure", "no")):
        words = {"alt": mara.pool.fill(300, " "), "title": mara.pool.fill(160, " "), "gate": gate, "reusable": reusable}
        name = mara.pool.fill(120, " ")
        made = mara.client.post("/api/v1/uploads", files={"file": (name, picture())}, data=words)
        assert made.status_code == 201, made.text
        body = f"This is the picture. {made.json()['markdown']}"
        assert mara.client.post(f"/api/v1/threads/{thread}/posts", json={"body": body}).status_code == 201
    admin.stuff("/moderate/uploads", "refuse")
    mara.pages |= dict.fromkeys((f"/t/{thread}", "/resources"))
    admin.pages |= dict.fromkeys(("/moderate/uploads", "/resources"))


def _practice(people: dict[str, Stuffer], thread: int) -> None:
    """Promote the question, write, send, remark, ask for changes; and everything that befalls a published one."""
    ruth, tomasz = people["ruth"], people["tomasz"]
    article = _number(ruth.stuff(f"/kb/promote/{thread}"))
    for do in ("save", "find"):
        ruth.stuff(f"/kb/{article}/edit", do=do)
    ruth.stuff(f"/kb/{article}/edit", do="send", reviewer="tomasz", other_reviewer="", evidence="E4")
    tomasz.stuff(f"/kb/{article}/review", "comment")
    tomasz.stuff(f"/kb/{article}/review", "decide", decision="changes_requested")
    ruth.pages |= dict.fromkeys((f"/kb/{article}/review", f"/kb/{article}/history", f"/kb/{article}/sources"))
    ruth.stuff("/desk?lane=due", articles="2", checked="yes")
    ruth.stuff("/kb/1/revise")
    people["grace"].stuff("/kb/1/adoptions", "adopt")
    ruth.stuff("/kb/3/retire", state="obsolete")
    ruth.pages |= dict.fromkeys(("/kb/3", "/kb/1/edit", "/practices?state=obsolete"))


def _number(url: str) -> int:
    found = re.search(r"/(?:t|kb)/(\d+)", url)
    assert found, f"led to {url!r}"
    return int(found[1])


def _look(people: dict[str, Stuffer], site: Served, chromium: Browser) -> None:
    """Open everything as those who see it; the administrator looks through the lists."""
    people["admin"].pages |= dict.fromkeys((*LISTS, *_searches(), *_profiles(people["mara"])))
    faults: list[str] = []
    for who, person in people.items():
        context = chromium.new_context(base_url=site.address, bypass_csp=True)
        context.add_cookies([
            {"name": one.name, "value": str(one.value), "url": site.address} for one in person.client.cookies.jar
        ])  # fmt: skip
        _look_as(person, context.new_page(), site, faults)
        if who == "mara":
            _type(context.new_page(), faults)
        context.close()
    assert not faults, "\n".join(faults)


def _look_as(person: Stuffer, page: Page, site: Served, faults: list[str]) -> None:
    """Open the pages of one person, and the forms that came back to them."""

    def on_dialog(dialog: Any) -> None:
        faults.append(f"a dialog on {page.url}")
        dialog.dismiss()

    page.on("dialog", on_dialog)
    page.on("request", lambda request: faults.append(request.url) if _is_foreign(request, site) else None)
    for url in person.pages:
        _see(page, url, page.goto(url, wait_until="load"), faults)
    for html in dict.fromkeys(person.refusals):
        _see(page, "a refused form", _show(page, site, html), faults)
    person.pages.clear()
    person.refusals.clear()


def _searches() -> list[str]:
    words = ('"><img src=x onerror=window.fired=1>', "window fired", "javascript:window.fired=1", "'-window.fired=1-'")
    return [f"/search?q={quote(one)}" for one in words] + [f"/search?q=fired&author={quote(words[0])}"]


def _profiles(mara: Stuffer) -> list[str]:
    return ["/people/mara", "/people/grace", "/organisations/mombasa-coast", "/topics/governance", *mara.pages]


def _is_foreign(request: Any, site: Served) -> bool:
    parts = urlsplit(request.url)
    return parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != site.address


def _show(page: Page, site: Served, html: str) -> Any:
    """Show an answer to a form again, at an address of the site."""
    page.route("**/shown", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    answer = page.goto(f"{site.address}/shown", wait_until="load")
    page.unroute("**/shown")
    return answer


def _see(page: Page, what: str, answer: Any, faults: list[str]) -> None:
    """See that a page is whole and that nothing ran: at first, or when its elements are touched."""
    if not answer.ok:
        faults.append(f"{what} answers {answer.status}")
    faults += [f"{what}: {wrong}" for wrong in faults_of(answer.text())]
    kinds = set(page.evaluate(TOUCH))
    if page.evaluate("window.fired !== undefined"):
        faults.append(f"{what} ran a script")
    if not kinds <= {"http:", "https:", "mailto:", "tel:"}:
        faults.append(f"{what} leads to {kinds}")


def _type(page: Page, faults: list[str]) -> None:
    """See what scripts of the site draw: suggestions, similar threads, the preview of a text."""
    page.goto("/ask/question")
    for words in ("window fired img", "<img src=x onerror=window.fired=1>"):
        box = page.get_by_role("search", name="Site").locator("input[name=q]")
        box.press_sequentially(words)
        page.wait_for_timeout(400)
        page.get_by_label("Title").fill(f"{words} window.fired script")
        page.wait_for_timeout(700)
        page.evaluate(TOUCH)
    page.get_by_label("Your question").fill("<img src=x onerror=window.fired=1> [x](javascript:window.fired=1)")
    page.get_by_role("button", name="Preview").first.click()
    page.wait_for_timeout(400)
    page.evaluate(TOUCH)
    if page.evaluate("window.fired !== undefined"):
        faults.append("typing ran a script")
