"""Tables of categories and tags."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model


class Category(Model):
    """A broad place for threads; `template` is what stands in the text of a new one, `hint` what is asked of it."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=80)
    about = fields.TextField(default="", db_default="")
    position = fields.IntField(default=0, db_default=0)
    template = fields.TextField(default="", db_default="")
    hint = fields.CharField(max_length=300, default="", db_default="")

    class Meta:
        table = "categories"


class Tag(Model):
    """A topic; a synonym points at the tag that is meant, a narrower one at its parent.

    A tag with `deprecated_at` stays on what carries it and is given to nothing new; `deprecated_why` says why.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=60)
    about = fields.TextField(default="", db_default="")
    meant: fields.ForeignKeyNullableRelation["Tag"] = fields.ForeignKeyField(
        "models.Tag", related_name="synonyms", null=True, on_delete=fields.SET_NULL
    )
    parent: fields.ForeignKeyNullableRelation["Tag"] = fields.ForeignKeyField(
        "models.Tag", related_name="narrower", null=True, on_delete=fields.SET_NULL
    )
    deprecated_at: datetime | None = fields.DatetimeField(null=True)
    deprecated_why = fields.CharField(max_length=200, default="", db_default="")

    class Meta:
        table = "tags"
