"""Sharing a case study: ten sections, measurements as data, disclosures."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from base.errors import Invalid
from base.text.numbers import read_number
from forum.actions.case_input import Case
from forum.actions.share_case import share_case
from forum.case_sections import metric_rows, progress
from forum.models import CaseStudy, Metric, Post, Thread
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]


def given(**more: Any) -> dict[str, Any]:
    return {
        "title": "Reminders by text message against no-shows",
        "summary": "We sent reminders by text message and fewer people stayed away.",
        "problem": "One in nine appointments was missed without a word.",
        "what_we_did": "A reminder two days before, in four languages.",
        "direction": "mixed",
        "lessons": "Ask for the mobile number at every contact.",
        "sponsored": "no",
        "vendor_tie": "no",
    } | more


NO_SHOWS = {
    "name": "Appointment no-shows",
    "kind": "service",
    "baseline": "11.2",
    "result": "8,9",
    "unit": "%",
    "period": "Jan–Jun 2026",
    "source": "scheduling system",
    "comparison": "before_after",
    "n": "14,210",
}


async def test_a_case_is_kept_as_data_and_as_text() -> None:
    hospital = await make.organisation("Akademiska", country="SE", beds_band="500-999", languages="sv")
    author = await make.viewer(await make.member("Dr Lindqvist", at=hospital))
    case = Case.read(
        given(
            metrics=[NO_SHOWS, {"name": "Calls", "result": 3}],
            again="with_changes",
            vendor_tie="yes",
            vendor_ties="Our supplier gave us 1,000 messages.",
            approvals="privacy, legal",
            started_on="2026-01-01",
            ongoing="yes",
            getting_started="Begin with one clinic.",
        )
    )
    started = await share_case(author, case)

    kept = await CaseStudy.get()
    assert kept.setting == {
        "name": "Akademiska", "kind": "member", "type": "hospital", "beds_band": "500-999", "country": "SE",
        "languages": "sv",
    }  # fmt: skip
    assert (kept.direction, kept.again, kept.approvals) == ("mixed", "with_changes", "legal,privacy")
    assert (kept.sponsored, kept.vendor_tie, kept.ongoing, kept.started_on) == (False, True, True, date(2026, 1, 1))
    first, second = await Metric.filter(case_id=kept.id).order_by("position")
    assert (first.baseline, first.result, first.sample) == (Decimal("11.2"), Decimal("8.9"), 14210)
    assert (first.name, first.unit, first.comparison) == ("Appointment no-shows", "%", "before_after")
    assert (second.baseline, second.result, second.position) == (None, Decimal(3), 2)
    body = (await Post.get(thread_id=started.id)).body
    assert body.startswith("We sent reminders")
    assert "## The problem\n\nOne in nine" in body
    assert "## Getting started\n\nBegin with one clinic." in body
    assert "## Results" not in body
    assert (await Thread.get()).excerpt == given()["summary"]


async def test_a_form_sends_rows_by_repeating_names() -> None:
    rows = {"metrics.name": ["No-shows", "", "Calls"], "metrics.result": ["8,9", "", "oops"], "metrics.n": ["", "", ""]}
    starts = {"metrics.kind": ["other"] * 3, "metrics.comparison": ["none"] * 3}
    form = given(locale="nl", **rows, **starts)
    assert [row["name"] for row in metric_rows(form)] == ["No-shows", "Calls"]
    with pytest.raises(Invalid) as wrong:
        Case.read(form)
    assert wrong.value.errors == {"metrics.1.result": "“oops” is not a number. Please write one such as 11,2."}


async def test_one_row_alone_is_a_row_too() -> None:
    form = given(locale="nl", **{"metrics.name": "No-shows", "metrics.result": "8,9", "metrics.baseline": "1.200"})
    assert [(one.baseline, one.result) for one in Case.read(form).metrics] == [(Decimal(1200), Decimal("8.9"))]


@pytest.mark.parametrize(
    ("row", "errors"),
    [
        ({"result": "3"}, {"metrics.0.name": "What was measured is needed."}),
        ({"name": "Calls"}, {"metrics.0.result": "After is needed."}),
        (
            {"name": "Calls", "result": "about 3"},
            {"metrics.0.result": "“about 3” is not a number. Please write one such as 11.2."},
        ),
        (
            {"name": "Calls", "result": "3", "n": "many"},
            {"metrics.0.n": "“many” is not a number. Please write one such as 14210."},
        ),
        ({"name": "Calls", "result": "1" * 20}, {"metrics.0.result": "After must be less than 10,000,000,000,000."}),
        ({"name": "Calls", "result": "3", "n": "1.5"}, {"metrics.0.n": "Number of cases must be a whole number."}),
        ({"name": "Calls", "result": "3", "n": "0"}, {"metrics.0.n": "Number of cases must be at least 1."}),
        (
            {"name": "Calls", "result": "3", "kind": "magic"},
            {"metrics.0.kind": "Kind: please choose one of the options."},
        ),
        ("nonsense", {"metrics.0": "Measurements is not valid."}),
    ],
)
async def test_a_wrong_cell_is_told_by_its_place(row: object, errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as wrong:
        Case.read(given(metrics=[row]))
    assert wrong.value.errors == errors


async def test_disclosures_must_be_answered_and_explained() -> None:
    silent = given()
    del silent["sponsored"], silent["vendor_tie"]
    with pytest.raises(Invalid) as wrong:
        Case.read(silent)
    assert sorted(wrong.value.errors) == ["sponsored", "vendor_tie"]
    with pytest.raises(Invalid) as wrong:
        Case.read(given(sponsored="yes", vendor_tie="yes", vendor_ties=" "))
    assert sorted(wrong.value.errors) == ["sponsorship", "vendor_ties"]


@pytest.mark.parametrize("name", ["title", "summary", "problem", "what_we_did", "direction", "lessons"])
async def test_what_is_needed_is_asked_for(name: str) -> None:
    with pytest.raises(Invalid) as wrong:
        Case.read(given(**{name: ""}))
    assert list(wrong.value.errors) == [name]


async def test_progress_counts_sections() -> None:
    assert progress({}).count == 0
    assert progress({}).total == 10
    assert progress({"title": "x", "summary": " "}).count == 0
    assert progress({"metrics.kind": ["other", "other"], "metrics.comparison": ["none", "none"]}).count == 0
    done = progress(given(again="no") | {"metrics.name": ["No-shows", ""]}).done
    assert [name for name, is_done in done.items() if not is_done] == ["setting", "resources", "others"]


@pytest.mark.parametrize(
    ("text", "locale", "number"),
    [
        ("11.2", "nl", "11.2"),
        ("11,2", "en", "11.2"),
        ("14,210", "en", "14210"),
        ("14,210", "nl", "14.210"),
        ("14,210", "fr", "14.210"),
        ("1.234", "nl", "1234"),
        ("1.234", "en", "1.234"),
        ("1.234,5", "en", "1234.5"),
        ("1,234.5", "nl", "1234.5"),
        ("14 210", "sv", "14210"),
        ("−3,5", "nl", "-3.5"),
        ("96 %", "en", "96"),
        ("0.125", "nl", "0.125"),
        ("1.2.3", "en", None),
        ("1e5", "en", None),
        ("", "en", None),
        ("8.9", "not-a-locale", "8.9"),
    ],
)
async def test_numbers_are_read_as_written(text: str, locale: str, number: str | None) -> None:
    assert read_number(text, locale) == (None if number is None else Decimal(number))
