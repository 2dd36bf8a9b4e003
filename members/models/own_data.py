"""Tables of people's own data: the copies they ask for, and who leaves."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member


class DataExport(Model):
    """A copy of their data that a member asked for: `state` is asked, making, ready or failed.

    `part` says what is being written, `done` of `total` how far it is; `file` is its name in the folder of copies.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.OneToOneRelation[Member] = fields.OneToOneField("models.Member", related_name="data_export")
    state = fields.CharField(max_length=8, default="asked", db_default="asked")
    part = fields.CharField(max_length=40, default="", db_default="")
    done = fields.IntField(default=0, db_default=0)
    total = fields.IntField(default=0, db_default=0)
    file = fields.CharField(max_length=80, default="", db_default="")
    size = fields.BigIntField(default=0, db_default=0)
    asked_at: datetime = fields.DatetimeField()
    ready_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "data_exports"
        indexes = (("expires_at",),)


class Departure(Model):
    """A member leaves: `kind` is erase or withdraw (what they wrote goes, too).

    `state` is waiting, working (the name is gone, traces are being removed), swept (search is rebuilt), done or
    cancelled. `by` is the administrator who did it on request. `was` is whom to look for, sealed, until it is done.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="departures")
    kind = fields.CharField(max_length=8)
    state = fields.CharField(max_length=9, default="waiting", db_default="waiting")
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="departures_ordered", null=True, on_delete=fields.SET_NULL
    )
    was = fields.TextField(default="", db_default="")
    asked_at: datetime = fields.DatetimeField()
    due_at: datetime = fields.DatetimeField()
    done_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "departures"
        indexes = (("member", "state"), ("state", "due_at"))


class RetiredHandle(Model):
    """A handle that nobody gets again, as a keyed hash: old links must not lead to a stranger."""

    id = fields.BigIntField(primary_key=True)
    hash = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "retired_handles"
