"""Table of outgoing mail."""

from typing import Any

from tortoise import fields

from base.db.model import Model


class OutgoingMail(Model):
    """One letter on its way: waiting, sent, or given up."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=120, unique=True)
    to = fields.CharField(max_length=254)
    subject = fields.CharField(max_length=300)
    text = fields.TextField()
    html = fields.TextField(default="", db_default="")
    headers: dict[str, Any] = fields.JSONField(default=dict)
    state = fields.CharField(max_length=8, default="waiting", db_default="waiting")
    tries = fields.IntField(default=0, db_default=0)
    due = fields.DatetimeField()
    error = fields.TextField(default="", db_default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outgoing_mail"
        indexes = (("state", "due"),)


__models__ = [OutgoingMail]
