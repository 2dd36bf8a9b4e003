"""Table of origins: which row came from which outside thing, so that an import can run twice."""

from tortoise import fields

from base.db.model import Model


class Origin(Model):
    """The row `subject_id` of a kind came from `external_id` of an outside system (or of the demonstration)."""

    id = fields.BigIntField(primary_key=True)
    system = fields.CharField(max_length=40)
    kind = fields.CharField(max_length=20)
    external_id = fields.CharField(max_length=80)
    subject_id = fields.BigIntField()

    class Meta:
        table = "origins"
        unique_together = (("system", "kind", "external_id"),)
        indexes = (("kind", "subject_id"),)


__models__ = [Origin]
