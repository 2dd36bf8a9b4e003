"""Tables of categories and tags."""

from tortoise import fields
from tortoise.models import Model


class Category(Model):
    """A broad place for threads."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=80)
    about = fields.TextField(default="", db_default="")
    position = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "categories"


class Tag(Model):
    """A topic; a synonym points at the tag that is meant."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=60)
    about = fields.TextField(default="", db_default="")
    meant: fields.ForeignKeyNullableRelation["Tag"] = fields.ForeignKeyField(
        "models.Tag", related_name="synonyms", null=True, on_delete=fields.SET_NULL
    )

    class Meta:
        table = "tags"
