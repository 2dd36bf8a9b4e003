"""Practices are kept true: confirmed together, checked again when the ground moves, ended, and looked after."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import tab_to
from tests.browser.served import Served, text_of, wait_for

Window = Callable[..., Page]

ACCOUNTS = "Governing sub-brand accounts"
TOOLS = "Choosing a tool that plans posts"
DAILY = "Short videos every day"
NIGHTS = "Messages on social media at night"
SOURCE = "Sub-brand accounts: who decides which department may have its own?"
STEP = "Ask four questions of each, and write the answers down."
REASON = "The platform takes no more videos of hospitals."


def test_practices_are_kept_true(signed_in: Window, visitor: Page, served: Served) -> None:
    ruth, tomasz = signed_in("ruth"), signed_in("tomasz")
    _what_is_due(ruth)
    _nothing_is_confirmed_without_a_word(ruth)
    _several_are_confirmed(ruth)
    _the_author_of_a_source_edits_a_number(signed_in("nia"), ruth)
    number = _the_editor_sees_what_differs(ruth, visitor)
    _the_editor_changes_the_advice(ruth, number)
    _two_others_approve(tomasz, signed_in("admin"), visitor, number)
    _those_who_use_it_are_told(signed_in("grace"), signed_in("mara"), served)
    _a_platform_changes(tomasz)
    old = _the_editor_ends_it(ruth)
    _readers_are_led_on(visitor, old)
    _a_row_is_given(tomasz, ruth)
    _a_deputy_stands_in(ruth, tomasz)


def _rows(page: Page) -> Locator:
    return page.get_by_role("region", name="Due in 30 days").get_by_role("row")


def _what_is_due(ruth: Page) -> None:
    """What is read most and was checked longest ago stands first, and the page says so."""
    ruth.goto("/desk")
    numbers = ruth.get_by_role("navigation", name="Numbers")
    tab_to(ruth, numbers.get_by_role("link", name=re.compile("Due in 30 days$")))
    ruth.keyboard.press("Enter")
    expect(ruth.get_by_role("heading", level=1)).to_have_text("Due in 30 days")
    expect(ruth.get_by_text("Most read and longest unchecked first")).to_be_visible()
    assert _rows(ruth).get_by_role("rowheader").all_inner_texts()[:3] == [ACCOUNTS, TOOLS, DAILY]
    assert _rows(ruth).filter(has_text=TOOLS).get_by_role("cell", name=re.compile(r"^(8[4-9]|9\d)$")).count() == 1


def _nothing_is_confirmed_without_a_word(ruth: Page) -> None:
    for title in (ACCOUNTS, TOOLS):
        tab_to(ruth, ruth.get_by_role("checkbox", name=title))
        ruth.keyboard.press("Space")
    tab_to(ruth, ruth.get_by_role("button", name="Still true"))
    ruth.keyboard.press("Enter")
    summary = ruth.get_by_role("alert")
    expect(summary).to_contain_text("Please say what you checked, or tick that you checked the sources.")
    for title, ticked in ((ACCOUNTS, True), (TOOLS, True), (DAILY, False)):
        expect(ruth.get_by_role("checkbox", name=title)).to_be_checked(checked=ticked)


def _several_are_confirmed(ruth: Page) -> None:
    """Each has a next day, and leaves the list."""
    tab_to(ruth, ruth.get_by_role("checkbox", name="I checked the sources"))
    ruth.keyboard.press("Space")
    tab_to(ruth, ruth.get_by_role("button", name="Still true"))
    ruth.keyboard.press("Enter")
    due = datetime.now(UTC) + timedelta(days=90)
    day = f"{due.day} {due:%b %Y}"
    expect(ruth.get_by_text(f"2 verified, next due {day}.")).to_be_visible()
    done = ruth.get_by_role("region", name="Verified just now").get_by_role("listitem")
    for title in (ACCOUNTS, TOOLS):
        expect(done.filter(has_text=title)).to_contain_text(f"next due {day}")
        expect(_rows(ruth).filter(has_text=title)).to_have_count(0)
    done.get_by_role("link", name=ACCOUNTS).click()
    expect(ruth.get_by_role("main").get_by_text(f"Verified until {day}").first).to_be_visible()


def _the_author_of_a_source_edits_a_number(nia: Page, ruth: Page) -> None:
    ruth.get_by_role("main").get_by_role("link", name=SOURCE).first.click()
    nia.goto(ruth.url)
    nia.get_by_role("link", name="Edit post 2", exact=True).click()
    text = nia.get_by_role("textbox", name="Text", exact=True)
    text.fill(text.input_value().replace("three questions", "four questions"))
    nia.get_by_label("Why you change it").fill("We ask one more since the summer.")
    nia.get_by_role("button", name="Save").click()
    expect(nia.locator("#post-2")).to_contain_text("four questions")


def _on_the_desk(page: Page, lane: str, title: str) -> Locator:
    """Wait until a row stands in a part of the desk."""
    row = page.get_by_role("listitem").filter(has_text=title)

    def there() -> bool | None:
        page.goto(f"/desk?lane={lane}")
        return row.count() > 0 or None

    wait_for(there, 20)
    return row


def _the_editor_sees_what_differs(ruth: Page, visitor: Page) -> int:
    """The cited passage and what stands there now, side by side; readers are warned meanwhile."""
    row = _on_the_desk(ruth, "changed", ACCOUNTS)
    expect(row).to_contain_text("Source changed")
    row.get_by_role("link", name=ACCOUNTS).click()
    expect(ruth.get_by_role("heading", level=1)).to_have_text("Check again")
    moved = ruth.get_by_role("region", name="Sources that changed")
    expect(moved.locator("del").first).to_contain_text("three")
    expect(moved.locator("ins").first).to_contain_text("four")
    found = re.search(r"/kb/(\d+)/", ruth.url)
    assert found
    visitor.goto(f"/kb/{found[1]}")
    expect(visitor.get_by_text("A source of this practice has changed.")).to_be_visible()
    return int(found[1])


def _the_editor_changes_the_advice(ruth: Page, number: int) -> None:
    tab_to(ruth, ruth.get_by_role("link", name="Begin a new version"))
    ruth.keyboard.press("Enter")
    ruth.get_by_role("radio", name=re.compile("Changes the advice")).check()
    ruth.get_by_role("button", name="Begin").click()
    ruth.wait_for_url(f"**/kb/{number}/edit**")
    steps = ruth.locator("textarea[name=steps]")
    steps.fill(f"1. {STEP}\n\n{steps.input_value()}")
    expect(ruth.get_by_role("radio", name=re.compile("hanges the advice"))).to_be_checked()
    ruth.get_by_label("Reviewer", exact=True).select_option("tomasz")
    ruth.get_by_label("Second reviewer").select_option("admin")
    ruth.get_by_role("button", name="Send to review").click()
    ruth.wait_for_url("**/review")
    expect(ruth.get_by_text("0 of 2 approvals are given")).to_be_visible()
    assert ruth.get_by_role("button", name=re.compile("^Approve")).count() == 0, "who wrote it does not decide"


def _two_others_approve(tomasz: Page, admin: Page, visitor: Page, number: int) -> None:
    """It is a policy: one approval leaves readers with the old version, marked; the second one publishes it."""
    tomasz.goto(f"/kb/{number}/review")
    expect(tomasz.locator("ins").filter(has_text="four questions").first).to_be_visible()
    tomasz.get_by_role("button", name="Approve", exact=True).click()
    visitor.goto(f"/kb/{number}")
    expect(visitor.get_by_text("A source of this practice has changed.")).to_be_visible()
    assert visitor.get_by_text(STEP).count() == 0
    admin.goto(f"/kb/{number}/review")
    expect(admin.get_by_text("1 of 2 approvals are given")).to_be_visible()
    admin.get_by_role("button", name="Approve and publish").click()
    admin.wait_for_url(re.compile(r"/kb/\d+-"))
    visitor.goto(f"/kb/{number}")
    expect(visitor.get_by_role("main").get_by_text(STEP)).to_be_visible()
    expect(visitor.get_by_role("main").get_by_text(re.compile("Verified until")).first).to_be_visible()
    assert visitor.get_by_text("A source of this practice has changed.").count() == 0


def _those_who_use_it_are_told(grace: Page, mara: Page, served: Served) -> None:
    """One line for each organisation: to its administrator, or to who said that they use it."""
    for page, words in (
        (grace, "Mombasa Coast General is trying this practice."),
        (mara, "Zuiderlicht Hospital plans to use this practice."),
    ):
        line = page.get_by_role("listitem").filter(has_text=ACCOUNTS).filter(has_text=words)
        _wait_for_notice(page, line)
        expect(line).to_have_count(1)
        expect(line).to_contain_text("Its advice has changed.")
    assert "Mombasa Coast General is trying this practice." in text_of(served.letter("grace@demo.example", ACCOUNTS))


def _wait_for_notice(page: Page, line: Locator) -> None:
    def told() -> bool | None:
        page.goto("/inbox")
        return line.count() > 0 or None

    wait_for(told, 20)


def _a_platform_changes(tomasz: Page) -> None:
    tomasz.goto("/platforms/tiktok/changes")
    tomasz.get_by_label("Day").fill(datetime.now(UTC).date().isoformat())
    tomasz.get_by_label("What changed").fill("Accounts of hospitals are closed")
    tomasz.get_by_role("button", name="Write it down").click()
    expect(tomasz.get_by_text("Accounts of hospitals are closed")).to_be_visible()


def _the_editor_ends_it(ruth: Page) -> str:
    row = _on_the_desk(ruth, "changed", DAILY)
    expect(row).to_contain_text("Platform changed")
    row.get_by_role("link", name=DAILY).click()
    expect(ruth.get_by_role("region", name="Platforms that changed")).to_contain_text(
        "Accounts of hospitals are closed"
    )
    ruth.get_by_role("link", name="Obsolete or retire").click()
    other = ruth.request.get("/api/v1/articles").json()["articles"]
    address = next(one["url"] for one in other if one["title"] == TOOLS)
    ruth.get_by_role("radio", name=re.compile("Mark it obsolete")).check()
    ruth.get_by_label("Reason").fill(REASON)
    ruth.get_by_label("Read instead").fill(address)
    ruth.get_by_role("button", name="Save").click()
    ruth.wait_for_url(re.compile(r"/kb/\d+-"))
    return ruth.url


def _readers_are_led_on(visitor: Page, old: str) -> None:
    """The old address says why and leads on; search shows it only to who asks for it."""
    visitor.goto(old)
    expect(visitor.get_by_role("heading", level=1)).to_have_text(DAILY)
    note = visitor.get_by_role("main").locator(".note").filter(has_text="This practice is obsolete.")
    expect(note).to_contain_text(REASON)
    note.get_by_role("link", name=TOOLS).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TOOLS)
    found = visitor.get_by_role("list", name="Results").get_by_role("listitem").filter(has_text=DAILY)

    def asked_for() -> bool | None:
        visitor.goto("/search?q=short+videos+every+day+is:obsolete")
        return found.count() > 0 or None

    wait_for(asked_for, 20)
    visitor.goto("/search?q=short+videos+every+day")
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    assert found.count() == 0


def _a_row_is_given(tomasz: Page, ruth: Page) -> None:
    """By keyboard: unfold, choose, give. Who gets it is told by whom, and others see who has it."""
    tomasz.goto("/desk?lane=overdue")
    row = tomasz.get_by_role("row").filter(has_text=NIGHTS)
    tab_to(tomasz, row.locator("summary"))
    tomasz.keyboard.press("Enter")
    row.get_by_label("Who takes care of it").select_option("ruth")
    tab_to(tomasz, row.get_by_role("button", name="Assign"))
    tomasz.keyboard.press("Enter")
    expect(tomasz.get_by_text("Ruth Adeyemi has it now, and is told.")).to_be_visible()
    expect(row).to_contain_text("Taken on by Ruth Adeyemi")
    whose = tomasz.get_by_role("navigation", name="Whose rows are shown")
    for words, number in (("Nobody's", 0), ("Everybody's", 1)):
        whose.get_by_role("link", name=words).click()
        expect(whose.get_by_role("link", name=words)).to_have_attribute("aria-current", "true")
        expect(row).to_have_count(number)
    _wait_for_notice(ruth, ruth.get_by_role("listitem").filter(has_text="Tomasz Nowak gave you this."))
    ruth.goto("/desk?lane=mine")
    expect(ruth.get_by_role("listitem").filter(has_text=NIGHTS)).to_contain_text("given by Tomasz Nowak")


def _a_deputy_stands_in(ruth: Page, tomasz: Page) -> None:
    """For the holiday what waits goes to the deputy, and comes back afterwards."""
    waiting = tomasz.get_by_role("listitem").filter(has_text=NIGHTS)
    tomasz.goto("/desk?lane=mine")
    expect(waiting).to_have_count(0)
    ruth.goto("/desk")
    ruth.get_by_role("link", name="While you are away").click()
    ruth.get_by_label("Deputy").select_option("tomasz")
    ruth.get_by_label("Last day").fill((datetime.now(UTC) + timedelta(days=14)).date().isoformat())
    ruth.get_by_role("button", name="Let them stand in").click()
    expect(ruth.get_by_text(re.compile("Tomasz Nowak stands in for you until"))).to_be_visible()
    tomasz.goto("/desk?lane=mine")
    expect(waiting).to_have_count(1)
    ruth.get_by_role("button", name="I am back").click()
    expect(ruth.get_by_text("Welcome back.")).to_be_visible()
    tomasz.goto("/desk?lane=mine")
    expect(waiting).to_have_count(0)
