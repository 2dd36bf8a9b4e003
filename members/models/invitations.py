"""Tables of invitations, and of who came by which."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.places import Organisation


class Invitation(Model):
    """A way in that somebody opened for a colleague, or, without an address, for up to `most_uses` people.

    Who comes by it belongs to the organisation as `role` (staff or org_admin). One with an address that was never sent
    is held: it waits until somebody says that it may go. `letters` counts those that were sent.
    """

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="invitations", null=True
    )
    role = fields.CharField(max_length=12, default="staff", db_default="staff")
    email = fields.CharField(max_length=254, null=True)
    name = fields.CharField(max_length=80, default="", db_default="")
    title = fields.CharField(max_length=120, default="", db_default="")
    welcome = fields.TextField(default="", db_default="")
    most_uses = fields.SmallIntField(default=1, db_default=1)
    used = fields.SmallIntField(default=0, db_default=0)
    letters = fields.SmallIntField(default=0, db_default=0)
    invited_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="invitations", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()
    sent_at: datetime | None = fields.DatetimeField(null=True)
    opened_at: datetime | None = fields.DatetimeField(null=True)
    accepted_at: datetime | None = fields.DatetimeField(null=True)
    reminded_at: datetime | None = fields.DatetimeField(null=True)
    revoked_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime = fields.DatetimeField()

    class Meta:
        table = "invitations"
        indexes = (("organisation", "email"), ("organisation", "created_at"), ("reminded_at", "sent_at"))


class InvitationUse(Model):
    """That a member came by an invitation; it counts from `accepted_at` on, when their mailbox was proven."""

    id = fields.BigIntField(primary_key=True)
    invitation: fields.ForeignKeyRelation[Invitation] = fields.ForeignKeyField("models.Invitation", related_name="uses")
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="came_by")
    at = fields.DatetimeField()
    accepted_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "invitation_uses"
        unique_together = (("invitation", "member"),)
        indexes = (("member", "accepted_at"),)
