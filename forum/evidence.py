"""How strong evidence can be called at best, why, and what would raise it: of an article, and of a single case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Grade = Literal["E1", "E2", "E3", "E4"]

GRADES: Final[tuple[Grade, ...]] = ("E1", "E2", "E3", "E4")
WORDS: Final[dict[str, str]] = {"E1": "Strong", "E2": "Moderate", "E3": "Suggestive", "E4": "Experience"}

_COMPARED: Final = frozenset({"before_after", "benchmark", "control"})
_ADOPTED: Final = frozenset({"adopted", "adapted"})
_REPLICATIONS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What counts of a case study: who measured what, and which way it came out.

    `comparisons` holds how each of its metrics was compared, and is empty when nothing was measured; `addressed`
    says that somebody who weighed it has dealt with it as a case that contradicts.
    """

    thread_id: int
    title: str
    organisation_id: int | None
    direction: str
    comparisons: frozenset[str] = frozenset()
    industry: bool = False
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class Adopter:
    """An organisation, what it does with the article, and what came of it, if that is known."""

    organisation_id: int
    state: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The best grade allowed, why, what would raise it, and the cases that contradict unanswered."""

    grade: Grade
    reason: str
    raised_by: str
    contradicted_by: tuple[int, ...] = ()

    def allows(self, grade: str) -> bool:
        """Say whether an editor may pick this grade: the ceiling or anything below it."""
        return grade >= self.grade


def ceiling(recommendation: str, cases: Iterable[Case], adopters: Iterable[Adopter] = ()) -> Ceiling:
    """Return the best grade that cases and adoptions allow a recommendation."""
    return _weigh(_wanted(recommendation), against(recommendation), cases, adopters)


def case_ceiling(own: Case, others: Iterable[Case] = ()) -> Ceiling:
    """Return the best grade of one case study; `others` are the cases on the same practice.

    Its own numbers decide; only when they are compared with something can others replicate them.
    """
    if own.industry:
        return Ceiling(
            "E4",
            "It was written by a supplier, and what suppliers measure raises no grade.",
            "A hospital that measures the same and writes its own case study would.",
        )
    if not own.comparisons:
        return Ceiling(
            "E4", "It has no measured result: it rests on experience.", "A measured result would make it Suggestive."
        )
    if not own.comparisons & _COMPARED:
        return Ceiling(
            "E3",
            "One organisation measured a result, without comparing it.",
            "Numbers from before and after, here and from one more organisation, would make it Moderate.",
        )
    if own.organisation_id is None:
        return Ceiling(
            "E3",
            "One organisation measured a result. As it is not named, nobody can tell whether others are independent.",
            "A case study of a named organisation, replicated by one more, would be Moderate.",
        )
    return _weigh(own.direction, _OPPOSITE.get(own.direction, ""), (own, *others), (), _REPLICATED)


def counting_grade(given: str, allowed: Ceiling) -> str:
    """Return the grade that counts: the editor's, unless what is allowed has fallen below it since."""
    return max(given, allowed.grade) if given else allowed.grade


def as_addressed(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the cases as they count for who weighs them now: what contradicts is known and dealt with."""
    return tuple(replace(case, addressed=True) for case in cases)


_OPPOSITE: Final = {"worked": "did_not_work", "did_not_work": "worked"}
_ANSWERED: Final = "Say in the article how it deals with what contradicts it."
_REPLICATED: Final = "An editor who grades it says in a sentence what the contradiction means."


def _weigh(
    wanted: str, contrary: str, cases: Iterable[Case], adopters: Iterable[Adopter], answered: str = _ANSWERED
) -> Ceiling:
    """Return the best grade for the result that is wanted.

    An organisation counts once, however many cases it wrote; the industry's own cases raise nothing.
    """
    known = list(cases)
    counted = [case for case in known if not case.industry and case.organisation_id is not None]
    supporting = [case for case in counted if case.direction == wanted]
    measured = _organisations(case for case in counted if case.comparisons and case.direction != contrary)
    compared = _organisations(case for case in supporting if case.comparisons & _COMPARED)
    controlled = _organisations(case for case in supporting if "control" in case.comparisons)
    following = _organisations(supporting) | _followers(adopters)
    replications = max((len(following - {one}) for one in controlled), default=0)
    base = _base(replications=replications, compared=len(compared), measured=len(measured))
    against_it = tuple(case.thread_id for case in known if case.direction == contrary and not case.addressed)
    missing = _REPLICATIONS - replications if controlled else None
    whole = Ceiling(base, _reason(base, len(compared), len(measured)), _raised_by(base, len(compared), missing))
    return _lowered(whole, against_it, answered)


def _followers(adopters: Iterable[Adopter]) -> set[int]:
    """Return who adopted it and reports that it worked: for them too, the advice was right."""
    return {one.organisation_id for one in adopters if one.state in _ADOPTED and one.result == "worked"}


def _wanted(recommendation: str) -> str:
    return "did_not_work" if recommendation == "avoid" else "worked"


def against(recommendation: str) -> str:
    """Return the result of a case that contradicts a recommendation."""
    return "worked" if recommendation == "avoid" else "did_not_work"


def _organisations(cases: Iterable[Case]) -> set[int]:
    return {case.organisation_id for case in cases if case.organisation_id is not None}


def _base(*, replications: int, compared: int, measured: int) -> Grade:
    if replications >= _REPLICATIONS:
        return "E1"
    if compared >= 2:
        return "E2"
    return "E3" if measured else "E4"


def _lowered(whole: Ceiling, contrary: Sequence[int], answered: str) -> Ceiling:
    if not contrary:
        return whole
    grade = GRADES[min(GRADES.index(whole.grade) + 1, len(GRADES) - 1)]
    count = "One case contradicts it" if len(contrary) == 1 else f"{len(contrary)} cases contradict it"
    if grade == whole.grade:
        return Ceiling(grade, f"{whole.reason} {count}.", whole.raised_by, tuple(contrary))
    return Ceiling(grade, f"{whole.reason} {count}, which lowers the grade by one.", answered, tuple(contrary))


def _reason(base: Grade, compared: int, measured: int) -> str:
    if base == "E1":
        return "One organisation compared with a control group, and at least two others follow with the same result."
    if base == "E2":
        return (
            f"{_number(compared)} organisations measured it, before and after or against others, with the same result."
        )
    if base == "E3":
        who = "One organisation" if measured == 1 else f"{_number(measured)} organisations"
        return f"{who} measured a result."
    return "No organisation has measured a result: it rests on experience."


def _raised_by(base: Grade, compared: int, missing: int | None) -> str:
    if base == "E1":
        return ""
    if missing is not None:
        who = "One more organisation" if missing == 1 else f"{_number(missing)} more organisations"
        return f"{who} that adopted it with the same result would make it Strong."
    if base == "E2":
        return "A result against a control group, followed by two other organisations, would make it Strong."
    if base == "E3":
        who = "One more organisation" if compared else "Two organisations"
        return f"{who} with numbers from before and after would make it Moderate."
    return "One case study with a measured result would make it Suggestive."


def _number(count: int) -> str:
    return {2: "Two", 3: "Three", 4: "Four", 5: "Five"}.get(count, str(count))
