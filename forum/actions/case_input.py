"""A case study as it is typed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from base.inputs import BlankIsNone, Body, Input, Line, SmallNumber, Words
from base.text.numbers import read_number, write_number
from base.web.words import translations_for
from forum.actions.opening import LONGEST, Opening, Title
from forum.case_sections import APPROVALS, COST_BANDS, LICENCES, STAFF_HOURS, metric_rows

_MOST: Final = Decimal(10) ** 13

Number = Annotated[Decimal, Field(gt=-_MOST, lt=_MOST)]
Whole = Annotated[int, Field(ge=1, lt=10**15)]
Long = Annotated[Body, Field(max_length=8_000)]
Short = Annotated[Body, Field(max_length=3_000)]


class Measurement(Input):
    """One measured outcome: a row of the table of results."""

    locale: Annotated[Line, Field(max_length=12, exclude=True)] = "en"
    name: Annotated[Line, Field(min_length=2, max_length=120, title="What was measured")]
    kind: Literal["reach", "engagement", "service", "cost", "safety", "satisfaction", "other"] = "other"
    baseline: Annotated[Number | None, BlankIsNone, Field(title="Before")] = None
    result: Annotated[Number, Field(title="After")]
    unit: Annotated[Line, Field(max_length=30, title="Unit")] = ""
    period: Annotated[Line, Field(max_length=80, title="Period")] = ""
    source: Annotated[Line, Field(max_length=160, title="Source")] = ""
    comparison: Literal["none", "before_after", "control", "benchmark"] = "none"
    n: Annotated[Whole | None, BlankIsNone, Field(title="Number of cases")] = None

    @field_validator("baseline", "result", "n", mode="before")
    @classmethod
    def _readable(cls, value: object, info: ValidationInfo) -> object:
        """Say how a number is written when this is none."""
        locale = str(info.data.get("locale") or "en")
        if isinstance(value, str) and value.strip() and read_number(value, locale) is None:
            like = write_number(Decimal("11.2") if info.field_name != "n" else Decimal(14210), locale)
            raise ValueError(f"“{value.strip()[:40]}” is not a number. Please write one such as {like}.")
        return value


class Measured(Input):
    """What was measured; `locale` says how its numbers are written."""

    locale: Annotated[Line, Field(max_length=12)] = "en"
    metrics: Annotated[list[Measurement], Field(default_factory=list, max_length=30, title="Measurements")]

    @model_validator(mode="before")
    @classmethod
    def _rows(cls, given: Any) -> Any:
        """Gather the rows of measurements, and read their numbers as they are written where the author is."""
        if not isinstance(given, Mapping):
            return given
        locale = given.get("locale")
        spoken = locale if isinstance(locale, str) else "en"
        return {**given, "metrics": [_with_numbers(row, spoken) for row in metric_rows(given)]}


class NewNumbers(Measured):
    """What was measured since; `revision` is that of the opening post with which the writer began."""

    direction: Annotated[Literal["worked", "mixed", "did_not_work"], Field(title="Did it work")]
    ongoing: bool = False
    ended_on: Annotated[date | None, BlankIsNone, Field(title="Ended")] = None
    reason: Annotated[Line, Field(min_length=5, max_length=200, title="What is new")]
    revision: Annotated[SmallNumber, Field(ge=1, title="Revision")]


class CaseData(Measured):
    """What of a case study is data."""

    staff_hours: Annotated[Line, Field(title="Staff time")] = ""
    cost_band: Annotated[Line, Field(title="Cost")] = ""
    started_on: Annotated[date | None, BlankIsNone, Field(title="Started")] = None
    ended_on: Annotated[date | None, BlankIsNone, Field(title="Ended")] = None
    ongoing: bool = False
    direction: Annotated[Literal["worked", "mixed", "did_not_work"], Field(title="Did it work")]
    again: Annotated[Literal["", "yes", "with_changes", "no"], Field(title="Would you do it again")] = ""
    approvals: Annotated[Words, Field(default_factory=list, title="Approvals")]
    sponsored: Annotated[bool, Field(title="Sponsorship")]
    sponsorship: Annotated[Short, Field(validate_default=True, title="Who paid")] = ""
    vendor_tie: Annotated[bool, Field(title="Ties to a vendor")]
    vendor_ties: Annotated[Short, Field(validate_default=True, title="Which ties")] = ""
    contact: Annotated[Literal["open", "on_request", "none"], Field(title="Contact")] = "open"
    licence: Annotated[Line, Field(title="Licence")] = LICENCES[0]

    @field_validator("staff_hours", "cost_band", "licence")
    @classmethod
    def _one_of(cls, value: str, info: ValidationInfo) -> str:
        known = {"staff_hours": ("", *STAFF_HOURS), "cost_band": ("", *COST_BANDS), "licence": LICENCES}
        if value not in known[str(info.field_name)]:
            raise ValueError("Please choose one of the options.")
        return value

    @field_validator("approvals")
    @classmethod
    def _approvals(cls, names: list[str]) -> list[str]:
        if not set(names) <= set(APPROVALS):
            raise ValueError(f"Approvals: please choose from {', '.join(APPROVALS)}.")
        return [name for name in APPROVALS if name in names]

    @field_validator("ended_on")
    @classmethod
    def _after_the_start(cls, day: date | None, info: ValidationInfo) -> date | None:
        started = info.data.get("started_on")
        if day is not None and started is not None and day < started:
            raise ValueError("It cannot have ended before it started.")
        return day

    @field_validator("sponsorship")
    @classmethod
    def _who_paid(cls, text: str, info: ValidationInfo) -> str:
        if info.data.get("sponsored") and not text:
            raise ValueError("Please say who paid for it, or gave something for it.")
        return text

    @field_validator("vendor_ties")
    @classmethod
    def _which_ties(cls, text: str, info: ValidationInfo) -> str:
        if info.data.get("vendor_tie") and not text:
            raise ValueError("Please say which ties you have to a vendor.")
        return text


class CaseText(CaseData):
    """A case study with its texts, all of them Markdown."""

    title: Title
    summary: Annotated[Body, Field(min_length=20, max_length=1_200, title="Summary")]
    problem: Annotated[Long, Field(min_length=20, title="The problem")]
    audience_served: Annotated[Body, Field(max_length=1_000, title="Who it was for")] = ""
    what_we_did: Annotated[Long, Field(min_length=20, title="What you did")]
    planning: Annotated[Long, Field(title="How you planned it")] = ""
    tools: Annotated[Short, Field(title="Tools and templates")] = ""
    results: Annotated[Long, Field(title="Results in words")] = ""
    unintended: Annotated[Short, Field(title="What you did not expect")] = ""
    lessons: Annotated[Long, Field(min_length=20, title="Lessons")]
    getting_started: Annotated[Short, Field(title="Getting started")] = ""
    sustaining: Annotated[Short, Field(title="Keeping it going")] = ""
    patient_involvement: Annotated[Short, Field(title="Patients’ part in it")] = ""
    references: Annotated[Short, Field(title="References")] = ""

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        length = len(self.text_in("en"))
        if length > LONGEST:
            raise ValueError(f"The case study as a whole may have at most {LONGEST:,} characters; this has {length:,}.")
        return self

    def text_in(self, language: str) -> str:
        """Return the case as one text, summary first: what is read, quoted, searched and compared between versions."""
        say = translations_for(language).gettext
        parts = (
            (say("The problem"), self.problem),
            (say("Who it was for"), self.audience_served),
            (say("What we did"), self.what_we_did),
            (say("How we planned it"), self.planning),
            (say("Tools and templates"), self.tools),
            (say("Results"), self.results),
            (say("What we did not expect"), self.unintended),
            (say("Lessons"), self.lessons),
            (say("Getting started"), self.getting_started),
            (say("Keeping it going"), self.sustaining),
            (say("Patients’ part in it"), self.patient_involvement),
            (say("References"), self.references),
        )
        return "\n\n".join([self.summary, *(f"## {heading}\n\n{text}" for heading, text in parts if text)])


class Case(CaseText, Opening):
    """A case study to be shared."""

    in_order: ClassVar[tuple[str, ...]] = (
        "title", "summary", "platforms", "problem", "audience_served", "started_on", "ended_on", "what_we_did",
        "planning", "staff_hours", "cost_band", "tools", "metrics", "results", "unintended", "direction", "again",
        "lessons", "getting_started", "sustaining", "sponsored", "sponsorship", "vendor_tie", "vendor_ties",
    )  # fmt: skip

    @property
    def text(self) -> str:
        """Return the opening post."""
        return self.text_in(self.language)


class EditedCase(CaseText):
    """A case study as it is changed; `revision` is that of the opening post the editor began with."""

    revision: Annotated[SmallNumber, Field(ge=1, title="Revision")]
    reason: Annotated[Line, Field(max_length=200, title="Why")] = ""


def _with_numbers(row: Any, locale: str) -> Any:
    if not isinstance(row, Mapping):
        return row
    numbers = {key: _number(row[key], locale) for key in ("baseline", "result", "n") if key in row}
    return {**row, **numbers, "locale": locale}


def _number(value: object, locale: str) -> object:
    if not isinstance(value, str) or not value.strip():
        return value
    found = read_number(value, locale)
    # What is not a number goes on as it is, to be told so.
    return value if found is None else found.quantize(Decimal("0.0001")) if abs(found) < _MOST else found
