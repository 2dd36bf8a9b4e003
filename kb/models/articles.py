"""Tables of articles."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from forum.models import Tag
from members.models import Member, Platform


class Article(Model):
    """A best practice; its words are in its revisions, what readers see is the published one.

    `kind` is how_to, policy, checklist, guideline, answer or announcement; `state` is draft, published, obsolete,
    retired or archived; `recommendation` is do, consider or avoid; `strength` is strong or conditional; `evidence` is
    E1 to E4.
    Verification is bound to a revision: `verified_revision` says to which. Its state is computed, never stored.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=12, default="how_to", db_default="how_to")
    state = fields.CharField(max_length=10, default="draft", db_default="draft")
    title = fields.CharField(max_length=255)
    slug = fields.CharField(max_length=80)
    summary = fields.TextField(default="", db_default="")
    audience = fields.CharField(max_length=24, default="public", db_default="public")
    language = fields.CharField(max_length=8, default="en", db_default="en")
    published_revision = fields.IntField(default=0, db_default=0)
    latest_revision = fields.IntField(default=0, db_default=0)
    owner: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="articles_owned", null=True, on_delete=fields.SET_NULL
    )
    recommendation = fields.CharField(max_length=8, default="consider", db_default="consider")
    strength = fields.CharField(max_length=12, default="conditional", db_default="conditional")
    evidence = fields.CharField(max_length=2, default="E4", db_default="E4")
    evidence_why = fields.CharField(max_length=400, default="", db_default="")
    interval_days = fields.IntField(default=180, db_default=180)
    verified_revision = fields.IntField(default=0, db_default=0)
    verified_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="articles_verified", null=True, on_delete=fields.SET_NULL
    )
    verified_at: datetime | None = fields.DatetimeField(null=True)
    due_at: datetime | None = fields.DatetimeField(null=True)
    replaced_by: fields.ForeignKeyNullableRelation["Article"] = fields.ForeignKeyField(
        "models.Article", related_name="replaces", null=True, on_delete=fields.SET_NULL
    )
    state_reason = fields.CharField(max_length=300, default="", db_default="")
    licence = fields.CharField(max_length=40, default="CC BY 4.0", db_default="CC BY 4.0")
    version = fields.IntField(default=1, db_default=1)
    created_at = fields.DatetimeField()
    published_at: datetime | None = fields.DatetimeField(null=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "articles"
        indexes = (("state", "published_at", "id"), ("owner", "due_at"), ("state", "due_at"))


class ArticleTag(Model):
    """A tag on an article."""

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="tags")
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("models.Tag", related_name="articles")

    class Meta:
        table = "article_tags"
        unique_together = (("article", "tag"),)
        indexes = (("tag", "article"),)


class ArticlePlatform(Model):
    """A platform that an article is about."""

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="platforms")
    platform: fields.ForeignKeyRelation[Platform] = fields.ForeignKeyField("models.Platform", related_name="articles")

    class Meta:
        table = "article_platforms"
        unique_together = (("article", "platform"),)
        indexes = (("platform", "article"),)
