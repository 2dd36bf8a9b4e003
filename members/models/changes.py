"""Table of what changed on platforms."""

from datetime import date

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.platforms import Platform


class PlatformChange(Model):
    """Something that changed on a platform, with its day: an interface closed, a rule was rewritten.

    `weight` is major (what was written before has to be checked again) or minor (worth knowing). What counts for a
    check is `recorded_at`, when people here could know of it.
    """

    id = fields.BigIntField(primary_key=True)
    platform: fields.ForeignKeyRelation[Platform] = fields.ForeignKeyField("models.Platform", related_name="changes")
    happened_on: date = fields.DateField()
    title = fields.CharField(max_length=160)
    text = fields.TextField(default="", db_default="")
    weight = fields.CharField(max_length=5, default="major", db_default="major")
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="platform_changes", null=True, on_delete=fields.SET_NULL
    )
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "platform_changes"
        indexes = (("platform", "recorded_at"),)
