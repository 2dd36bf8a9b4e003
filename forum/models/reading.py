"""Tables of reading and writing in progress: read marks, watches, drafts, deflections."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from forum.models.threads import Thread
from members.models import Member


class ReadMark(Model):
    """The highest post number a member has seen in a thread."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="read_marks")
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="read_marks")
    number = fields.IntField()
    at = fields.DatetimeField()

    class Meta:
        table = "read_marks"
        unique_together = (("member", "thread"),)


class Watch(Model):
    """How closely a member follows a target; `level` is watching, following, normal or muted.

    `target` is thread, tag, platform, category, member or organisation.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="watches")
    target = fields.CharField(max_length=12)
    target_id = fields.BigIntField()
    level = fields.CharField(max_length=10)
    at = fields.DatetimeField()

    class Meta:
        table = "watches"
        unique_together = (("member", "target", "target_id"),)
        indexes = (("target", "target_id", "level"),)


class Draft(Model):
    """Something a member is still writing; `place` says where (ask.question, reply.17, …), `given` is the form."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="drafts")
    place = fields.CharField(max_length=60)
    title = fields.CharField(max_length=255, default="", db_default="")
    given: dict[str, Any] = fields.JSONField(default=dict)
    version = fields.IntField(default=1, db_default=1)
    updated_at: datetime = fields.DatetimeField()

    class Meta:
        table = "drafts"
        indexes = (("member", "updated_at"),)


class Deflection(Model):
    """Somebody who was about to ask found the answer already there; without saying who."""

    id = fields.BigIntField(primary_key=True)
    title = fields.CharField(max_length=255)
    kind = fields.CharField(max_length=12)
    target_id = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "deflections"
