"""Tables of masks: members who write without their name, and the unmasking of one by two people."""

from datetime import datetime
from typing import Any

from tortoise import fields

from base.db.model import Model
from members.models.people import Member


class Mask(Model):
    """A member behind a pseudonym in one place, such as "thread:17".

    `member` is a row of its own, in the state "mask", that nobody can sign in as: what is written behind the mask
    belongs to it, so that nothing that shows, finds, exports or feeds it can name anybody else. Who it is stands in
    `sealed` alone, encrypted; `owner` is a keyed hash of the same, by which somebody finds their own masks.
    `levels` are the attributes shown, each shared by at least `shared_by` members when it was last looked at.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.OneToOneRelation[Member] = fields.OneToOneField("models.Member", related_name="mask")
    place = fields.CharField(max_length=40)
    number = fields.IntField(default=1, db_default=1)
    owner = fields.CharField(max_length=64)
    sealed = fields.TextField()
    levels: dict[str, Any] = fields.JSONField(default=dict)
    shared_by = fields.IntField(default=0, db_default=0)
    created_at = fields.DatetimeField()
    checked_at: datetime = fields.DatetimeField()

    class Meta:
        table = "masks"
        unique_together = (("owner", "place"), ("place", "number"))


class Unmasking(Model):
    """A request to learn who is behind a mask: `state` is asked, approved or refused; one asks, another one decides."""

    id = fields.BigIntField(primary_key=True)
    mask: fields.ForeignKeyRelation[Mask] = fields.ForeignKeyField("models.Mask", related_name="unmaskings")
    url = fields.CharField(max_length=300, default="", db_default="")
    reason = fields.CharField(max_length=500)
    state = fields.CharField(max_length=10, default="asked", db_default="asked")
    asked_by: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="unmaskings")
    asked_at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="unmaskings_decided", null=True, on_delete=fields.SET_NULL
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    note = fields.CharField(max_length=500, default="", db_default="")

    class Meta:
        table = "unmaskings"
        indexes = (("state", "asked_at"), ("mask",))
