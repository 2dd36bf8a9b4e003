"""Tables of search: what is searched, without anybody's name, and what words mean the same."""

from tortoise import fields

from base.db.model import Model


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


class SearchSynonym(Model):
    """Words and phrases that mean the same, one a line; one way: who searches the first finds the others, too.

    With a language it is for those who read the site in it, or search in it. `edits` counts its changes.
    """

    id = fields.BigIntField(primary_key=True)
    terms = fields.TextField()
    one_way = fields.BooleanField(default=False, db_default=False)
    language = fields.CharField(max_length=8, default="", db_default="")
    edits = fields.IntField(default=0, db_default=0)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "search_synonyms"


class DismissedGap(Model):
    """A search that finds nothing and is not going to: off the editors' list for as long as searches are kept."""

    id = fields.BigIntField(primary_key=True)
    query = fields.CharField(max_length=200, unique=True)
    at = fields.DatetimeField()

    class Meta:
        table = "search_gaps_dismissed"


__models__ = [SearchLog, SearchSynonym, DismissedGap]
