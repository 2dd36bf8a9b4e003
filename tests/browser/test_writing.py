"""What one is writing: kept when the line is down, brought back, never written over."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

FIRST, SECOND = "Half a thought, saved on the server.", "A whole thought, written while the line was down."


def _reply(page: Page) -> None:
    page.goto("/t/9")
    page.wait_for_selector("html[data-ready]")


def test_a_text_written_offline_comes_back_over_the_older_one(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    _reply(mara)
    text, state = mara.locator("[data-quote-into]"), mara.locator("#reply [data-draft-state]")
    text.fill(FIRST)
    expect(state).to_contain_text("Saved ", timeout=20_000)
    mara.context.set_offline(True)
    text.fill(SECOND)
    expect(state).to_contain_text("Saved in this browser", timeout=20_000)
    mara.context.set_offline(False)
    _reply(mara)
    expect(text).to_have_value(SECOND)
    expect(state).to_contain_text("Saved ", timeout=20_000)
    _reply(mara)
    expect(text).to_have_value(SECOND)


def test_a_text_kept_here_waits_where_the_draft_was_changed_elsewhere(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("grace")
    _reply(mara)
    text, state = mara.locator("[data-quote-into]"), mara.locator("#reply [data-draft-state]")
    mara.context.set_offline(True)
    text.fill(SECOND)
    expect(state).to_contain_text("Saved in this browser", timeout=20_000)
    mara.context.set_offline(False)
    mara.evaluate(
        "text => fetch('/drafts/save?place=reply.9', {method: 'POST', body: new URLSearchParams({body: text})})", FIRST
    )
    _reply(mara)
    expect(text).to_have_value(FIRST)
    take = mara.get_by_role("button", name="Take the text kept in this browser")
    take.click()
    expect(text).to_have_value(SECOND)
    expect(take).to_have_count(0)
    expect(state).to_contain_text("Saved ", timeout=20_000)


def test_publishing_while_the_line_is_down_loses_nothing(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    mara.goto("/ask/discussion")
    mara.wait_for_selector("html[data-ready]")
    mara.get_by_label("Title").fill("Who has a lift that sends letters?")
    text = mara.get_by_label("Text", exact=True)
    text.fill(SECOND)
    mara.context.set_offline(True)
    publish = mara.get_by_role("button", name="Publish the discussion")
    publish.click()
    state = mara.locator("[data-draft-state]")
    expect(state).to_contain_text("Not reachable. Saved in this browser")
    expect(text).to_have_value(SECOND)
    mara.context.set_offline(False)
    publish.click()
    expect(mara.get_by_role("heading", name="Who has a lift", level=1)).to_be_visible()


def test_a_long_text_in_any_script_is_saved_on_the_server(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    mara.goto("/ask/discussion")
    mara.wait_for_selector("html[data-ready]")
    mara.get_by_label("Text", exact=True).fill("больница " * 2_500)
    expect(mara.locator("[data-draft-state]")).to_have_text(re.compile(r"^Saved \d"), timeout=20_000)


def test_posts_are_quoted_one_after_the_other_and_a_template_only_fills_an_empty_text(
    signed_in: Callable[..., Page],
) -> None:
    mara = signed_in("tomasz")
    _reply(mara)
    text = mara.locator("[data-quote-into]")
    quote = mara.get_by_role("button", name="Quote post 1")
    quote.click()
    expect(text).not_to_have_value("")
    once = text.input_value()
    quote.click()
    expect(text).not_to_have_value(once)
    assert text.input_value().startswith(once.rstrip())
    mara.goto("/ask/question")
    mara.wait_for_selector("html[data-ready]")
    mara.get_by_label("Title").fill("What do others count?")
    category, body = mara.get_by_label("Category"), mara.get_by_label("Your question")
    category.select_option("measuring")
    assert body.input_value().startswith("**The decision it should serve**")
    category.select_option("crisis-and-service")
    assert body.input_value().startswith("**What happened")
    body.fill("My own words.")
    category.select_option("measuring")
    expect(body).to_have_value("My own words.")
    expect(mara.locator("[data-hint]")).to_contain_text("Say what you count now")
