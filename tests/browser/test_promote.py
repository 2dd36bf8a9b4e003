"""An editor makes a practice of a discussion; a second person reviews it; everybody who helped is told."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.served import Served, text_of, wait_for

THREAD = "Show us your consent form for patient stories"
SECOND = "WhatsApp for appointment reminders"
CASE = "Night shift on camera"
TITLE = "One page of consent for patient stories"
PASSAGE = "Keep the form with an end date."
STEP = "Ask for consent on one page, with an end date."


def test_an_editor_promotes_a_discussion(signed_in: Callable[..., Page], visitor: Page, served: Served) -> None:
    ruth, tomasz = signed_in("ruth"), signed_in("tomasz")
    _desk(ruth)
    number = _start(ruth)
    _insert_a_passage(ruth)
    _add_sources(ruth)
    _see_contributors(ruth)
    _evidence_has_a_ceiling(ruth, number)
    _nothing_is_sent_without_privacy(ruth)
    _send(ruth)
    _the_author_cannot_approve(ruth, number, served)
    _review(tomasz, number)
    _edit_again(ruth, number)
    article = _approve(tomasz, number)
    _read(visitor, article)
    _everybody_knows(signed_in, visitor, article, served)
    _what_is_kept(visitor, article, number)


def _lane(page: Page, name: str) -> Locator:
    return page.locator("section.lane", has=page.get_by_role("heading", name=re.compile(f"^{name}")))


def _desk(ruth: Page) -> None:
    """The desk counts what waits; each number leads to its part."""
    ruth.goto("/")
    ruth.get_by_text("Your menu, Ruth Adeyemi").locator("..").click()
    ruth.get_by_role("link", name="Editor desk").click()
    expect(ruth.get_by_role("heading", level=1)).to_have_text("Editor desk")
    numbers = ruth.get_by_role("navigation", name="Numbers")
    for words in ("Nominated", "In review", "Due in 30 days", "Overdue or not verified", "Looked for in vain"):
        shown = numbers.get_by_role("link", name=re.compile(rf"^\d+ {words}"))
        number = int(shown.inner_text().split()[0])
        assert _lane(ruth, words).locator("li").count() <= number, words
    numbers.get_by_role("link", name=re.compile("Nominated$")).click()
    expect(ruth.get_by_role("heading", level=1)).to_have_text("Nominated")
    nominated = ruth.get_by_role("listitem").filter(has_text=THREAD)
    expect(nominated).to_contain_text("2 suggestions")
    nominated.get_by_role("link", name=THREAD).click()


def _start(ruth: Page) -> int:
    """From the thread to the workbench, with a title that people search for."""
    expect(ruth.get_by_role("heading", level=1)).to_have_text(THREAD)
    ruth.get_by_role("link", name="Promote").click()
    expect(ruth.get_by_role("heading", name="2 suggestions")).to_be_visible()
    expect(ruth.get_by_label("Title")).to_have_value(THREAD)
    ruth.get_by_label("Title").fill(TITLE)
    ruth.get_by_role("button", name="Start the draft").click()
    ruth.wait_for_url("**/kb/*/edit**")
    found = re.search(r"/kb/(\d+)/", ruth.url)
    assert found
    return int(found[1])


def _insert_a_passage(ruth: Page) -> None:
    """Ticked paragraphs become text with a link to their post; everything typed before is kept."""
    ruth.get_by_label("Summary").fill("Typed before anything was inserted.")
    answer = ruth.get_by_role("group", name=re.compile("Joel Carter"))
    answer.get_by_role("checkbox", name=re.compile(PASSAGE)).check()
    ruth.get_by_role("checkbox", name=re.compile("A nurse reads the page aloud")).check()
    ruth.get_by_label("Insert ticked in").select_option("steps")
    ruth.get_by_role("button", name="Insert", exact=True).click()
    expect(ruth.get_by_text("2 passages stand at the end of the section")).to_be_visible()
    steps = ruth.get_by_role("textbox", name="Steps")
    expect(steps).to_be_focused()
    assert PASSAGE in steps.input_value()
    assert "[#3](/t/" in steps.input_value()
    expect(ruth.get_by_label("Summary")).to_have_value("Typed before anything was inserted.")
    chips = ruth.get_by_role("list", name="Passages used here")
    expect(chips.get_by_role("link", name="#3 Joel Carter")).to_be_visible()


def _add_sources(ruth: Page) -> None:
    """Another thread and a case study, found by words; Enter does what the button says."""
    for words, title in ((SECOND, SECOND), ("night shift camera", CASE)):
        ruth.get_by_label("Add a thread or case study").fill(words)
        ruth.get_by_label("Add a thread or case study").press("Enter")
        ruth.get_by_role("button", name=re.compile(f"Add.*{title}")).click()
        expect(ruth.get_by_text("The thread is a source now.")).to_be_visible()
    expect(ruth.locator("ul.threads > li")).to_have_count(3)


def _see_contributors(ruth: Page) -> None:
    people = ruth.locator("#contributors")
    for name in ("Sophie Tremblay", "Joel Carter", "Grace Wanjiru", "Ruth Adeyemi"):
        expect(people.get_by_role("link", name=name)).to_be_visible()
    expect(people.get_by_role("link", name="Ana Ribeiro")).to_have_count(0)  # nothing was taken from her thread
    expect(people).to_contain_text("asked")
    expect(people).to_contain_text("edited")


def _evidence_has_a_ceiling(ruth: Page, number: int) -> None:
    """One organisation measured: more than suggestive is refused, in the form and behind it."""
    evidence = ruth.locator("#evidence")
    expect(evidence).to_contain_text("E3 Suggestive.")
    for grade in ("E1 Strong", "E2 Moderate"):
        expect(evidence.get_by_role("radio", name=re.compile(grade))).to_be_disabled()
    evidence.get_by_role("radio", name=re.compile("E3 Suggestive")).check()
    ruth.get_by_role("radio", name=re.compile("^Consider")).check()
    token = ruth.locator("input[name=edits]").get_attribute("value") or ""
    form = {"edits": token, "base": ruth.locator("input[name=base]").get_attribute("value") or ""}
    refused = ruth.request.post(
        f"/kb/{number}/edit", form=form | {"title": TITLE, "evidence": "E1", "do": "save"}, max_redirects=0
    )
    assert refused.status == 422
    assert "sources allow" in refused.text()


def _nothing_is_sent_without_privacy(ruth: Page) -> None:
    ruth.get_by_label("Summary").fill("One page, two boxes and an end date are enough; ask again after two years.")
    ruth.get_by_label("Why this grade").fill("One health system counted before and after.")
    ruth.get_by_label("Reviewer").select_option("tomasz")
    ruth.get_by_role("button", name="Send to review").click()
    summary = ruth.get_by_role("alert")
    expect(summary).to_contain_text("“Privacy and compliance” is empty.")
    expect(summary).to_be_focused()
    expect(ruth.get_by_label("Why this grade")).to_have_value("One health system counted before and after.")
    summary.get_by_role("link", name=re.compile("Privacy and compliance")).click()
    privacy = ruth.get_by_role("textbox", name="Privacy and compliance")
    expect(privacy).to_be_focused()
    privacy.fill("Keep the signed page apart from the recording.\n\nNever film a name on a door.")


def _send(ruth: Page) -> None:
    ruth.get_by_label("Reviewer").select_option("tomasz")
    ruth.get_by_role("button", name="Send to review").click()
    ruth.wait_for_url("**/review")
    expect(ruth.get_by_text("In review", exact=True)).to_be_visible()
    expect(ruth.get_by_text(re.compile(r"due \d+ \w+ \d{4}"))).to_be_visible()


def _the_author_cannot_approve(ruth: Page, number: int, served: Served) -> None:
    assert ruth.get_by_role("button", name="Approve").count() == 0
    act = {"decision": "approved"}
    direct = ruth.request.post(f"/kb/{number}/decide", form=act, headers={"Origin": served.address})
    assert direct.status == 403


def _review(tomasz: Page, number: int) -> None:
    """The reviewer is told, remarks on one paragraph and asks for changes."""

    _told(tomasz, "You were asked to review this.")
    tomasz.goto(f"/kb/{number}/review")
    paragraph = tomasz.locator(".paragraph").filter(has_text="Never film a name on a door.")
    paragraph.get_by_text("Comment", exact=True).click()
    paragraph.get_by_label("Comment on this paragraph").fill("And no whiteboard.")
    paragraph.get_by_role("button", name="Add comment").click()
    expect(tomasz.locator(".paragraph").filter(has_text="And no whiteboard.")).to_be_visible()
    tomasz.get_by_role("button", name="Ask for changes").click()
    expect(tomasz.get_by_role("alert")).to_be_visible()
    tomasz.get_by_label("Note").fill("Please answer the comment, and say how long.")
    tomasz.get_by_role("button", name="Ask for changes").click()
    expect(tomasz.get_by_text("The authors are told what you decided.")).to_be_visible()


def _told(page: Page, why: str) -> None:
    """Find the practice in somebody's inbox."""

    def told() -> bool | None:
        page.goto("/inbox")
        return page.get_by_role("listitem").filter(has_text=TITLE).filter(has_text=why).count() > 0 or None

    wait_for(told, 10)


