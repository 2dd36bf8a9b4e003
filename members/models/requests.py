"""Table of the organisations that ask to join."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.places import Organisation, Region


class OrganisationRequest(Model):
    """That an organisation asks to join: `state` is waiting, approved, declined or withdrawn.

    The organisation is a pending one meanwhile; what was declined or withdrawn has none any more, so its name, and the
    region it stood in, stand here, too. `domain` is what the asker says, and proves nothing. `note` is what they were
    asked back last, `answer` what they said to it, `words` what they were told with the decision.
    """

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="requests", null=True, on_delete=fields.SET_NULL
    )
    asked_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="organisation_requests", null=True, on_delete=fields.SET_NULL
    )
    region: fields.ForeignKeyNullableRelation[Region] = fields.ForeignKeyField(
        "models.Region", related_name="requests", null=True, on_delete=fields.SET_NULL
    )
    name = fields.CharField(max_length=120)
    domain = fields.CharField(max_length=120, default="", db_default="")
    why = fields.TextField(default="", db_default="")
    state = fields.CharField(max_length=10, default="waiting", db_default="waiting")
    note = fields.TextField(default="", db_default="")
    noted_at: datetime | None = fields.DatetimeField(null=True)
    answer = fields.TextField(default="", db_default="")
    answered_at: datetime | None = fields.DatetimeField(null=True)
    words = fields.TextField(default="", db_default="")
    created_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="decided_requests", null=True, on_delete=fields.SET_NULL
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "organisation_requests"
        indexes = (("state", "created_at"), ("organisation", "state"), ("asked_by", "state"))
