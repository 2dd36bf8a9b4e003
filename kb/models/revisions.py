"""Tables of an article's revisions and their reviews."""

from datetime import date, datetime
from typing import Any

from tortoise import fields

from base.db.model import Model
from kb.models.articles import Article
from members.models import Member


class ArticleRevision(Model):
    """One version of an article: `sections` maps the section's name to its Markdown.

    What a version recommends and how well it is supported belong to it; publishing copies them to the article.
    `state` is draft, in_review, changes_requested, approved, published, superseded or rejected. `significance` is
    typo, content or advice. A draft is edited in place (`edits` is the optimistic lock); from review on it is fixed.
    """

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="revisions")
    number = fields.IntField()
    title = fields.CharField(max_length=255)
    summary = fields.TextField(default="", db_default="")
    sections: dict[str, Any] = fields.JSONField(default=dict)
    recommendation = fields.CharField(max_length=8, default="consider", db_default="consider")
    strength = fields.CharField(max_length=12, default="conditional", db_default="conditional")
    evidence = fields.CharField(max_length=2, default="E4", db_default="E4")
    evidence_why = fields.CharField(max_length=400, default="", db_default="")
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="article_revisions"
    )
    last_editor: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="article_edits"
    )
    based_on = fields.IntField(default=0, db_default=0)
    significance = fields.CharField(max_length=8, default="advice", db_default="advice")
    note = fields.CharField(max_length=300, default="", db_default="")
    state = fields.CharField(max_length=18, default="draft", db_default="draft")
    edits = fields.IntField(default=0, db_default=0)
    sha256 = fields.CharField(max_length=64, default="", db_default="")
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    published_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "article_revisions"
        unique_together = (("article", "number"),)
        indexes = (("state", "changed_at"),)


class Review(Model):
    """A request to review a revision and, once signed, its decision: approved, changes_requested or rejected.

    A request that was taken back or decided by somebody else is withdrawn. `words` is the text as it was sent.
    """

    id = fields.BigIntField(primary_key=True)
    revision: fields.ForeignKeyRelation[ArticleRevision] = fields.ForeignKeyField(
        "models.ArticleRevision", related_name="reviews"
    )
    reviewer: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="reviews")
    asked_by: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="reviews_asked")
    due_on: date | None = fields.DateField(null=True)
    decision = fields.CharField(max_length=18, default="", db_default="")
    note = fields.TextField(default="", db_default="")
    words: dict[str, Any] | None = fields.JSONField(null=True)
    created_at = fields.DatetimeField()
    signed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "reviews"
        indexes = (("reviewer", "decision"), ("revision",))


class ReviewComment(Model):
    """A remark on one paragraph of a revision; `quote` is the paragraph as it stood."""

    id = fields.BigIntField(primary_key=True)
    revision: fields.ForeignKeyRelation[ArticleRevision] = fields.ForeignKeyField(
        "models.ArticleRevision", related_name="comments"
    )
    section = fields.CharField(max_length=20)
    paragraph = fields.IntField()
    quote = fields.TextField()
    text = fields.TextField()
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="review_comments")
    created_at = fields.DatetimeField()
    resolved_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "review_comments"
        indexes = (("revision", "section", "paragraph"),)
