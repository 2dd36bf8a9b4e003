"""Tables of legal documents in their versions, and of what members agreed to."""

from datetime import date, datetime

from tortoise import fields

from base.db.model import Model
from members.models.people import Member


class LegalText(Model):
    """A version of a document (guidelines, privacy or terms) in a language; it is never changed once it is there.

    A significant one has to be accepted by everybody from `effective_on` on.
    """

    id = fields.BigIntField(primary_key=True)
    document = fields.CharField(max_length=12)
    version = fields.IntField()
    language = fields.CharField(max_length=8, default="en", db_default="en")
    title = fields.CharField(max_length=120)
    text = fields.TextField()
    is_significant = fields.BooleanField(default=True, db_default=True)
    effective_on: date = fields.DateField()
    by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="legal_texts", null=True, on_delete=fields.SET_NULL
    )
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "legal_texts"
        unique_together = (("document", "version", "language"),)


class Consent(Model):
    """What a member said, and when; a row is never changed, the newest counts.

    `what` is a document with its `version` and the value accepted; or credit (name, organisation, no) or contact
    (yes, no), which are free to give and to take back.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="consents")
    what = fields.CharField(max_length=12)
    version = fields.IntField(default=0, db_default=0)
    value = fields.CharField(max_length=12)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "consents"
        indexes = (("member", "what", "id"),)
