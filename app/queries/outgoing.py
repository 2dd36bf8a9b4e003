"""The letters on their way, as administrators see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.queries.running import Letters, letters
from base import settings
from base.mail.models import OutgoingMail
from members.rules import check_may_administer
from members.viewer import Viewer

_MOST_LETTERS: Final = 100


@dataclass(frozen=True, slots=True)
class MailRow:
    """One letter in the list of administrators."""

    id: int
    to: str
    subject: str
    state: str
    tries: int
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MailPage:
    """What templates/app/mail.html shows; `readable` where letters go nowhere but into files."""

    letters: tuple[MailRow, ...]
    counts: Letters
    server: str
    folder: str
    readable: bool


async def mail_page(viewer: Viewer) -> MailPage:
    """Return the newest letters, those that were given up first."""
    check_may_administer(viewer)
    failed = await OutgoingMail.filter(state="failed").order_by("-id").limit(_MOST_LETTERS)
    others = await OutgoingMail.exclude(state="failed").order_by("-id").limit(_MOST_LETTERS)
    now_ = settings.get()
    return MailPage(
        tuple(
            MailRow(one.id, one.to, one.subject, one.state, one.tries, one.error, one.created_at)
            for one in (*failed, *others)
        ),
        await letters(),
        now_.mail_server,
        str((now_.data_dir / "mail").resolve()),
        not now_.mail_server,
    )
