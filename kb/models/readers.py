"""Tables of what readers say of articles: whether they helped, and what should change."""

from datetime import date, datetime

from tortoise import fields

from base.db.model import Model
from kb.models.articles import Article
from members.models import Member


class HelpfulVote(Model):
    """One reader found one revision helpful, or not.

    `voter` is a member ("m:7") or a visitor whose address cannot be read from it; `reason` is outdated, not_ours,
    unclear, wrong or missing; `section` is the part of the article it is about; `settled_at` is when it was settled.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="votes")
    revision = fields.IntField()
    voter = fields.CharField(max_length=64)
    helpful = fields.BooleanField()
    reason = fields.CharField(max_length=8, default="", db_default="")
    section = fields.CharField(max_length=20, default="", db_default="")
    comment = fields.CharField(max_length=500, default="", db_default="")
    at = fields.DatetimeField()
    settled_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "helpful_votes"
        unique_together = (("article", "revision", "voter"),)
        indexes = (("article", "revision", "at"),)


class ArticleReads(Model):
    """How often an article was opened on one day, by whomever."""

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="reads")
    day: date = fields.DateField()
    reads = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "article_reads"
        unique_together = (("article", "day"),)


class Suggestion(Model):
    """A member's new words for one section; `state` is open, accepted or declined, `revision` the one it began with."""

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="suggestions")
    revision = fields.IntField()
    section = fields.CharField(max_length=20)
    before = fields.TextField(default="", db_default="")
    text = fields.TextField()
    why = fields.CharField(max_length=300)
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="suggestions")
    state = fields.CharField(max_length=8, default="open", db_default="open")
    accepted_into = fields.IntField(default=0, db_default=0)
    note = fields.CharField(max_length=300, default="", db_default="")
    at = fields.DatetimeField()
    decided_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="suggestions_decided", null=True, on_delete=fields.SET_NULL
    )
    decided_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "suggestions"
        indexes = (("article", "state"), ("state", "at"))
