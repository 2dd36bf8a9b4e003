"""The words of a revision: changed, compared, merged, judged."""

import pytest

from forum.evidence import Ceiling
from kb.content import Content, differences, merge, only_typos
from kb.readiness import missing_for_review
from kb.titles import suggested_titles

STEPS = "1. Name one owner.\n2. Write the rule down.\n3. Tell everybody."
BASE = Content(title="Governing sub-brand accounts", summary="One owner for each.", sections={"steps": STEPS})
READY = BASE.changed({"privacy": "Nothing special.", "evidence_why": "Two hospitals told us the same."})


def test_only_given_fields_change() -> None:
    new = BASE.changed({"summary": "Two owners for each.", "title": None, "privacy": "Ask first."})
    assert (new.title, new.summary) == (BASE.title, "Two owners for each.")
    assert new.sections == {"steps": STEPS, "privacy": "Ask first."}
    assert new.changed({"privacy": " "}).sections == {"steps": STEPS}


def test_the_seal_changes_with_any_word() -> None:
    seals = {
        one.fingerprint()
        for one in (
            BASE,
            BASE.changed({"title": "Other"}),
            BASE.changed({"steps": "Other"}),
            BASE.changed({"recommendation": "do"}),
            BASE.changed({"evidence_why": "Other"}),
        )
    }
    assert len(seals) == 5
    assert Content.of(BASE.columns()).fingerprint() == BASE.fingerprint()


def test_differences_name_the_fields_that_differ() -> None:
    new = BASE.changed({"steps": STEPS.replace("one owner", "two owners"), "recommendation": "avoid"})
    found = {one.name: one for one in differences(BASE, new)}
    assert list(found) == ["recommendation", "steps"]
    assert [(c.kind, c.text) for c in found["steps"].changes if c.kind != "same"] == [
        ("removed", "one owner"),
        ("added", "two owners"),
    ]
    assert differences(BASE, BASE) == ()


def test_edits_of_two_people_go_together() -> None:
    mine = BASE.changed({"steps": STEPS.replace("one owner", "an owner"), "privacy": "Mine."})
    theirs = BASE.changed({"steps": STEPS.replace("everybody", "all"), "summary": "Theirs.", "evidence": "E3"})
    merged = merge(BASE, mine, theirs)
    assert not merged.conflicts
    assert merged.content.sections["steps"] == "1. Name an owner.\n2. Write the rule down.\n3. Tell all."
    assert (merged.content.summary, merged.content.evidence) == ("Theirs.", "E3")
    assert merged.content.sections["privacy"] == "Mine."


def test_edits_of_the_same_line_are_told_and_nothing_is_lost() -> None:
    mine = BASE.changed({"steps": STEPS.replace("one owner", "an owner"), "title": "My title"})
    theirs = BASE.changed({"steps": STEPS.replace("one owner", "two owners"), "title": "Their title"})
    merged = merge(BASE, mine, theirs)
    assert set(merged.conflicts) == {"steps", "title"}
    assert "an owner" in merged.content.sections["steps"]
    assert "two owners" in merged.conflicts["steps"][0].theirs
    assert merged.conflicts["title"][0].theirs == "Their title"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"steps": STEPS.replace("everybody", "everyone")}, True),
        ({"title": "Governing subbrand accounts"}, True),
        ({"recommendation": "avoid"}, False),
        ({"strength": "strong"}, False),
        ({"evidence": "E3"}, False),
        ({"privacy": "A new section."}, False),
        ({"steps": STEPS + "\n4. " + "and more words " * 8}, False),
    ],
)
def test_only_small_changes_pass_for_typing_errors(change: dict[str, str], expected: bool) -> None:
    assert only_typos(BASE, BASE.changed(change)) is expected


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, set()),
        ({"summary": ""}, {"summary"}),
        ({"summary": "word " * 61}, {"summary"}),
        ({"privacy": ""}, {"privacy"}),
        ({"steps": "  "}, {"steps"}),
        ({"evidence_why": ""}, {"evidence_why"}),
        ({"evidence": "E2"}, {"evidence"}),
        ({"title": "Short"}, {"title"}),
        ({"summary": "", "steps": "", "privacy": ""}, {"summary", "steps", "privacy"}),
    ],
)
def test_what_a_draft_needs_before_review(change: dict[str, str], fields: set[str]) -> None:
    assert set(missing_for_review("how_to", READY.changed(change), Ceiling("E3", "One measured.", ""))) == fields


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("How do you answer negative reviews on Google?", "Answering negative reviews on Google"),
        ("How did you govern sub-brand accounts?", "Governing sub-brand accounts"),
        ("How do we get consent for videos?", "Getting consent for videos"),
        ("Sub-brand accounts", "Sub-brand accounts"),
        ("How to tie accounts together", "Tying accounts together"),
        ("Should we use TikTok?", "Using TikTok"),
        ("?", ""),
    ],
)
def test_titles_are_suggested(title: str, first: str) -> None:
    assert (suggested_titles(title) or ("",))[0] == first
