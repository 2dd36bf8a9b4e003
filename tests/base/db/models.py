"""Tables for tests of the database itself."""

from tortoise import fields

from base.db.model import Model


class Counter(Model):
    """A number."""

    id = fields.IntField(primary_key=True)
    n = fields.IntField(default=0)
    word = fields.CharField(max_length=40, null=True, unique=True)
    at = fields.DatetimeField(null=True)

    class Meta:
        table = "counters"


__models__ = [Counter]
