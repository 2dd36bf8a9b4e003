"""A community leader looks after a region: the desk, organisations that ask, people who might help, and no further."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.served import PASSWORD, Served, text_of

Window = Callable[..., Page]

CAMILLE = "camille@lac-bleu.example"
CLINIC = "Clinique du Lac Bleu"
QUESTION = "TikTok is blocked on staff devices. Do you post anyway?"
BAKERY = "Boulangerie du Coin"


def test_a_leader_looks_after_a_region(signed_in: Window, window: Window, served: Served) -> None:
    lucien, camille = signed_in("lucien"), window()
    sign_in(camille, CAMILLE, PASSWORD)
    _the_desk_counts(lucien)
    _an_organisation_asks(camille)
    _it_is_looked_at_and_let_in(lucien)
    _the_asker_administrates_it(camille, served)
    _another_is_declined(lucien, camille, served)
    _people_are_asked_to_help(lucien)
    _those_are_told(signed_in("mara"))
    _elsewhere_there_are_no_buttons(lucien)


def _the_desk_counts(lucien: Page) -> None:
    """The menu says how much waits, and leads to the desk; each number leads to its part."""
    lucien.goto("/")
    lucien.get_by_text("Your menu, Lucien Moreau").locator("..").click()
    link = lucien.get_by_role("link", name=re.compile("^Regional desk"))
    expect(link).to_contain_text("2")
    link.click()
    expect(lucien.get_by_role("heading", level=1)).to_have_text("Desk of Europe")
    numbers = lucien.get_by_role("navigation", name="Numbers")
    for words, number in (("No answer for two days", 3), ("Newcomers", 3), ("Organisations waiting", 1)):
        expect(numbers.get_by_role("link", name=re.compile(rf"^{number}\s*{words}"))).to_be_visible()
    numbers.get_by_role("link", name=re.compile("Newcomers")).click()
    expect(lucien.get_by_role("heading", level=1)).to_have_text("Newcomers")
    expect(lucien.get_by_role("listitem").filter(has_text="Niamh Kelleher")).to_contain_text("No post yet")


def _an_organisation_asks(camille: Page) -> None:
    """What is here already is noticed, and nothing typed is lost."""
    camille.goto("/organisations")
    camille.get_by_role("link", name="Join as an organisation").click()
    camille.get_by_label("Name of the organisation").fill("Zuiderlicht Hospital")
    camille.get_by_label("Country").select_option(label="France")
    camille.get_by_label("Why it would like to join").fill("We bake for three hospitals and would like to know more.")
    camille.get_by_role("button", name="Ask to join").click()
    expect(camille.locator("#f-name-error")).to_contain_text("Zuiderlicht Hospital is in the network already")
    expect(camille.get_by_label("Why it would like to join")).to_have_value(re.compile("three hospitals"))
    camille.get_by_label("Name of the organisation").fill(BAKERY)
    camille.get_by_role("button", name="Ask to join").click()
    expect(camille.get_by_role("heading", level=1)).to_have_text(BAKERY)
    expect(camille.get_by_role("button", name="Approve")).to_have_count(0)


def _it_is_looked_at_and_let_in(lucien: Page) -> None:
    lucien.goto("/organisation-requests")
    lucien.get_by_role("link", name=CLINIC).click()
    known = lucien.get_by_role("region", name="What is known")
    expect(known).to_contain_text("The asker's confirmed address is in lac-bleu.example.")
    expect(known).to_contain_text("Nobody has proven yet that lac-bleu.example is the organisation's.")
    lucien.get_by_label("Member organisation").check()
    lucien.get_by_role("button", name="Approve").click()
    expect(lucien.get_by_role("status").first).to_contain_text("The organisation is in.")
    lucien.get_by_role("link", name="Its page").click()
    expect(lucien).to_have_url(re.compile("/organisations/"))


def _the_asker_administrates_it(camille: Page, served: Served) -> None:
    letter = served.letter(CAMILLE, f"{CLINIC} is in the network")
    found = re.search(rf"{re.escape(served.address)}(/organisations/\S+)", text_of(letter))
    assert found
    camille.goto(found[1])
    expect(camille.get_by_role("heading", level=1)).to_contain_text(CLINIC)
    camille.get_by_role("link", name=re.compile("^Invite")).first.click()
    expect(camille.get_by_role("heading", level=1)).to_contain_text(re.compile("nvit"))


def _another_is_declined(lucien: Page, camille: Page, served: Served) -> None:
    """By keyboard: the words are asked for, and reach who asked."""
    lucien.goto("/organisation-requests")
    lucien.get_by_role("link", name=BAKERY).click()
    lucien.get_by_text("Decline", exact=True).first.focus()
    lucien.keyboard.press("Enter")
    lucien.get_by_label("Why not").fill("This network is for those who care for patients.")
    lucien.get_by_role("button", name="Decline").click()
    expect(lucien.get_by_role("status").first).to_contain_text("Declined.")
    assert "care for patients" in text_of(served.letter(CAMILLE, f"{BAKERY} cannot join now"))
    camille.reload()
    camille.goto("/join/organisation")
    camille.get_by_role("link", name=BAKERY).click()
    expect(camille.get_by_text("This network is for those who care for patients.")).to_be_visible()


def _people_are_asked_to_help(lucien: Page) -> None:
    lucien.goto("/regions/europe/desk?lane=unanswered")
    row = lucien.get_by_role("listitem").filter(has_text=QUESTION)
    row.get_by_role("link", name=re.compile("^Suggest people")).click()
    helpers = lucien.get_by_role("group", name=re.compile("^Choose up to 5"))
    expect(helpers.get_by_label(re.compile("^Sophie Tremblay"))).to_be_visible()
    expect(helpers).to_contain_text("The organisation ran TikTok since 2021, and stopped 2022-05")
    for name in ("Mara de Wit", "Lotte Verhagen", "Sophie Tremblay"):
        helpers.get_by_label(re.compile(f"^{name}")).check()
    lucien.get_by_role("button", name="Ask them to help").click()
    expect(lucien.get_by_role("status").first).to_contain_text("3 people are asked to help.")
    lucien.goto("/regions/europe/desk?lane=unanswered")
    expect(lucien.get_by_role("listitem").filter(has_text=QUESTION)).to_contain_text("3 people asked to help")


def _those_are_told(mara: Page) -> None:
    def told() -> bool:
        mara.goto("/inbox")
        return mara.get_by_text(QUESTION).count() > 0

    for _ in range(50):
        if told():
            break
        mara.wait_for_timeout(200)
    expect(mara.get_by_text("Lucien Moreau thinks that you can help.").first).to_be_visible()


def _elsewhere_there_are_no_buttons(lucien: Page) -> None:
    """In his own region a leader looks after threads; in another one there are no buttons, and the door is shut."""
    lucien.goto("/search?q=TikTok+blocked+staff+devices")
    lucien.get_by_role("link", name=QUESTION).first.click()
    expect(lucien.get_by_role("region", name="Look after this thread")).to_be_visible()
    lucien.goto("/questions")
    lucien.get_by_role("link", name="Can our doctors accept recommendations from patients on LinkedIn?").first.click()
    expect(lucien.get_by_role("region", name="Look after this thread")).to_have_count(0)
    number = re.search(r"/t/(\d+)", lucien.url)
    assert number
    for path in (f"/t/{number[1]}/people", f"/t/{number[1]}/move", "/regions/africa/desk"):
        answer = lucien.goto(path)
        assert answer is not None
        assert answer.status == 403, path
