"""How strong the evidence of case studies is: the grade that counts, in SQL for lists and with its reason for one case.

Other cases on the same practice (threads that name the same article) replicate it or contradict it. Of them, those
count that everybody may know of who may see the case. What contradicts is dealt with once an editor has graded the
case after it was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.db.documents import text_in
from forum.evidence import GRADES, WORDS, Case, Ceiling, as_addressed, case_ceiling, counting_grade

_BETWEEN, _AFTER = "\t", "\n"
_COMPARISONS: Final = "(SELECT string_agg(k.comparison, ',') FROM metrics k WHERE k.case_id = {case}.id)"

# With `t` for the thread and `s` for its case study.
EVIDENCE_COLUMNS: Final = f"""s.evidence AS given_grade, s.evidence_why, s.evidence_at,
  (SELECT e.name FROM members e WHERE e.id = s.evidence_by_id) AS evidence_by,
  t.organisation_id AS case_organisation_id,
  (SELECT v.kind FROM organisations v WHERE v.id = t.organisation_id) AS case_organisation_kind,
  (SELECT string_agg(CAST(x.id AS TEXT) || '{_BETWEEN}' || COALESCE(CAST(x.organisation_id AS TEXT), '') || '{_BETWEEN}'
     || COALESCE(v.kind, '') || '{_BETWEEN}' || y.direction || '{_BETWEEN}'
     || COALESCE({_COMPARISONS.format(case="y")}, '') || '{_BETWEEN}'
     || CASE WHEN COALESCE(y.updated_at, x.created_at) <= s.evidence_at THEN 'known' ELSE '' END, '{_AFTER}')
   FROM case_studies y JOIN threads x ON x.id = y.thread_id LEFT JOIN organisations v ON v.id = x.organisation_id
   WHERE s.id IS NOT NULL AND t.article_id IS NOT NULL AND x.article_id = t.article_id AND x.id <> t.id
     AND x.state = 'published' AND x.audience IN ('public', t.audience)) AS other_cases"""  # noqa: S608

_FACTS: Final = """
SELECT t.id, t.article_id, t.audience, t.organisation_id, s.direction, s.evidence, s.evidence_at,
  COALESCE(s.updated_at, t.created_at) AS changed_at,
  MAX(CASE WHEN v.kind = 'industry' OR {kind} = 'industry' THEN 1 ELSE 0 END) AS industry,
  COUNT(k.id) AS measured,
  SUM(CASE WHEN k.comparison IN ('before_after', 'benchmark', 'control') THEN 1 ELSE 0 END) AS compared,
  SUM(CASE WHEN k.comparison = 'control' THEN 1 ELSE 0 END) AS controlled
FROM case_studies s JOIN threads t ON t.id = s.thread_id LEFT JOIN organisations v ON v.id = t.organisation_id
LEFT JOIN metrics k ON k.case_id = s.id
WHERE t.state = 'published' AND ({which})
GROUP BY t.id, t.article_id, t.audience, t.organisation_id, s.direction, s.evidence, s.evidence_at, s.updated_at,
  t.created_at"""
_SAME: Final = "x.industry = 0 AND x.direction = f.direction AND x.organisation_id <> f.organisation_id"
_OPPOSITE: Final = "((x.direction = 'worked' AND f.direction = 'did_not_work') OR (x.direction = 'did_not_work' AND f.direction = 'worked'))"  # noqa: E501
_GRADES: Final = f"""
WITH facts AS MATERIALIZED ({_FACTS}), weighed AS (
SELECT f.id, f.evidence, f.industry, f.measured, f.compared, f.organisation_id,
  COUNT(DISTINCT CASE WHEN {_SAME} THEN x.organisation_id END) AS following,
  COUNT(DISTINCT CASE WHEN {_SAME} AND x.compared > 0 THEN x.organisation_id END) AS replicated,
  f.controlled + COALESCE(SUM(CASE WHEN x.industry = 0 AND x.organisation_id IS NOT NULL
    AND x.direction = f.direction THEN x.controlled ELSE 0 END), 0) AS controlled,
  SUM(CASE WHEN {_OPPOSITE} AND (f.evidence_at IS NULL OR x.changed_at > f.evidence_at) THEN 1 ELSE 0 END) AS contrary
FROM facts f LEFT JOIN facts x ON x.article_id = f.article_id AND x.id <> f.id
  AND (x.audience = 'public' OR x.audience = f.audience)
  AND f.compared > 0 AND f.industry = 0 AND f.organisation_id IS NOT NULL
GROUP BY f.id, f.evidence, f.industry, f.measured, f.compared, f.organisation_id, f.controlled),
allowed AS (
SELECT id, evidence, CASE WHEN industry = 1 OR measured = 0 THEN 4
  WHEN compared = 0 OR organisation_id IS NULL THEN 3
  ELSE CASE WHEN controlled > 0 AND following >= 2 THEN 1 WHEN replicated > 0 THEN 2 ELSE 3 END
    + CASE WHEN contrary > 0 THEN 1 ELSE 0 END END AS ceiling FROM weighed)
