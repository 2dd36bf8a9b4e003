"""Tables of the communication platforms everything here is about."""

from tortoise import fields

from base.db.model import Model


class Platform(Model):
    """A communication platform, such as YouTube; `status` is active, changed or closed."""

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=60, unique=True)
    vendor = fields.CharField(max_length=80, default="", db_default="")
    status = fields.CharField(max_length=8, default="active", db_default="active")
    about = fields.TextField(default="", db_default="")

    class Meta:
        table = "platforms"


class PlatformAlias(Model):
    """Another name of a platform: Twitter is X. `slug` is the name in lower case without spaces."""

    id = fields.BigIntField(primary_key=True)
    platform: fields.ForeignKeyRelation[Platform] = fields.ForeignKeyField("models.Platform", related_name="aliases")
    slug = fields.CharField(max_length=60, unique=True)
    name = fields.CharField(max_length=60)

    class Meta:
        table = "platform_aliases"
