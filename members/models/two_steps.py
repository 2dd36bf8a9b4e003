"""Tables of signing in with two steps: what an app's codes come from, recovery codes, who is between the steps."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.providers import Provider


class TwoFactor(Model):
    """What the codes of a member's app come from, sealed; in force from `since` on, before that it is being set up.

    `last_step` is the half minute of the last code that was taken: none is taken twice. `session_id` is the sign-in
    that is setting it up, to which alone the secret is shown.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.OneToOneRelation[Member] = fields.OneToOneField("models.Member", related_name="two_factor")
    secret = fields.TextField()
    since: datetime | None = fields.DatetimeField(null=True)
    last_step = fields.BigIntField(default=0, db_default=0)
    session_id: int | None = fields.BigIntField(null=True)
    made_at: datetime = fields.DatetimeField()

    class Meta:
        table = "two_factors"


class RecoveryCode(Model):
    """One recovery code that is left, as a keyed hash; a used one is gone."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="recovery_codes")
    hash = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "recovery_codes"


class SecondStep(Model):
    """A browser that gave the right password and has yet to give a code; `hash` is that of its cookie's secret.

    `provider` is that at which it signed in, where it was no password.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="second_steps")
    hash = fields.CharField(max_length=64, unique=True)
    created_at: datetime = fields.DatetimeField(db_index=True)
    provider: fields.ForeignKeyNullableRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", related_name="second_steps", null=True
    )

    class Meta:
        table = "second_steps"