def _edit_again(ruth: Page, number: int) -> None:
    ruth.goto(f"/kb/{number}/edit")
    expect(ruth.get_by_text("1 comment of the review is open.")).to_be_visible()
    expect(ruth.locator(".remark").filter(has_text="And no whiteboard.")).to_be_visible()
    ruth.locator(".remark").get_by_role("button", name="Done").click()
    expect(ruth.get_by_text("The comment is done.")).to_be_visible()
    privacy = ruth.get_by_role("textbox", name="Privacy and compliance")
    privacy.fill(privacy.input_value().replace("on a door.", "on a door or a whiteboard."))
    steps = ruth.get_by_role("textbox", name="Steps")
    steps.fill(f"1. {STEP}\n\n{steps.input_value()}")
    ruth.get_by_label("Reviewer").select_option("tomasz")
    ruth.get_by_role("button", name="Send to review").click()
    ruth.wait_for_url("**/review")


def _approve(tomasz: Page, number: int) -> str:
    """The reviewer sees what differs, and approves."""
    tomasz.goto(f"/kb/{number}/review")
    changed = tomasz.locator("details", has=tomasz.get_by_role("heading", name="Changed since it was last reviewed"))
    expect(changed.locator("ins").filter(has_text="whiteboard").first).to_be_visible()
    tomasz.get_by_role("button", name="Approve and publish").click()
    tomasz.wait_for_url(re.compile(r"/kb/\d+-"))
    expect(tomasz.get_by_text("Approved and published.")).to_be_visible()
    return tomasz.url


