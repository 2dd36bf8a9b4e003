"""Table of nominations."""

from tortoise import fields

from base.db.model import Model
from forum.models import Thread
from members.models import Member


class Nomination(Model):
    """A member says that a thread should become a practice; `state` is open, taken or declined."""

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="nominations")
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="nominations")
    why = fields.CharField(max_length=400)
    state = fields.CharField(max_length=8, default="open", db_default="open")
    at = fields.DatetimeField()

    class Meta:
        table = "nominations"
        unique_together = (("thread", "member"),)
        indexes = (("state", "thread"),)
