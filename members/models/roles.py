"""Table of the roles people hold beyond membership."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member


class RoleGrant(Model):
    """A dated, scoped role: community_leader, editor, moderator or admin; `scope` is site, region or language."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="grants")
    role = fields.CharField(max_length=20)
    scope = fields.CharField(max_length=12, default="site", db_default="site")
    scope_id: int | None = fields.BigIntField(null=True)
    granted_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="grants_given", null=True, on_delete=fields.SET_NULL
    )
    since = fields.DatetimeField()
    until: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "role_grants"
        indexes = (("member", "until"),)
