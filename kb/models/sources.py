"""Tables of what an article rests on: sources, contributors, verifications, adoptions."""

from datetime import date, datetime

from tortoise import fields

from base.db.model import Model
from forum.models import Post, Thread
from kb.models.articles import Article
from members.models import Member, Organisation


class SourceLink(Model):
    """A passage an article rests on: a span of a post at a revision, or a whole thread (`post` is empty).

    `start` and `end` count characters of the post's plain text; `state` is ok, changed, outdated (its author says that
    it is no longer true), withdrawn or redacted, and `changed_at` says since when it is not ok: what was checked after
    that was checked as it is now. `section` says where the passage went; a whole thread has none but `promoted`, when
    the article was started from it, or `against`, when it came out the other way. `compared` is the revision of the
    post that brought it into its state. `addressed` says how the article deals with a case that contradicts it.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="sources")
    revision = fields.IntField()
    section = fields.CharField(max_length=20, default="", db_default="")
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="cited_in")
    post: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="cited_in", null=True, on_delete=fields.SET_NULL
    )
    post_number = fields.IntField(default=0, db_default=0)
    post_revision = fields.IntField(default=0, db_default=0)
    start = fields.IntField(default=0, db_default=0)
    end = fields.IntField(default=0, db_default=0)
    text = fields.TextField(default="", db_default="")
    hash = fields.CharField(max_length=64, default="", db_default="")
    state = fields.CharField(max_length=10, default="ok", db_default="ok")
    changed_at: datetime | None = fields.DatetimeField(null=True)
    compared = fields.IntField(default=0, db_default=0)
    addressed = fields.CharField(max_length=300, default="", db_default="")
    added_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="sources_added", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()

    class Meta:
        table = "source_links"
        indexes = (("article", "revision"), ("thread",), ("post",))


class LinkedPage(Model):
    """A page elsewhere that a published article links to.

    `failing_since` is when it was first seen gone, and has not been seen since; `status` is what it last answered:
    an HTTP status, 0 if nothing did, or -1 if there is no such host. See kb/triggers.py for when it is gone.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="linked_pages")
    url = fields.CharField(max_length=500)
    status = fields.IntField(default=0, db_default=0)
    checked_at: datetime | None = fields.DatetimeField(null=True)
    failing_since: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "linked_pages"
        unique_together = (("article", "url"),)
        indexes = (("checked_at",),)


class Contributor(Model):
    """Somebody an article owes something to.

    `role` is asked, answered, case_author, suggested, edited or reviewed; `credit` is name,
    organisation, anonymous or none. `attribution` is how somebody who left agreed to stay named.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="contributors")
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="contributions")
    role = fields.CharField(max_length=12)
    credit = fields.CharField(max_length=12, default="name", db_default="name")
    attribution = fields.CharField(max_length=120, default="", db_default="")

    class Meta:
        table = "contributors"
        unique_together = (("article", "member", "role"),)


class Verification(Model):
    """The log of who confirmed which revision; `method` is approved, still_true or edited."""

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="verifications")
    revision = fields.IntField()
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="verifications", null=True, on_delete=fields.SET_NULL
    )
    method = fields.CharField(max_length=10)
    note = fields.CharField(max_length=300, default="", db_default="")
    at = fields.DatetimeField()
    next_due: datetime = fields.DatetimeField()

    class Meta:
        table = "verifications"
        indexes = (("article", "at"),)


class Adoption(Model):
    """What one organisation does with an article: planning, trying, adopted, adapted, stopped or not_for_us.

    `result` is worked, mixed or did_not_work, if it is known. `confirmed_at` says when somebody last said that it is
    still so, `asked_at` when they were last asked.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="adoptions")
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="adoptions"
    )
    state = fields.CharField(max_length=10)
    note = fields.CharField(max_length=400, default="", db_default="")
    result = fields.CharField(max_length=12, default="", db_default="")
    since: date | None = fields.DateField(null=True)
    name_visible = fields.BooleanField(default=True, db_default=True)
    confirmed_at: datetime | None = fields.DatetimeField(null=True)
    asked_at: datetime | None = fields.DatetimeField(null=True)
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="adoptions", null=True, on_delete=fields.SET_NULL
    )
    at = fields.DatetimeField()

    class Meta:
        table = "adoptions"
        unique_together = (("article", "organisation"),)


class AdoptionChange(Model):
    """One line in the history of what an organisation does with an article; an empty `state` took it back.

    `standing` is recorded, proposed (by a member, to the administrators of the organisation), declined or withdrawn.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField(
        "models.Article", related_name="adoption_changes"
    )
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="adoption_changes"
    )
    state = fields.CharField(max_length=10)
    note = fields.CharField(max_length=400, default="", db_default="")
    result = fields.CharField(max_length=12, default="", db_default="")
    since: date | None = fields.DateField(null=True)
    name_visible = fields.BooleanField(default=True, db_default=True)
    standing = fields.CharField(max_length=9, default="recorded", db_default="recorded")
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="adoption_changes", null=True, on_delete=fields.SET_NULL
    )
    decided_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="adoption_decisions", null=True, on_delete=fields.SET_NULL
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "adoption_changes"
        indexes = (("article", "organisation", "at"), ("organisation", "standing"))
