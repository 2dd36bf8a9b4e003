"""Tables of people."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from members.models.platforms import Platform


class Member(Model):
    """A person: `state` is unverified, active, staged (known from an import), suspended, leaving or gone.

    `trust_held` is how far somebody of the staff decided by hand that they are trusted, if so (members/rules/trust.py).
    Staged people have never signed in; who is leaving stays by signing in. In the state mask it is no person but what
    one writes behind (members/models/masks.py). `two_steps_asked_at` is when the site asked this member to sign in with
    two steps, as long as it does. Who reads a part of the profile stands in
    `…_for`: public, members or organisation (members/visibility.py). With `accepts_letters`, members may write to them
    by the site's mail, as long as notices come by mail, too. `legal_upto` is the newest legal text there was when they
    last accepted what counts.
    """

    id = fields.BigIntField(primary_key=True)
    handle = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254, null=True, unique=True)
    email_confirmed_at: datetime | None = fields.DatetimeField(null=True)
    password_hash = fields.CharField(max_length=200, default="", db_default="")
    password_changed_at: datetime | None = fields.DatetimeField(null=True)
    state = fields.CharField(max_length=12, default="unverified", db_default="unverified")
    title = fields.CharField(max_length=120, default="", db_default="")
    bio = fields.TextField(default="", db_default="")
    languages = fields.CharField(max_length=80, default="", db_default="")
    locale = fields.CharField(max_length=12, default="en", db_default="en")
    timezone = fields.CharField(max_length=60, default="UTC", db_default="UTC")
    trust = fields.SmallIntField(default=0, db_default=0)
    trust_held: int | None = fields.SmallIntField(null=True)
    mail_notices = fields.BooleanField(default=True, db_default=True)
    created_at = fields.DatetimeField()
    last_seen_at: datetime | None = fields.DatetimeField(null=True)
    two_steps_asked_at: datetime | None = fields.DatetimeField(null=True)
    bio_for = fields.CharField(max_length=12, default="members", db_default="members")
    languages_for = fields.CharField(max_length=12, default="members", db_default="members")
    platforms_for = fields.CharField(max_length=12, default="members", db_default="members")
    topics_for = fields.CharField(max_length=12, default="members", db_default="members")
    accepts_letters = fields.BooleanField(default=True, db_default=True)
    legal_upto = fields.BigIntField(default=0, db_default=0)

    class Meta:
        table = "members"


class MemberPlatform(Model):
    """A platform that a member works with."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="platforms")
    platform: fields.ForeignKeyRelation[Platform] = fields.ForeignKeyField("models.Platform", related_name="members")

    class Meta:
        table = "member_platforms"
        unique_together = (("member", "platform"),)


class MemberTopic(Model):
    """Something a member can be asked about; `slug` is that of the topic of the same name, if there is one."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="topics")
    slug = fields.CharField(max_length=60)
    name = fields.CharField(max_length=40)

    class Meta:
        table = "member_topics"
        unique_together = (("member", "slug"),)
        indexes = (("slug", "member"),)
