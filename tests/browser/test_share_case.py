"""A clinician shares a case study: ten sections, measurements, a mixed result; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import tab_to

TEXT = "Long enough to say what happened, and short enough to be read."


def _fill_in(page: Page, title: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Summary").fill("We sent reminders by text message, and fewer people stayed away.")
    page.get_by_label("What was the problem?").fill(TEXT)
    page.get_by_label("What did you do?").fill(TEXT)
    row = page.get_by_role("group", name=re.compile("Measurement 1"))
    for label, value in (
        ("What was measured", "Appointment no-shows"), ("Before", "11.2"), ("After", "8,9"), ("Unit", "%"),
        ("Cases (n)", "14,210"), ("Period", "Jan–Jun 2026"), ("Source", "scheduling system"),
    ):  # fmt: skip
        row.get_by_label(label).fill(value)
    row.get_by_label("Compared").select_option("before_after")
    page.get_by_label("Mixed").check()
    page.get_by_label("Yes, with changes").check()
    page.get_by_label("What did you learn?").fill(TEXT)
    page.get_by_role("group", name=re.compile("Did anybody outside pay")).get_by_label("No").check()
    page.get_by_role("group", name=re.compile("ties to a vendor")).get_by_label("Yes").check()


def _is_saved(page: Page) -> None:
    """Wait for the draft, which is sent five seconds after a change."""
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible(timeout=15_000)


def _is_shown(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    main = page.get_by_role("main")
    for words in ("Mixed result", "A box of phones.", "Appointment no-shows", "11.2", "8.9", "−21", "14\u202f210"):
        expect(main.get_by_text(words).first).to_be_visible()
    # The numbers stand right below the summary.
    texts = main.locator("h3, .body > p").all_inner_texts()
    assert texts[:3] == [
        "We sent reminders by text message, and fewer people stayed away.",
        "Measured results",
        "The problem",
    ]
    page.goto("/case-studies?direction=mixed&sort=new")
    row = page.locator(".feed > li", has_text=title)
    expect(row.locator(".key")).to_have_text("Appointment no-shows: 11.2 → 8.9\u00a0%")


def test_a_case_study_grows_while_one_writes(signed_in: Callable[..., Page]) -> None:
    page, title = signed_in("mara"), "Reminders by text message against no-shows"
    page.goto("/ask/case-study")
    progress = page.locator("#progress")
    expect(progress.get_by_text("0 of 10 done")).to_be_visible()
    _fill_in(page, title)
    expect(progress.get_by_text("7 of 10 done")).to_be_visible()
    expect(progress.locator("li.done")).to_have_count(7)
    _is_saved(page)
    page.get_by_role("button", name="Add row").click()
    expect(page.get_by_role("group", name=re.compile(r"Measurement \d"))).to_have_count(2)

    page.get_by_role("button", name="Publish the case study").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Please say which ties you have to a vendor.")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Appointment", exact=False).or_(page.locator("#f-metrics-0-name"))).to_have_value(
        "Appointment no-shows"
    )
    summary.get_by_role("link").click()
    expect(page.get_by_label("Which ties")).to_be_focused()
    page.keyboard.type("A box of phones.")
    page.get_by_role("button", name="Publish the case study").click()
    page.wait_for_url("**/t/*")
    _is_shown(page, title)


def _go(page: Page, wanted: Locator, words: str = "") -> None:
    """Reach a field with Tab and type into it."""
    tab_to(page, wanted)
    page.keyboard.type(words)


def test_a_case_study_by_keyboard_alone(signed_in: Callable[..., Page]) -> None:
    page, title = signed_in("mara"), "Reminders by pigeon against no-shows"
    page.goto("/ask/case-study")
    _go(page, page.get_by_label("Title"), title)
    _go(page, page.get_by_label("Summary"), "We sent reminders by pigeon, and fewer people stayed away.")
    for label in ("What was the problem?", "What did you do?"):
        _go(page, page.get_by_label(label), TEXT)
    for key, value in (("name", "Appointment no-shows"), ("baseline", "11.2"), ("result", "8,9"), ("unit", "%")):
        _go(page, page.locator(f"#f-metrics-0-{key}"), value)
    tab_to(page, page.locator("#f-metrics-0-comparison"))
    page.keyboard.press("ArrowDown")
    # One row more, and away again: the focus goes where one works on.
    tab_to(page, page.get_by_role("button", name="Add row"))
    page.keyboard.press("Enter")
    expect(page.locator("#f-metrics-1-name")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Remove measurement 2"))
    page.keyboard.press("Enter")
    expect(page.locator("#f-metrics-0-name")).to_be_focused()
    expect(page.get_by_role("group", name=re.compile(r"Measurement \d"))).to_have_count(1)
    tab_to(page, page.locator("input[name=direction]").first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("It did not work")).to_be_checked()
    _go(page, page.get_by_label("What did you learn?"), TEXT)
    for name in ("sponsored", "vendor_tie"):
        tab_to(page, page.locator(f"input[name={name}]").first)
        page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Publish the case study"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/*")
    main = page.get_by_role("main")
    for words in ("Shared what did not work", "no sponsorship, no vendor tie", "21 % less", "What would raise it:"):
        expect(main.get_by_text(words).first).to_be_visible()
    tab_to(page, main.get_by_role("link", name="Appointment no-shows"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Appointment no-shows")
    expect(page.get_by_role("link", name=title).first).to_be_visible()


def test_two_windows_change_the_same_numbers(signed_in: Callable[..., Page]) -> None:
    page = signed_in("mara", java_script_enabled=False)
    page.goto("/ask/case-study")
    _fill_in(page, "Reminders by drum against no-shows")
    page.get_by_label("Which ties").fill("A drum.")
    page.get_by_role("button", name="Publish the case study").click()
    page.get_by_role("link", name="New numbers").click()
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#f-metrics-0-result").fill("7.5")
    page.get_by_label("What is new").fill("Measured again")
    page.get_by_role("button", name="Save the new numbers").click()
    expect(page.get_by_text("Updated", exact=False).first).to_be_visible()
    other.get_by_label("It worked").check()
    other.get_by_label("What is new").fill("It works by now")
    other.get_by_role("button", name="Save the new numbers").click()
    expect(other.get_by_text("You changed different places")).to_be_visible()
    expect(other.locator("#f-metrics-0-result")).to_have_value("7.5")
    expect(other.get_by_label("It worked")).to_be_checked()
    other.get_by_role("button", name="Save the new numbers").click()
    other.get_by_role("link", name="New numbers").click()
    for words in ("Measured again", "It works by now", "11.2 → 8.9 %"):
        expect(other.get_by_text(words).first).to_be_visible()


def test_the_same_without_scripts(signed_in: Callable[..., Page]) -> None:
    page, title = signed_in("mara", java_script_enabled=False), "Reminders by letter against no-shows"
    page.goto("/ask/case-study")
    rows = page.get_by_role("group", name=re.compile(r"Measurement \d"))
    expect(rows).to_have_count(1)
    _fill_in(page, title)
    page.get_by_role("button", name="Add row").click()
    expect(rows).to_have_count(2)
    expect(page.locator("#f-metrics-0-name")).to_have_value("Appointment no-shows")
    expect(page.locator("#progress").get_by_text("7 of 10 done")).to_be_visible()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    page.goto("/drafts")
    page.get_by_role("link", name=title).click()
    page.get_by_label("Which ties").fill("A box of phones.")
    # What few need is folded away until one asks for it, and stays open once it is filled in.
    expect(page.get_by_label("Keeping it going")).to_be_hidden()
    page.get_by_text("Getting started, keeping it going").click()
    page.get_by_label("Keeping it going").fill("Two hours a month.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name=title)).to_contain_text("The problem")
    expect(page.get_by_label("Keeping it going")).to_have_value("Two hours a month.")
    expect(page.get_by_label("Keeping it going")).to_be_visible()
    page.get_by_role("button", name="Publish the case study").click()
    _is_shown(page, title)
    page.goto("/drafts")
    expect(page.get_by_text(title)).to_have_count(0)


def test_two_windows_lose_nothing(signed_in: Callable[..., Page]) -> None:
    page = signed_in("mara")
    page.goto("/ask/discussion")
    page.get_by_label("Title").fill("Written in two windows at once")
    _is_saved(page)
    other = page.context.new_page()
    other.goto("/drafts")
    other.get_by_role("link", name="Written in two windows at once").click()
    other.get_by_label("Text", exact=True).fill("The text of the second window.")
    _is_saved(other)
    page.get_by_label("Text", exact=True).fill("The text of the first window.")
    expect(page.get_by_text("Changed in another window")).to_be_visible(timeout=15_000)
    page.goto("/drafts")
    expect(page.get_by_role("link", name="Written in two windows at once")).to_have_count(2)
    for _ in range(2):
        page.locator("li", has_text="Written in two windows").first.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_text("The draft is deleted.")).to_be_visible()


@pytest.mark.parametrize("path", ["/ask", "/ask/question", "/ask/case-study", "/questions", "/platforms", "/topics"])
def test_nothing_overflows_on_a_small_phone(signed_in: Callable[..., Page], path: str) -> None:
    page = signed_in("mara", viewport={"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
