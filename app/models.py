"""Table of the settings that administrators changed while the site ran."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models import Member


class SiteSetting(Model):
    """One setting as JSON, a secret one sealed; without a value it was set back, and is as it usually is."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    value: str | None = fields.TextField(null=True)
    changed_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    changed_at: datetime = fields.DatetimeField()

    class Meta:
        table = "site_settings"


__models__ = [SiteSetting]
