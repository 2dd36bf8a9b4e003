"""Table of who takes care of what on the editors' desk."""

from tortoise import fields

from base.db.model import Model
from members.models import Member


class Assignment(Model):
    """An editor has taken on, or was given, a nominated thread or an article; `subject` is thread or article."""

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(max_length=7)
    subject_id = fields.BigIntField()
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="assignments")
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="assigned", null=True, on_delete=fields.SET_NULL
    )
    at = fields.DatetimeField()

    class Meta:
        table = "assignments"
        unique_together = (("subject", "subject_id"),)
        indexes = (("member", "subject"),)
