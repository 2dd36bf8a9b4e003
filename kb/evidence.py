"""How strong the evidence of an article can be called at best, why, and what would raise it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    says that the article deals with a case that contradicts it.
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
    """The best grade allowed, why, what would raise it, and the cases that contradict the article unanswered."""

    grade: Grade
    reason: str
    raised_by: str
    contradicted_by: tuple[int, ...] = ()

    def allows(self, grade: str) -> bool:
        """Say whether an editor may pick this grade: the ceiling or anything below it."""
        return grade >= self.grade


def ceiling(recommendation: str, cases: Iterable[Case], adopters: Iterable[Adopter] = ()) -> Ceiling:
    """Return the best grade that cases and adoptions allow a recommendation.

    An organisation counts once, however many cases it wrote; the industry's own cases raise nothing.
    """
    known = list(cases)
    counted = [case for case in known if not case.industry and case.organisation_id is not None]
    supporting = [case for case in counted if case.direction == _wanted(recommendation)]
    measured = _organisations(case for case in counted if case.comparisons and not _contradicts(case, recommendation))
    compared = _organisations(case for case in supporting if case.comparisons & _COMPARED)
    controlled = _organisations(case for case in supporting if "control" in case.comparisons)
    following = _organisations(supporting) | _followers(adopters)
    replications = max((len(following - {one}) for one in controlled), default=0)
    base = _base(replications=replications, compared=len(compared), measured=len(measured))
    contrary = tuple(case.thread_id for case in known if _contradicts(case, recommendation) and not case.addressed)
    missing = _REPLICATIONS - replications if controlled else None
    return _lowered(base, contrary, compared=len(compared), measured=len(measured), missing=missing)


def _followers(adopters: Iterable[Adopter]) -> set[int]:
    """Return who adopted it and reports that it worked: for them too, the advice was right."""
    return {one.organisation_id for one in adopters if one.state in _ADOPTED and one.result == "worked"}


def _wanted(recommendation: str) -> str:
    return "did_not_work" if recommendation == "avoid" else "worked"


def against(recommendation: str) -> str:
    """Return the result of a case that contradicts a recommendation."""
    return "worked" if recommendation == "avoid" else "did_not_work"


def _contradicts(case: Case, recommendation: str) -> bool:
    return case.direction == against(recommendation)


def _organisations(cases: Iterable[Case]) -> set[int]:
    return {case.organisation_id for case in cases if case.organisation_id is not None}


def _base(*, replications: int, compared: int, measured: int) -> Grade:
    if replications >= _REPLICATIONS:
        return "E1"
    if compared >= 2:
        return "E2"
    return "E3" if measured else "E4"


def _lowered(base: Grade, contrary: Sequence[int], *, compared: int, measured: int, missing: int | None) -> Ceiling:
    reason = _reason(base, compared, measured)
    if not contrary:
        return Ceiling(base, reason, _raised_by(base, compared, missing))
    grade = GRADES[min(GRADES.index(base) + 1, len(GRADES) - 1)]
    count = "One case contradicts it" if len(contrary) == 1 else f"{len(contrary)} cases contradict it"
    if grade == base:
        return Ceiling(base, f"{reason} {count}.", _raised_by(base, compared, missing), tuple(contrary))
    return Ceiling(
        grade,
        f"{reason} {count}, which lowers the grade by one.",
        "Say in the article how it deals with what contradicts it.",
        tuple(contrary),
    )


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
