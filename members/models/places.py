"""Tables of regions and organisations, and of who belongs to them."""

from datetime import date, datetime

from tortoise import fields

from base.db.model import Model
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
    `logo_id` is an uploaded picture. `signoff` (none, notify, approve) is what happens before its people publish a case
    study, `mail_content` (full, none) whether letters to its people may quote.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    kind = fields.CharField(max_length=16, default="member", db_default="member")
    type = fields.CharField(max_length=16, default="hospital", db_default="hospital")
    beds_band = fields.CharField(max_length=12, default="", db_default="")
    staff_band = fields.CharField(max_length=12, default="", db_default="")
    country = fields.CharField(max_length=2, default="", db_default="")
    region: fields.ForeignKeyNullableRelation[Region] = fields.ForeignKeyField(
        "models.Region", related_name="organisations", null=True, on_delete=fields.SET_NULL
    )
    languages = fields.CharField(max_length=80, default="", db_default="")
    about = fields.TextField(default="", db_default="")
    website = fields.CharField(max_length=200, default="", db_default="")
    logo_id: int | None = fields.BigIntField(null=True)
    logo_alt = fields.CharField(max_length=160, default="", db_default="")
    privacy_contact = fields.CharField(max_length=254, default="", db_default="")
    signoff = fields.CharField(max_length=7, default="none", db_default="none")
    mail_content = fields.CharField(max_length=4, default="full", db_default="full")
    term_start: date | None = fields.DateField(null=True)
    term_end: date | None = fields.DateField(null=True)
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


class DomainClaim(Model):
    """A mail domain that an organisation says is its own; it gives nothing until it is proven by `token` in the DNS.

    Several may claim the same one: it becomes a row of OrganisationDomain of who proves it first. `looked_at` is when
    the DNS was asked last, `found` what came of it.
    """

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="domain_claims"
    )
    domain = fields.CharField(max_length=120)
    token = fields.CharField(max_length=64)
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="domain_claims", null=True, on_delete=fields.SET_NULL
    )
    at = fields.DatetimeField()
    looked_at: datetime | None = fields.DatetimeField(null=True)
    found = fields.CharField(max_length=8, default="", db_default="")

    class Meta:
        table = "domain_claims"
        unique_together = (("organisation", "domain"),)


class Membership(Model):
    """A member's place in an organisation: `role` is staff or org_admin.

    `state` is pending, active, paused (by the organisation), declined or left; only an active one gives anything.
    `title` is what the organisation says somebody is there, `words` what they wrote when they asked to belong. `was` is
    what a pending place was before they asked, left or declined: only people let those in, and nothing else does.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="memberships")
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="memberships"
    )
    role = fields.CharField(max_length=12, default="staff", db_default="staff")
    state = fields.CharField(max_length=8, default="active", db_default="active")
    title = fields.CharField(max_length=120, default="", db_default="")
    words = fields.CharField(max_length=300, default="", db_default="")
    main = fields.BooleanField(default=True, db_default=True)
    since = fields.DatetimeField()
    until: datetime | None = fields.DatetimeField(null=True)
    was = fields.CharField(max_length=8, default="", db_default="")

    class Meta:
        table = "memberships"
        unique_together = (("member", "organisation"),)


class OrganisationProposal(Model):
    """What somebody of the staff would change in their organisation's profile or ledger (`about`), and why.

    `state` is open, accepted, declined or withdrawn.
    """

    id = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="proposals"
    )
    about = fields.CharField(max_length=8)
    what = fields.TextField()
    why = fields.CharField(max_length=400, default="", db_default="")
    state = fields.CharField(max_length=9, default="open", db_default="open")
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="organisation_proposals", null=True, on_delete=fields.SET_NULL
    )
    at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="organisation_proposals_decided", null=True, on_delete=fields.SET_NULL
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    note = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "organisation_proposals"
        indexes = (("organisation", "state"),)
