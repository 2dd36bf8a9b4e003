"""Tables of regions and organisations, and of who belongs to them."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from members.models.people import Member


class Region(Model):
    """A part of the network: a set of countries (two-letter codes, comma separated) with its community leaders."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=80)
    countries = fields.TextField(default="", db_default="")
    languages = fields.CharField(max_length=120, default="", db_default="")
    about = fields.TextField(default="", db_default="")

    class Meta:
        table = "regions"


class Organisation(Model):
    """A member organisation, network partner, industry member or guest.

    `kind` is member, network_partner, industry or guest; `type` is hospital, health_system, clinic, university,
    association, government, payer, vendor or other; `state` is pending, active, grace, lapsed or archived.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=16, default="member", db_default="member")
    type = fields.CharField(max_length=16, default="hospital", db_default="hospital")
    beds_band = fields.CharField(max_length=12, default="", db_default="")
    country = fields.CharField(max_length=2, default="", db_default="")
    region: fields.ForeignKeyNullableRelation[Region] = fields.ForeignKeyField(
        "models.Region", related_name="organisations", null=True, on_delete=fields.SET_NULL
    )
    languages = fields.CharField(max_length=80, default="", db_default="")
    about = fields.TextField(default="", db_default="")
    website = fields.CharField(max_length=200, default="", db_default="")
    state = fields.CharField(max_length=8, default="active", db_default="active")
    created_at = fields.DatetimeField()

    class Meta:
        table = "organisations"
        indexes = (("country", "state"), ("type", "beds_band"))


class OrganisationDomain(Model):
    """A mail domain that proves membership of an organisation once it is verified."""

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="domains"
    )
    domain = fields.CharField(max_length=120, unique=True)
    verified_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "organisation_domains"


class Membership(Model):
    """A member's place in an organisation: `role` is staff or org_admin; `state` is pending, active or left."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="memberships")
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="memberships"
    )
    role = fields.CharField(max_length=12, default="staff", db_default="staff")
    state = fields.CharField(max_length=8, default="active", db_default="active")
    main = fields.BooleanField(default=True, db_default=True)
    since = fields.DatetimeField()
    until: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "memberships"
        unique_together = (("member", "organisation"),)
