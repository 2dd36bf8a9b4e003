"""Tables of collections, and of who links to an article."""

from tortoise import fields

from base.db.model import Model
from forum.models import Post, Thread
from kb.models.articles import Article
from members.models import Member


class Collection(Model):
    """Practices, threads and case studies in an order, with an owner; `state` is draft or published."""

    id = fields.BigIntField(primary_key=True)
    title = fields.CharField(max_length=160)
    slug = fields.CharField(max_length=80)
    about = fields.TextField(default="", db_default="")
    audience = fields.CharField(max_length=24, default="public", db_default="public")
    state = fields.CharField(max_length=9, default="draft", db_default="draft")
    owner: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="collections", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "collections"
        indexes = (("state", "changed_at"),)


class CollectionItem(Model):
    """An article, a thread, or a page elsewhere (`url`, `title`) in a collection; positions rise, and may have gaps."""

    id = fields.BigIntField(primary_key=True)
    collection: fields.ForeignKeyRelation[Collection] = fields.ForeignKeyField(
        "models.Collection", related_name="items"
    )
    position = fields.IntField()
    article: fields.ForeignKeyNullableRelation[Article] = fields.ForeignKeyField(
        "models.Article", related_name="collected_in", null=True, on_delete=fields.CASCADE
    )
    thread: fields.ForeignKeyNullableRelation[Thread] = fields.ForeignKeyField(
        "models.Thread", related_name="collected_in", null=True, on_delete=fields.CASCADE
    )
    url = fields.CharField(max_length=500, default="", db_default="")
    title = fields.CharField(max_length=160, default="", db_default="")
    note = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "collection_items"
        unique_together = (("collection", "article"), ("collection", "thread"))
        indexes = (("collection", "position"),)


class CollectionProgress(Model):
    """A member has worked through one item of a collection."""

    id = fields.BigIntField(primary_key=True)
    item: fields.ForeignKeyRelation[CollectionItem] = fields.ForeignKeyField(
        "models.CollectionItem", related_name="done_by"
    )
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="items_done")
    at = fields.DatetimeField()

    class Meta:
        table = "collection_progress"
        unique_together = (("member", "item"),)


class ArticleLink(Model):
    """A post, or the published version of an article, links to an article."""

    id = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField("models.Article", related_name="linked_from")
    from_post: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="links_to", null=True, on_delete=fields.CASCADE
    )
    from_article: fields.ForeignKeyNullableRelation[Article] = fields.ForeignKeyField(
        "models.Article", related_name="links_to", null=True, on_delete=fields.CASCADE
    )

    class Meta:
        table = "article_links"
        unique_together = (("article", "from_post"), ("article", "from_article"))
