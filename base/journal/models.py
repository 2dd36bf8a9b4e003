"""Tables of the journal: entries and the deliveries owed for them."""

from typing import Any

from tortoise import fields

from base.db.model import Model


class Entry(Model):
    """One thing that happened to one subject."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=60)
    actor_id: int | None = fields.BigIntField(null=True)
    subject_id = fields.BigIntField()
    data: dict[str, Any] = fields.JSONField(default=dict)
    at = fields.DatetimeField()

    class Meta:
        table = "journal_entries"
        indexes = (("kind", "subject_id"), ("actor_id", "id"))

    @property
    def subject_kind(self) -> str:
        """Return the word before the dot: what kind of thing it happened to."""
        return self.kind.partition(".")[0]


class Delivery(Model):
    """One entry still owed to one subscriber; dead when it was tried too often."""

    id = fields.BigIntField(primary_key=True)
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField("models.Entry", related_name="deliveries")
    subscriber = fields.CharField(max_length=40)
    due = fields.DatetimeField()
    tries = fields.IntField(default=0, db_default=0)
    dead = fields.BooleanField(default=False, db_default=False)
    error = fields.TextField(default="", db_default="")

    class Meta:
        table = "journal_deliveries"
        indexes = (("subscriber", "dead", "due"),)


__models__ = [Entry, Delivery]
