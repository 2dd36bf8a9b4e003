"""Table of searches, without anybody's name."""

from tortoise import fields
from tortoise.models import Model


class SearchLog(Model):
    """How often something was searched on one day, what it found and whether a result was opened; never by whom."""

    id = fields.BigIntField(primary_key=True)
    query = fields.CharField(max_length=200)
    language = fields.CharField(max_length=8, default="en", db_default="en")
    day = fields.DateField()
    searches = fields.IntField(default=0, db_default=0)
    total = fields.IntField(default=0, db_default=0)
    clicks = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "search_log"
        unique_together = (("query", "language", "day"),)
        indexes = (("day", "total"),)


__models__ = [SearchLog]
