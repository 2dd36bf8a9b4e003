"""Tables of the platform ledger: what organisations do with platforms, and under which official accounts."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.places import Organisation
from members.models.platforms import Platform


class PlatformUse(Model):
    """What an organisation does with a platform: `status` is planning, using or tried_stopped.

    `since` and `until` are a year or a month ("2019", "2019-04"), `purposes` are words of members/uses.py with commas.
    `asks` counts the letters about it since it was last confirmed.
    """

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="platform_uses"
    )
    platform: fields.ForeignKeyRelation[Platform] = fields.ForeignKeyField("models.Platform", related_name="uses")
    status = fields.CharField(max_length=13, default="using", db_default="using")
    since = fields.CharField(max_length=7, default="", db_default="")
    until = fields.CharField(max_length=7, default="", db_default="")
    purposes = fields.CharField(max_length=200, default="", db_default="")
    team_size_band = fields.CharField(max_length=8, default="", db_default="")
    tools = fields.CharField(max_length=200, default="", db_default="")
    note = fields.TextField(default="", db_default="")
    why_stopped = fields.TextField(default="", db_default="")
    checked_at = fields.DatetimeField()
    checked_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="checked_uses", null=True, on_delete=fields.SET_NULL
    )
    asked_at: datetime | None = fields.DatetimeField(null=True)
    asks = fields.SmallIntField(default=0, db_default=0)

    class Meta:
        table = "platform_uses"
        unique_together = (("organisation", "platform"),)
        indexes = (("status", "platform"),)


class PlatformAccount(Model):
    """An official account, and what its address answered last: status 0 is nothing yet, or nothing clear."""

    id = fields.BigIntField(primary_key=True)
    use: fields.ForeignKeyRelation[PlatformUse] = fields.ForeignKeyField("models.PlatformUse", related_name="accounts")
    url = fields.CharField(max_length=300)
    status = fields.IntField(default=0, db_default=0)
    checked_at: datetime | None = fields.DatetimeField(null=True)
    failing_since: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "platform_accounts"
        unique_together = (("use", "url"),)
        indexes = (("url",),)
