"""Tables of passkeys: what members may sign in with, which challenges are used up, and which devices are known."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member


class Passkey(Model):
    """The public half of a passkey; the other half never leaves the member's device or password manager.

    `credential` is the name that the device gave it, `handle` what the device knows the member by: nothing but chance.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="passkeys")
    credential = fields.CharField(max_length=1400, unique=True)
    handle = fields.CharField(max_length=64)
    public_key = fields.TextField()
    counter = fields.BigIntField(default=0, db_default=0)
    name = fields.CharField(max_length=80)
    is_synced = fields.BooleanField(default=False, db_default=False)
    transports = fields.CharField(max_length=80, default="", db_default="")
    made_at: datetime = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "passkeys"


class SpentChallenge(Model):
    """A challenge that a passkey has answered, until it would have expired by itself: none is answered twice."""

    id = fields.BigIntField(primary_key=True)
    hash = fields.CharField(max_length=64, unique=True)
    spent_at: datetime = fields.DatetimeField(db_index=True)

    class Meta:
        table = "spent_challenges"


class KnownDevice(Model):
    """A browser in which a member has signed in before; `hash` is keyed, and another one for each member.

    `session_id` is the latest sign-in there: who ends that from the list of devices wants to hear of the next one.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="known_devices")
    hash = fields.CharField(max_length=64, unique=True)
    session_id: int = fields.BigIntField()
    seen_at: datetime = fields.DatetimeField()

    class Meta:
        table = "known_devices"
