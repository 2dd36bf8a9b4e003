"""Letters as they went out, for the page that shows them where no mail server is set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from base.mail.models import OutgoingMail

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """One letter in the list, or with its text."""

    id: int
    to: str
    subject: str
    at: datetime
    state: str
    text: str = ""


async def written_letters() -> list[WrittenLetter]:
    """Return the newest letters, newest first."""
    return [
        WrittenLetter(mail.id, mail.to, mail.subject, mail.created_at, mail.state)
        for mail in await OutgoingMail.all().order_by("-id").limit(MOST)
    ]


async def written_letter(letter_id: int) -> WrittenLetter | None:
    """Return one letter with its text, or None."""
    mail = await OutgoingMail.get_or_none(id=letter_id)
    if mail is None:
        return None
    return WrittenLetter(mail.id, mail.to, mail.subject, mail.created_at, mail.state, mail.text)
