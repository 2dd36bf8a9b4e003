"""Tables of uploaded files."""

from datetime import date, datetime

from tortoise import fields

from base.db.model import Model
from members.models import Member


class Upload(Model):
    """A file that somebody uploaded; the bytes lie under their `sha256`, once however often they are uploaded.

    `kind` is image, pdf, office or table. `state` is ready, review (the answer about patients was "unsure") or refused.
    `gate` answers whether an image shows a patient, a badge, a screen or a chart: none, authorised (`gate_ref` says
    under which authorisation, `gate_on` of which day) or unsure; empty before it was asked. `stripped` are words for
    what was taken out of the file. A `reusable` one is a template that others may use under its `licence`.
    """

    id = fields.BigIntField(primary_key=True)
    owner: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="uploads")
    sha256 = fields.CharField(max_length=64)
    kind = fields.CharField(max_length=8)
    media_type = fields.CharField(max_length=100)
    name = fields.CharField(max_length=160)
    size = fields.IntField()
    width: int | None = fields.IntField(null=True)
    height: int | None = fields.IntField(null=True)
    stripped = fields.CharField(max_length=160, default="", db_default="")
    alt = fields.CharField(max_length=300, default="", db_default="")
    gate = fields.CharField(max_length=12, default="", db_default="")
    gate_ref = fields.CharField(max_length=160, default="", db_default="")
    gate_on: date | None = fields.DateField(null=True)
    state = fields.CharField(max_length=8, default="ready", db_default="ready")
    reusable = fields.BooleanField(default=False, db_default=False)
    title = fields.CharField(max_length=160, default="", db_default="")
    licence = fields.CharField(max_length=40, default="", db_default="")
    downloads = fields.IntField(default=0, db_default=0)
    created_at = fields.DatetimeField()
    reviewed_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="uploads_reviewed", null=True, on_delete=fields.SET_NULL
    )
    reviewed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "uploads"
        indexes = (("owner", "id"), ("sha256",), ("state", "id"), ("reusable", "id"))


class UploadUse(Model):
    """Where an upload is shown: who may read that may fetch the file. `target` is post, article or logo."""

    id = fields.BigIntField(primary_key=True)
    upload: fields.ForeignKeyRelation[Upload] = fields.ForeignKeyField("models.Upload", related_name="uses")
    target = fields.CharField(max_length=8)
    target_id = fields.BigIntField()

    class Meta:
        table = "upload_uses"
        unique_together = (("upload", "target", "target_id"),)
        indexes = (("target", "target_id"),)
