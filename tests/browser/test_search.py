"""Somebody looks for what was said in the past, before a meeting of the board."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window, fill_in_and_sign_in, tab_to
from tests.browser.served import PASSWORD

SECRET = "Which three numbers do you show your board?"


def _results(page: Page) -> Locator:
    return page.get_by_role("list", name="Results").get_by_role("listitem")


def _facet(page: Page, name: str) -> dict[str, int]:
    """Read what a filter offers, with its counts."""
    part = page.locator(".facet", has=page.get_by_role("heading", name=name, exact=True))
    found = [re.match(r"(.+?)\s*(\d+)\s+result", text) for text in part.get_by_role("link").all_text_contents()]
    return {one[1]: int(one[2]) for one in found if one}


def test_a_misspelt_search_is_corrected_and_narrowed(visitor: Page) -> None:
    visitor.goto("/")
    visitor.keyboard.press("/")
    visitor.keyboard.type("youtube recruting nurses")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/search?*")
    expect(visitor.get_by_text("Showing results for")).to_contain_text("youtube recruiting nurses")
    expect(visitor.get_by_role("link", name="Search instead for youtube recruting nurses")).to_be_visible()
    best = visitor.get_by_role("region", name="Best in each")
    for group in ("Case studies", "Threads"):
        expect(best.get_by_role("heading", name=group)).to_be_visible()
    expect(_results(visitor).first).to_contain_text("Has a YouTube series helped anybody in recruiting nurses?")
    assert "nurses" in [text.lower() for text in _results(visitor).first.locator("mark").all_inner_texts()]
    _narrow(visitor)


def _narrow(visitor: Page) -> None:
    """Each filter leads to an address of its own; every count is what one gets; chips take filters away."""
    before, total = _facet(visitor, "Platform"), _results(visitor).count()
    assert before["YouTube"] <= total
    country = _facet(visitor, "Country")["Netherlands"]
    tab_to(visitor, visitor.locator(".facet").get_by_role("link", name=re.compile("^Netherlands")), 200)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**country=NL*")
    expect(_results(visitor)).to_have_count(country)
    assert _facet(visitor, "Platform") != before
    visitor.locator(".facet").get_by_role("link", name=re.compile("^Solved")).click()
    visitor.wait_for_url("**is=solved*")
    chips = visitor.get_by_role("group", name="Filters that are on")
    expect(chips).to_contain_text("Solved")
    expect(_results(visitor)).to_have_count(1)
    shared = visitor.url
    visitor.context.clear_cookies()
    visitor.goto(shared)
    expect(chips.get_by_role("link")).to_have_count(2)
    chips.get_by_role("link").first.click()
    expect(chips.get_by_role("link")).to_have_count(1)
    chips.get_by_role("link").first.click()
    expect(_results(visitor)).to_have_count(total)


def test_the_exact_words_can_be_had(visitor: Page) -> None:
    visitor.goto("/search?q=youtube+recruting+nurses")
    visitor.get_by_role("link", name="Search instead for").click()
    visitor.wait_for_url("**exact=1*")
    assert visitor.get_by_text("Showing results for").count() == 0


def test_a_practice_comes_first_with_its_standing(visitor: Page) -> None:
    visitor.goto("/search?q=public+reviews")
    first = _results(visitor).first
    expect(first).to_contain_text("Practice")
    expect(first.get_by_role("heading")).to_have_text("Replying to public reviews")
    expect(first).to_contain_text("Verified")
    expect(first).to_contain_text("Experience")


def test_a_found_answer_leads_to_that_answer(visitor: Page) -> None:
    visitor.goto("/search?q=parking+complaints+signs")
    answer = _results(visitor).filter(has_text=re.compile("answer", re.IGNORECASE)).first
    expect(answer).to_contain_text("#5")
    expect(answer.locator("mark", has_text="parking")).to_be_visible()
    link = answer.get_by_role("heading").get_by_role("link")
    assert str(link.get_attribute("href")).endswith("#post-5")
    with visitor.expect_request("**/search/opened?q=parking*") as told:
        link.click()
    assert told.value.method == "POST"
    visitor.wait_for_url("**#post-5")
    expect(visitor.locator("#post-5:target")).to_be_in_viewport()
    expect(visitor.locator("#post-5")).to_contain_text("parking was 31 %")


def test_suggestions_come_while_typing(visitor: Page) -> None:
    visitor.goto("/search")
    box = visitor.get_by_role("search", name="Everything").get_by_role("combobox")
    box.press_sequentially("governing")
    visitor.get_by_role("option", name=re.compile("Governing sub-brand accounts")).wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    visitor.wait_for_url("**/kb/*")


def test_suggestions_are_a_list_one_can_walk_through_and_hear(visitor: Page) -> None:
    visitor.goto("/search")
    box = visitor.get_by_role("search", name="Everything").get_by_role("combobox")
    box.press_sequentially("you")
    options = visitor.get_by_role("option")
    options.first.wait_for()
    count = options.count()
    expect(visitor.locator("#live")).to_have_text(f"{count} Suggestions")
    assert box.get_attribute("aria-expanded") == "true"
    assert visitor.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    assert box.get_attribute("aria-activedescendant") is None
    for number in (0, 1):
        box.press("ArrowDown")
        chosen = visitor.locator(f"#{box.get_attribute('aria-activedescendant')}")
        expect(chosen).to_have_attribute("aria-selected", "true")
        assert chosen.inner_text() == options.nth(number).inner_text()
        expect(box).to_be_focused()
    box.press("ArrowUp")
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None, "from the first one gets back to the box"
    kinds = [text.split("\n")[-1].lower() for text in options.all_inner_texts()]
    assert "platform" in kinds
    assert {"question", "case study"} & set(kinds)
    box.press("Escape")
    expect(options.first).to_be_hidden()
    assert box.input_value() == "you"
    box.press("ArrowDown")
    options.first.wait_for()
    box.press("Tab")
    expect(options.first).to_be_hidden()


def test_what_one_searched_is_offered_again_and_goes_with_the_session(window: Window) -> None:
    page = window()
    page.goto("/sign-in?next=/search?q=visitors+keep+nothing")
    fill_in_and_sign_in(page, "nia@demo.example", PASSWORD)
    page.goto("/search")
    for words in ("night shift", "captions", "night shift"):
        form = page.get_by_role("search", name="Everything")
        box = form.locator("input[name=q]")
        box.focus()
        expect(form.get_by_role("combobox")).to_be_visible()
        box.fill(words)
        box.press("Enter")
        page.wait_for_url("**/search?q=*")
    page.goto("/about")
    page.keyboard.press("/")
    offered = page.get_by_role("option")
    expect(offered.first).to_contain_text("night shift")
    assert [text.split("\n")[0] for text in offered.all_inner_texts()] == [
        "night shift", "captions", "Forget what I searched",
    ]  # fmt: skip
    expect(offered.first).to_contain_text("Searched before", ignore_case=True)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=night+shift")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    expect(page.locator("html[data-ready]")).to_be_attached()
    assert page.evaluate("localStorage.getItem('searches')") is None
    page.keyboard.press("/")
    page.keyboard.type("visitors keep nothing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=visitors*")
    assert page.evaluate("localStorage.getItem('searches')") is None


def test_a_thread_is_searched_from_its_page(visitor: Page) -> None:
    visitor.goto("/t/1")
    box = visitor.get_by_role("searchbox", name="Search in this thread")
    tab_to(visitor, box)
    visitor.keyboard.type("parking signs")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/search?in=1&q=parking+signs")
    chip = visitor.get_by_role("group", name="Filters that are on")
    expect(chip).to_contain_text("In: Replying to negative reviews")
    expect(_results(visitor)).to_have_count(1)
    link = _results(visitor).first.get_by_role("heading").get_by_role("link")
    expect(link).to_have_text("Answer #5")
    link.click()
    visitor.wait_for_url("**#post-5")
    visitor.go_back()
    chip.get_by_role("link").click()
    visitor.wait_for_url(lambda url: "in=1" not in url)
    assert _results(visitor).count() > 1


def test_other_words_for_the_same_are_found_and_can_be_refused(visitor: Page) -> None:
    visitor.goto("/search?q=subtitles")
    expect(visitor.get_by_text("Also searched: caption for subtitles")).to_be_visible()
    expect(_results(visitor).first).to_contain_text("Captions in five languages")
    visitor.get_by_role("link", name="Search only for what I typed").click()
    visitor.wait_for_url("**exact=1*")
    expect(visitor.get_by_role("heading", name="Nothing found for “subtitles”")).to_be_visible()


def test_an_empty_search_helps_and_leads_to_asking(visitor: Page) -> None:
    visitor.goto("/search?q=zzzqqq")
    expect(visitor.get_by_role("heading", name="Nothing found for “zzzqqq”")).to_be_visible()
    expect(visitor.get_by_role("link", name="How to search").first).to_be_visible()
    visitor.get_by_role("link", name="Ask this question").click()
    visitor.wait_for_url("**/sign-in**")
    fill_in_and_sign_in(visitor, "mara@demo.example", PASSWORD)
    expect(visitor.get_by_label("Title")).to_have_value("zzzqqq")


def test_with_filters_an_empty_search_says_what_else_there_is(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    mara.goto("/search?q=recruiting&platform=YouTube&is=overdue")
    expect(mara.get_by_role("link", name=re.compile("Without the filters there"))).to_be_visible()
    who = mara.locator("section", has=mara.get_by_role("heading", name="Who may know"))
    expect(who.get_by_role("link", name="Lotte Verhagen")).to_be_visible()


def test_what_is_for_members_is_in_no_title_and_no_count(visitor: Page, signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    query = "/search?q=three+numbers+board&all=1"
    counts = []
    for page in (mara, visitor):
        page.goto("/search?platform=LinkedIn&type=question")
        counts.append(int(page.get_by_role("heading", name=re.compile(r"\d+ results?$")).inner_text().split()[0]))
        page.goto(query)
    assert counts[0] == counts[1] + 1
    expect(mara.get_by_role("main")).to_contain_text(SECRET)
    for path in (
        query,
        "/",
        "/?tab=unanswered",
        "/questions",
        "/topics/metrics",
        "/people/mara",
        "/platforms/linkedin",
    ):
        visitor.goto(path)
        assert SECRET not in visitor.content(), path
    for path in ("/sitemap.xml", "/feeds/latest.atom", "/search/suggest?q=which+three", "/api/v1/threads?limit=100"):
        answer = visitor.request.get(path)
        assert answer.ok, path
        assert "three numbers" not in answer.text(), path
    assert visitor.request.get("/t/9").status == 404
