"""Files in a form: chosen by keyboard, dropped and pasted with scripts; and the whole way without scripts."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.made_files import SVG, office, pdf, photograph, picture

BODY = "This is what we do, as you can see below, month by month."
_GIVE = """(area, [kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type }));
  area.focus();
  const event = kind === "drop" ? new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true });
  area.dispatchEvent(event);
}"""


def _give(page: Page, kind: str, name: str, data: bytes, into: str = "Text") -> None:
    """Drop a file on a text, or paste it."""
    page.get_by_label(into, exact=True).evaluate(_GIVE, [kind, name, "image/png", base64.b64encode(data).decode()])


def _describe(page: Page, name: str, words: str) -> None:
    item = page.locator("li[data-file]", has_text=name)
    item.get_by_label("What does it show?").fill(words)
    item.get_by_label("No", exact=True).check()


def test_dropped_pasted_and_chosen(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    mara.goto("/ask/discussion")
    mara.locator("html[data-ready]").wait_for()
    mara.get_by_label("Title").fill("How do you show no-shows to your board?")
    mara.get_by_label("Text", exact=True).fill(BODY)
    _give(mara, "drop", "dropped.png", picture())
    _describe(mara, "dropped.png", "A dropped chart")
    _give(mara, "paste", "pasted.png", picture(colour=(0, 90, 0)))
    _describe(mara, "pasted.png", "A pasted chart")
    _give(mara, "drop", "bad.png", SVG)
    expect(mara.locator("li", has_text="bad.png")).to_contain_text("Web pages, drawings (SVG) and programs")
    expect(mara.locator("#live")).to_contain_text("bad.png: Web pages")
    _give(mara, "drop", "large.png", b"\0" * 4_300_000)
    expect(mara.locator("li", has_text="large.png")).to_contain_text("larger than 4 MB")
    field = mara.get_by_label("Choose files")
    field.set_input_files({"name": "plan.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    expect(mara.locator("li[data-file]", has_text="plan.pdf")).to_be_visible()
    expect(mara.get_by_label("Text", exact=True)).to_have_value(re.compile(r"dropped.*pasted.*plan\.pdf", re.DOTALL))
    remove = mara.get_by_role("button", name="Remove pasted.png")
    remove.focus()
    mara.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(mara.get_by_label("Text", exact=True)).not_to_have_value(re.compile("pasted"))
    mara.get_by_role("button", name="Publish the discussion").click()
    image = mara.get_by_alt_text("A dropped chart")
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()  # it is fetched when it comes near
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)")
    expect(mara.get_by_text("(PDF, 1 kB)")).to_be_visible()


def test_dropped_on_a_section_of_a_case_study(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    mara.goto("/ask/case-study")
    mara.locator("html[data-ready]").wait_for()
    _give(mara, "drop", "dropped.png", picture(), into="What did you do?")
    expect(mara.locator("li[data-file]", has_text="dropped.png")).to_be_visible()
    expect(mara.get_by_label("What did you do?")).to_have_value(re.compile("dropped"))
    mara.get_by_label("Choose files").set_input_files({"name": "plan.pdf", "mimeType": "", "buffer": pdf()})
    plan = mara.locator("li[data-file]", has_text="plan.pdf")
    expect(plan).to_be_visible()
    tie = mara.get_by_role("group", name=re.compile("ties to a vendor"))
    tie.get_by_label("Yes").check()
    mara.get_by_label("Which ties").fill("One of us advises them.")
    _give(mara, "paste", "pasted.png", picture(colour=(0, 90, 0)), into="Which ties optional")
    expect(mara.locator("li[data-file]", has_text="pasted.png")).to_be_visible()
    expect(mara.get_by_label("Which ties")).to_have_value("One of us advises them.")
    expect(mara.get_by_label("What did you do?")).to_have_value(re.compile("pasted"))
    expect(plan.get_by_label("Others may use this as a template")).to_be_visible()


def test_the_toolbar_writes_blocks_and_notes(signed_in: Callable[..., Page]) -> None:
    mara = signed_in("mara")
    mara.goto("/ask/discussion")
    mara.locator("html[data-ready]").wait_for()
    text = mara.get_by_label("Text", exact=True)
    for name, wanted in (
        ("Task list", "- [ ] "), ("Table", "|---|---|"), ("Callout", "> [!NOTE]\n> "), ("Definition", "\n: "),
        ("Footnote", "[^1]\n\n[^1]: "),
    ):  # fmt: skip
        text.fill("")
        mara.get_by_role("button", name=name, exact=True).click()
        assert wanted in text.input_value(), name
    text.fill("one")
    text.press("Control+Shift+Digit8")
    assert text.input_value() == "- one"


def test_a_case_study_with_two_pictures_without_scripts(signed_in: Callable[..., Page], tmp_path: Path) -> None:
    page = signed_in("mara", java_script_enabled=False, viewport={"width": 320, "height": 800})
    for name, data in (("ward.jpg", photograph((900, 600))), ("chart.png", picture()), ("letter.docx", office())):
        (tmp_path / name).write_bytes(data)
    page.goto("/ask/case-study")
    page.get_by_label("Title").fill("Reminders by text message, with pictures")
    page.get_by_label("Choose files").set_input_files([tmp_path / "ward.jpg", tmp_path / "chart.png"])
    page.get_by_role("button", name="Add file").click()
    assert page.get_by_label("Title", exact=True).input_value() == "Reminders by text message, with pictures"
    ward = page.locator("li[data-file]", has_text="ward.jpg")
    expect(ward).to_contain_text("Taken out:")
    expect(ward).to_contain_text("the place")
    ward.get_by_label("What does it show?").fill("Two colleagues at the desk")
    ward.get_by_label("Yes, with written authorisation on file").check()
    chart = page.locator("li[data-file]", has_text="chart.png")
    chart.get_by_label("What does it show?").fill("No-shows per month")
    chart.get_by_label("No", exact=True).check()
    page.get_by_label("Choose files").set_input_files(tmp_path / "letter.docx")
    page.get_by_role("button", name="Add file").click()
    page.locator("li[data-file]", has_text="letter.docx").get_by_label("Others may use this as a template").check()
    for label in ("Summary", "What was the problem?", "What did you do?", "What did you learn?"):
        page.get_by_label(label).fill("Long enough to say what happened, and short enough to be read.")
    page.get_by_label("Mixed").check()
    page.get_by_role("group", name=re.compile("Did anybody outside pay")).get_by_label("No").check()
    page.get_by_role("group", name=re.compile("ties to a vendor")).get_by_label("No").check()
    page.get_by_role("button", name="Publish the case study").click()
    ward = page.locator("li[data-file]", has_text="ward.jpg")
    expect(ward.get_by_text("under which written authorisation may it be shown?")).to_be_visible()
    ward.get_by_label("Authorisation", exact=True).fill("DPO 2026-17")
    ward.get_by_label("Of which day").fill("2026-01-31")
    page.get_by_role("button", name="Publish the case study").click()
    expect(page.get_by_alt_text("Two colleagues at the desk")).to_be_visible()
    page.goto("/resources")
    item = page.locator(".resources li", has_text="letter.docx")
    expect(item.get_by_role("link", name="Reminders by text message, with pictures")).to_be_visible()
