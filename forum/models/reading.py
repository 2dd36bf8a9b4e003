"""Tables of reading and writing in progress: read marks, watches, bookmarks, drafts, deflections."""

from datetime import datetime
from typing import Any

from tortoise import fields

from base.db.model import Model
from forum.models.threads import Thread
from members.models import Member, Organisation


class ReadMark(Model):
    """The highest post number a member has seen in a thread, and for how many seconds they read in it."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="read_marks")
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="read_marks")
    number = fields.IntField()
    seconds = fields.IntField(default=0, db_default=0)
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


class ReadingList(Model):
    """A folder of bookmarks; with an `organisation` its members may read it, too."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="reading_lists")
    name = fields.CharField(max_length=80)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="reading_lists", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()

    class Meta:
        table = "reading_lists"
        unique_together = (("member", "name"),)


class Bookmark(Model):
    """Something a member wants to find again, with a note and perhaps a reminder; `target` is thread, post or article.

    Its `list` is the folder it lies in. `reminded_at` is set when the reminder was given.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="bookmarks")
    target = fields.CharField(max_length=12)
    target_id = fields.BigIntField()
    list: fields.ForeignKeyNullableRelation[ReadingList] = fields.ForeignKeyField(
        "models.ReadingList", related_name="bookmarks", null=True, on_delete=fields.SET_NULL
    )
    note = fields.CharField(max_length=500, default="", db_default="")
    remind_at: datetime | None = fields.DatetimeField(null=True)
    reminded_at: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "bookmarks"
        unique_together = (("member", "target", "target_id"),)
        indexes = (("member", "id"), ("remind_at",))
