"""Tables of sign-ins and personal tokens; only hashes of their secrets are stored."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.providers import Provider


class Session(Model):
    """One sign-in on one device; `confirmed_at` is when its member last proved who they are again.

    `provider` is that at which it began, none where that was a password or a passkey; `did_two_steps` is whether that
    provider asked for a second step.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="sessions")
    hash = fields.CharField(max_length=64, unique=True)
    device = fields.CharField(max_length=120, default="", db_default="")
    address = fields.CharField(max_length=45, default="", db_default="")
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at: datetime | None = fields.DatetimeField(null=True)
    confirmed_at: datetime | None = fields.DatetimeField(null=True)
    did_two_steps = fields.BooleanField(default=False, db_default=False)
    provider: fields.ForeignKeyNullableRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", related_name="sessions", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "sessions"
        indexes = (("member", "revoked_at"),)


class Token(Model):
    """A personal token for programs, with the member's own rights."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="tokens")
    name = fields.CharField(max_length=80)
    hash = fields.CharField(max_length=64, unique=True)
    created_at = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)
    revoked_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "tokens"
