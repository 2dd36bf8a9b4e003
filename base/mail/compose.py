"""A queued letter as the message that goes over the wire."""

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from base import settings
from base.mail.models import OutgoingMail

_KEPT_WHOLE: Final = frozenset({"list-unsubscribe", "references", "in-reply-to", "message-id", "list-id"})


class _WholeLinks(EmailPolicy):
    """Fold as usual, but never break or encode a long link, as the standard library does with long words."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return one header as bytes."""
        if name.lower() in _KEPT_WHOLE and str(value).isascii():
            return f"{name}: {value}\r\n".encode("ascii")
        folded: bytes = super().fold_binary(name, value)
        return folded


_WIRE: Final = _WholeLinks(linesep=SMTP.linesep, raise_on_defect=False)


def _host() -> str:
    return urlsplit(settings.get().address).hostname or "localhost"


def message_id(key: str) -> str:
    """Return the Message-ID of the letter with this key: always the same, so that a repeat is recognised."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_host()}>"


def message_of(mail: OutgoingMail) -> bytes:
    """Return the message of a queued letter."""
    now = settings.get()
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=now.site_name, addr_spec=now.mail_from)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = message_id(mail.key)
    message["List-Id"] = f"<mail.{_host()}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message.as_bytes(policy=_WIRE)
