"""Tables of case studies."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tortoise import fields

from base.db.model import Model
from forum.models.threads import Thread
from members.models import Member


class CaseStudy(Model):
    """The structured part of a case study; every text is Markdown.

    `direction` is worked, mixed or did_not_work; `again` is yes, with_changes or no; `contact` is open,
    on_request or none. `setting` is a frozen copy of the organisation as it was: type, size, country, language.
    `evidence` is the grade an editor gave, E1 to E4, never above the computed ceiling, with the sentence why.
    """

    id = fields.BigIntField(primary_key=True)
    thread: fields.OneToOneRelation[Thread] = fields.OneToOneField("models.Thread", related_name="case_study")
    summary = fields.TextField()
    problem = fields.TextField()
    setting: dict[str, Any] = fields.JSONField(default=dict)
    audience_served = fields.TextField(default="", db_default="")
    what_we_did = fields.TextField()
    planning = fields.TextField(default="", db_default="")
    staff_hours = fields.CharField(max_length=20, default="", db_default="")
    cost_band = fields.CharField(max_length=20, default="", db_default="")
    tools = fields.TextField(default="", db_default="")
    started_on: date | None = fields.DateField(null=True)
    ended_on: date | None = fields.DateField(null=True)
    ongoing = fields.BooleanField(default=False, db_default=False)
    direction = fields.CharField(max_length=12)
    results = fields.TextField(default="", db_default="")
    unintended = fields.TextField(default="", db_default="")
    lessons = fields.TextField()
    getting_started = fields.TextField(default="", db_default="")
    sustaining = fields.TextField(default="", db_default="")
    again = fields.CharField(max_length=12, default="", db_default="")
    patient_involvement = fields.TextField(default="", db_default="")
    approvals = fields.CharField(max_length=60, default="", db_default="")
    sponsored = fields.BooleanField(default=False, db_default=False)
    sponsorship = fields.TextField(default="", db_default="")
    vendor_tie = fields.BooleanField(default=False, db_default=False)
    vendor_ties = fields.TextField(default="", db_default="")
    references = fields.TextField(default="", db_default="")
    contact = fields.CharField(max_length=12, default="open", db_default="open")
    licence = fields.CharField(max_length=40, default="CC BY 4.0", db_default="CC BY 4.0")
    evidence = fields.CharField(max_length=2, default="", db_default="")
    evidence_why = fields.CharField(max_length=300, default="", db_default="")
    evidence_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="cases_graded", null=True, on_delete=fields.SET_NULL
    )
    evidence_at: datetime | None = fields.DatetimeField(null=True)
    updated_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "case_studies"


class Metric(Model):
    """One measured outcome, as data.

    `kind` is reach, engagement, service, cost, safety, satisfaction or other; `comparison` is none,
    before_after, control or benchmark.
    """

    id = fields.BigIntField(primary_key=True)
    case: fields.ForeignKeyRelation[CaseStudy] = fields.ForeignKeyField("models.CaseStudy", related_name="metrics")
    position = fields.IntField()
    name = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=14, default="other", db_default="other")
    baseline: Decimal | None = fields.DecimalField(max_digits=18, decimal_places=4, null=True)
    result: Decimal = fields.DecimalField(max_digits=18, decimal_places=4)
    unit = fields.CharField(max_length=30, default="", db_default="")
    period = fields.CharField(max_length=80, default="", db_default="")
    source = fields.CharField(max_length=160, default="", db_default="")
    comparison = fields.CharField(max_length=14, default="none", db_default="none")
    sample: int | None = fields.BigIntField(null=True)

    class Meta:
        table = "metrics"
        unique_together = (("case", "position"),)
