"""Table of the inbox."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from members.models.people import Member


class Notice(Model):
    """Something a member should know, once per cause: `key` keeps a repeated delivery from telling it twice.

    `reason` is the sentence that says why it reached this member. `group` gathers notices about one thing.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="notices")
    key = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=40)
    group = fields.CharField(max_length=60)
    subject = fields.CharField(max_length=300)
    text = fields.TextField(default="", db_default="")
    url = fields.CharField(max_length=300)
    reason = fields.CharField(max_length=120)
    actor: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="notices_caused", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()
    read_at: datetime | None = fields.DatetimeField(null=True)
    mail_state = fields.CharField(max_length=8, default="waiting", db_default="waiting")

    class Meta:
        table = "notices"
        unique_together = (("member", "key"),)
        indexes = (("member", "read_at", "id"), ("mail_state", "created_at"))