SELECT id, CASE WHEN evidence > 'E' || ceiling THEN evidence ELSE 'E' || ceiling END AS grade FROM allowed"""  # noqa: S608


def grades_sql(which: str = "1 = 1") -> str:
    """Return a statement that gives the grades of published case studies: `id` of the thread, and `grade`."""
    return _GRADES.format(which=which, kind=text_in("s.setting", "kind"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The grade that counts and why; `given` by an editor who said `why`; `allowed` is the best there could be.

    `open_to` is the best an editor may give now: giving a grade deals with what contradicts the case.
    """

    grade: str
    allowed: Ceiling
    open_to: Ceiling
    given: str = ""
    why: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def word(self) -> str:
        """Return the grade as people call it."""
        return WORDS[self.grade]

    @property
    def fallen(self) -> bool:
        """Say whether an editor gave a better grade than is allowed by now."""
        return bool(self.given) and self.given < self.allowed.grade

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Return the grades an editor may give."""
        return tuple((grade, WORDS[grade]) for grade in GRADES if self.open_to.allows(grade))

    @property
    def reason(self) -> str:
        """Return why the grade is as it is: the editor's sentence, unless less is allowed by now."""
        return self.why if self.given and not self.fallen else self.allowed.reason


def read_evidence(row: Mapping[str, Any], comparisons: Sequence[str], *, industry: bool = False) -> Evidence:
    """Read a row with EVIDENCE_COLUMNS; `industry` is what the case remembers of who wrote it."""
    own = Case(
        thread_id=0,
        title="",
        organisation_id=row["case_organisation_id"],
        direction=row["direction"],
        comparisons=frozenset(comparisons),
        industry=industry or row["case_organisation_kind"] == "industry",
    )
    others = _others(row["other_cases"])
    allowed = case_ceiling(own, others)
    return Evidence(
        grade=counting_grade(row["given_grade"], allowed),
        allowed=allowed,
        open_to=case_ceiling(own, as_addressed(others)),
        given=row["given_grade"],
        why=row["evidence_why"],
        by=row["evidence_by"] or "",
        at=as_datetime(row["evidence_at"]),
    )


def _others(text: str | None) -> tuple[Case, ...]:
    lines = (line.split(_BETWEEN) for line in (text or "").split(_AFTER) if line)
    return tuple(
        Case(
            thread_id=int(thread),
            title="",
            organisation_id=int(organisation) if organisation else None,
            direction=direction,
            comparisons=frozenset(comparisons.split(",")) - {""},
            industry=kind == "industry",
            addressed=known == "known",
        )
        for thread, organisation, kind, direction, comparisons, known in lines
    )


async def grades_of(thread_ids: Sequence[int]) -> dict[int, str]:
    """Return the grades of some published case studies, by thread."""
    if not thread_ids:
        return {}
    these = one_of("t.id", thread_ids)
    beside = one_of("z.id", thread_ids)
    which = Condition(
        f"{these.sql} OR t.article_id IN (SELECT z.article_id FROM threads z WHERE {beside.sql})",  # noqa: S608
        these.values + beside.values,
    )
    found = await rows(grades_sql(which.sql), *which.values)
    return {row["id"]: row["grade"] for row in found if row["id"] in set(thread_ids)}
