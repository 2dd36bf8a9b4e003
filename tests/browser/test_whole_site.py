"""Every link of the site, followed as a visitor, a member, an editor and an administrator."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.crawl import shape_of, visit_as
from tests.browser.served import Served

# Pages that must have been seen, so that a crawl that stops early does not pass.
SEEN = {
    "visitor": {"/practices?", "/t/0?", "/kb/0?", "/people/x?", "/search?q", "/join?", "/platforms/x?", "/api?"},
    "mara": {"/inbox?", "/drafts?", "/settings/profile?", "/people?", "/kb/nominate/0?", "/ask/case-study?"},
    "ruth": {"/desk?", "/desk?lane", "/kb/new?", "/kb/promote/0?", "/kb/0/revise?", "/kb/0/review?"},
    "admin": {
        "/admin?",
        "/admin/people?",
        "/admin/people/0?",
        "/admin/journal?",
        "/admin/search?",
        "/search/gaps?",
    },
}


@pytest.mark.parametrize("who", SEEN)
def test_no_link_leads_astray(served: Served, visitor: Page, signed_in: Callable[..., Page], who: str) -> None:
    with visit_as(served.address, who) as crawl:
        crawl.run("/", "/search?q=reviews", "/search?q=zzzqqq")
    assert not crawl.faults, "\n".join(crawl.faults)
    shapes = {shape_of(url): url for url in reversed(crawl.pages)}
    missing = SEEN[who] - set(shapes)
    assert not missing, sorted(shapes)
    _open_one_of_each(visitor if who == "visitor" else signed_in(who), shapes)


def _open_one_of_each(page: Page, shapes: dict[str, str]) -> None:
    """Open a page of each shape with scripts on: the window's fixture fails when one reports a fault."""
    for shape, url in shapes.items():
        # Lists and searches differ by their filters only: one page of each path is enough.
        if "?" not in url or f"{shape.partition('?')[0]}?" not in shapes:
            answer = page.goto(url, wait_until="load")
            assert answer is not None, url
            assert answer.ok, url
