"""Tables of the inbox: notices, and the reasons for which a member wants none."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member


class Notice(Model):
    """Something a member should know, once per cause: `key` keeps a repeated delivery from telling it twice.

    `reason` is the sentence that says why it reached this member. `because` names the same for programs: own, mention,
    quoted, asked, thread, tag, platform, category, member, organisation …; with `because_id` the one that is followed.
    `group` gathers notices about one thing.
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
    because = fields.CharField(max_length=14, default="", db_default="")
    because_id: int | None = fields.BigIntField(null=True)
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


class NoticeSwitch(Model):
    """A member wants no notices for a reason (`because` of Notice) that is nothing one follows."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="notice_switches")
    because = fields.CharField(max_length=14)
    at = fields.DatetimeField()

    class Meta:
        table = "notice_switches"
        unique_together = (("member", "because"),)