def _read(visitor: Page, article: str) -> None:
    visitor.goto(article)
    main = visitor.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(main.get_by_text("Version 1").first).to_be_visible()
    expect(main.get_by_text(re.compile(r"Verified until \d+ \w+ \d{4}")).first).to_be_visible()
    about = visitor.locator("section.card", has=visitor.get_by_role("heading", name="About this practice"))
    expect(about.get_by_role("link", name="Ruth Adeyemi")).to_be_visible()
    expect(main.get_by_text(STEP)).to_be_visible()
    main.locator(".prose").get_by_role("link", name="#3", exact=True).first.click()
    visitor.wait_for_url("**#post-3")
    expect(visitor.locator("#post-3:target")).to_contain_text(PASSAGE)


def _everybody_knows(signed_in: Callable[..., Page], visitor: Page, article: str, served: Served) -> None:
    """The thread says so, the nominator is told by notice and letter, search has the practice first."""
    banner = visitor.get_by_role("complementary", name="Distilled into a practice")
    expect(banner.get_by_role("link", name=TITLE)).to_be_visible()
    mara, grace = signed_in("mara"), signed_in("grace")
    _told(grace, "It rests on what you wrote.")
    _told(mara, "You suggested it.")
    assert TITLE in text_of(served.letter("mara@demo.example", TITLE))
    mara.goto("/search?q=consent+patient+stories")
    first = mara.get_by_role("list", name="Results").get_by_role("listitem").first
    expect(first.get_by_role("heading")).to_have_text(TITLE)
    assert article.endswith(str(first.get_by_role("heading").get_by_role("link").get_attribute("href")))


def _what_is_kept(visitor: Page, article: str, number: int) -> None:
    """The history lists the version, the old address leads on, every way out names the sources."""
    visitor.goto(f"/kb/{number}/history")
    expect(visitor.get_by_text("1 version", exact=True)).to_be_visible()
    expect(visitor.get_by_role("cell", name="Tomasz Nowak")).to_be_visible()
    visitor.goto(f"/kb/{number}/edit")
    visitor.wait_for_url(article)
    twin = visitor.request.get(f"{article}.json").json()
    assert {THREAD} < {source["title"] for source in twin["sources"]}
    markdown = visitor.request.get(f"{article}.md").text()
    for title in (THREAD, SECOND, CASE):
        assert title in markdown, title
