"""A clinician shares a case study: ten sections, measurements, a mixed result; with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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
