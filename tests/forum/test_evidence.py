"""The evidence rule of the domain, case by case."""

import pytest

from forum.evidence import Adopter, Case, Ceiling, ceiling


def case(organisation: int | None, direction: str = "worked", *compared: str, **more: bool) -> Case:
    return Case(
        thread_id=organisation or 99, title="A case", organisation_id=organisation, direction=direction,
        comparisons=frozenset(compared), **more,
    )  # fmt: skip


def adopters(*states: str, first: int = 20) -> list[Adopter]:
    return [Adopter(first + place, state, "worked") for place, state in enumerate(states)]


BEFORE_AFTER = case(1, "worked", "before_after")
OTHER_BENCHMARK = case(2, "worked", "benchmark")
CONTROL = case(3, "worked", "control")
FAILED = case(4, "did_not_work", "before_after")

TABLE = [
    ("nothing at all", "do", [], [], "E4"),
    ("told, not measured", "do", [case(1), case(2)], [], "E4"),
    ("one measured without comparison", "do", [case(1, "worked", "none")], [], "E3"),
    ("one measured, mixed", "do", [case(1, "mixed", "before_after")], [], "E3"),
    ("one before and after", "do", [BEFORE_AFTER], [], "E3"),
    ("two organisations", "do", [BEFORE_AFTER, OTHER_BENCHMARK], [], "E2"),
    ("the same organisation twice", "do", [BEFORE_AFTER, case(1, "worked", "benchmark")], [], "E3"),
    ("two, one without comparison", "do", [BEFORE_AFTER, case(2, "worked", "none")], [], "E3"),
    ("two, in different directions", "do", [BEFORE_AFTER, case(2, "mixed", "before_after")], [], "E3"),
    ("control alone", "do", [CONTROL], [], "E3"),
    ("control and one adopter", "do", [CONTROL], adopters("adopted"), "E3"),
    ("control and two adopters", "do", [CONTROL], adopters("adopted", "adapted"), "E1"),
    ("control and two who report nothing", "do", [CONTROL], [Adopter(20, "adopted"), Adopter(21, "adopted")], "E3"),
    (
        "control and two for whom it failed",
        "do",
        [CONTROL],
        [Adopter(20, "adopted", "mixed"), Adopter(21, "adopted")],
        "E3",
    ),
    ("control, adopter and another case", "do", [CONTROL, case(5)], adopters("adopted"), "E1"),
    ("control and itself as adopter", "do", [CONTROL], [Adopter(3, "adopted", "worked"), *adopters("adopted")], "E3"),
    ("control, two only trying", "do", [CONTROL], adopters("trying", "planning", "stopped", "not_for_us"), "E3"),
    ("adopters without a measured case", "do", [], adopters("adopted", "adopted", "adopted"), "E4"),
    ("industry measured", "do", [case(1, "worked", "control", industry=True)], adopters("adopted", "adopted"), "E4"),
    ("industry beside one", "do", [BEFORE_AFTER, case(2, "worked", "benchmark", industry=True)], [], "E3"),
    ("a person without organisation", "do", [case(None, "worked", "before_after")], [], "E4"),
    ("two, and one failed", "do", [BEFORE_AFTER, OTHER_BENCHMARK, FAILED], [], "E3"),
    ("two, and two failed", "do", [BEFORE_AFTER, OTHER_BENCHMARK, FAILED, case(5, "did_not_work")], [], "E3"),
    ("strong, and one failed", "do", [CONTROL, FAILED], adopters("adopted", "adopted"), "E2"),
    ("failed, but addressed", "do", [BEFORE_AFTER, OTHER_BENCHMARK, case(4, "did_not_work", addressed=True)], [], "E2"),
    ("only a failure", "do", [FAILED], [], "E4"),
    ("industry failed", "do", [BEFORE_AFTER, case(4, "did_not_work", industry=True)], [], "E4"),
    ("failures support avoiding", "avoid", [FAILED, case(5, "did_not_work", "benchmark")], [], "E2"),
    ("success contradicts avoiding", "avoid", [FAILED, case(5, "did_not_work", "benchmark"), case(1)], [], "E3"),
    ("consider counts as do", "consider", [BEFORE_AFTER, OTHER_BENCHMARK], [], "E2"),
]


@pytest.mark.parametrize(("name", "recommendation", "cases", "adopted", "grade"), TABLE, ids=[row[0] for row in TABLE])
def test_ceiling(name: str, recommendation: str, cases: list[Case], adopted: list[Adopter], grade: str) -> None:
    found = ceiling(recommendation, cases, adopted)
    assert found.grade == grade
    assert found.reason.endswith(".")
    assert bool(found.raised_by) == (grade != "E1")


RAISED = [
    ([], [], "One case study with a measured result would make it Suggestive."),
    ([BEFORE_AFTER], [], "One more organisation with numbers from before and after would make it Moderate."),
    ([case(1, "worked", "none")], [], "Two organisations with numbers from before and after would make it Moderate."),
    (
        [CONTROL],
        adopters("adopted"),
        "One more organisation that adopted it with the same result would make it Strong.",
    ),
    ([BEFORE_AFTER, FAILED], [], "Say in the article how it deals with what contradicts it."),
    ([FAILED], [], "One case study with a measured result would make it Suggestive."),
]


@pytest.mark.parametrize(("cases", "adopted", "words"), RAISED)
def test_it_says_what_would_raise_it(cases: list[Case], adopted: list[Adopter], words: str) -> None:
    assert ceiling("do", cases, adopted).raised_by == words


def test_contradicting_cases_are_named_until_they_are_addressed() -> None:
    assert ceiling("do", [BEFORE_AFTER, FAILED]).contradicted_by == (4,)
    assert ceiling("do", [BEFORE_AFTER, case(4, "did_not_work", addressed=True)]).contradicted_by == ()


@pytest.mark.parametrize(("grade", "allowed"), [("E1", False), ("E2", True), ("E3", True), ("E4", True)])
def test_an_editor_may_go_lower_and_never_higher(grade: str, allowed: bool) -> None:
    assert Ceiling("E2", "", "").allows(grade) is allowed
