"""Tables of signing in elsewhere: who may say who somebody is, whose sign-ins there are linked, what was used up."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member
from members.models.places import Organisation


class Provider(Model):
    """An OpenID provider: of the site, or of one organisation, and then for addresses in its confirmed domains only.

    `secret` is sealed. `roles` has a line for each group that gives a role ("editors: editor"). `two_steps` says
    whether signing in there counts as two steps: never, when the provider says so (said), or always.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="providers", null=True
    )
    issuer = fields.CharField(max_length=300)
    client_id = fields.CharField(max_length=200)
    secret = fields.TextField(default="", db_default="")
    scopes = fields.CharField(max_length=200, default="openid email profile", db_default="openid email profile")
    email_claim = fields.CharField(max_length=80, default="email", db_default="email")
    verified_claim = fields.CharField(max_length=80, default="email_verified", db_default="email_verified")
    name_claim = fields.CharField(max_length=80, default="name", db_default="name")
    groups_claim = fields.CharField(max_length=80, default="groups", db_default="groups")
    roles = fields.TextField(default="", db_default="")
    trusts_addresses = fields.BooleanField(default=False, db_default=False)
    is_compulsory = fields.BooleanField(default=False, db_default=False)
    two_steps = fields.CharField(max_length=8, default="said", db_default="said")
    is_on = fields.BooleanField(default=False, db_default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "identity_providers"


class IdentityLink(Model):
    """That a sign-in at a provider (its `subject`, as the provider calls it) opens the account of a member.

    `email` is what the provider said last. `given` are the roles, with commas, that its groups gave already: one that
    was taken back by hand is not given again.
    """

    id = fields.BigIntField(primary_key=True)
    provider: fields.ForeignKeyRelation[Provider] = fields.ForeignKeyField("models.Provider", related_name="links")
    subject = fields.CharField(max_length=255)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="identity_links")
    email = fields.CharField(max_length=254, default="", db_default="")
    given = fields.CharField(max_length=120, default="", db_default="")
    created_at = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "identity_links"
        unique_together = (("provider", "subject"),)


class SpentState(Model):
    """The hash of what a browser came back with from a provider: it is taken once, by whichever process."""

    id = fields.BigIntField(primary_key=True)
    hash = fields.CharField(max_length=64, unique=True)
    at: datetime = fields.DatetimeField(db_index=True)

    class Meta:
        table = "spent_states"
