"""Table of who stands in for whom."""

from datetime import date

from tortoise import fields

from base.db.model import Model
from members.models import Member


class Delegation(Model):
    """While somebody is away, until the end of a day, another one gets their reviews and looks after their articles."""

    id = fields.BigIntField(primary_key=True)
    member: fields.OneToOneRelation[Member] = fields.OneToOneField("models.Member", related_name="delegation")
    deputy: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="stands_in_for")
    until: date = fields.DateField()
    at = fields.DatetimeField()

    class Meta:
        table = "delegations"
        indexes = (("deputy", "until"),)
