"""Send what is due: over SMTP, or into the mail folder when no server is set."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import aiosmtplib
from tortoise.expressions import F, Q

from base import settings
from base.clock import now
from base.db import transaction
from base.log import logger
from base.mail.compose import message_of
from base.mail.ledger import note_taken, were_taken
from base.mail.models import OutgoingMail

BATCH: Final = 20
LEASE: Final = timedelta(minutes=5)
MOST_TRIES: Final = 14
# Nothing is begun so late that it could last (connecting, five answers) until the lease is over.
_SENDING_SECONDS: Final = 120.0
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_NEVER_SO_LATE: Final = _LONGEST_WAIT + LEASE
_TIMEOUT: Final = 30.0

Carrier = Callable[[OutgoingMail], Awaitable[None]]


async def post_office() -> int:
    """Send one batch of due letters; return how many went out. A letter is sent again only if marking it failed."""
    claimed = time.monotonic()
    due = await _claim()
    if not due:
        return 0
    taken = were_taken([mail for mail in due if mail.tries]) if settings.get().mail_server else set()
    if taken:  # by a process that was killed before it could say so
        await _mark_sent(sorted(taken))
    sent, left = 0, [mail for mail in due if mail.id not in taken]
    try:
        async with _carrier() as carry:
            # What is left when the lease runs out goes with the next claim: another process may have it by then.
            while left and time.monotonic() - claimed < _SENDING_SECONDS:
                sent += await _send_one(left[0], carry)
                del left[0]
    except (aiosmtplib.SMTPException, OSError) as error:  # the server is away: the rest waits
        for mail in left:
            await _put_back(mail, error)
    return sent


async def _claim() -> Sequence[OutgoingMail]:
    at = now()
    # A letter that nobody has tried is due whenever it was written: the clock may have been put back since.
    waiting = OutgoingMail.filter(Q(tries=0) | Q(due__lte=at) | Q(due__gt=at + _NEVER_SO_LATE), state="waiting")
    if not await waiting.exists():  # a read: idle rounds take no write lock
        return []
    async with transaction():
        due = await waiting.select_for_update(skip_locked=True).order_by("due", "id").limit(BATCH)
        await OutgoingMail.filter(id__in=[mail.id for mail in due]).update(due=now() + LEASE, tries=F("tries") + 1)
    return due


async def take_back_letters() -> int:
    """Make due what a killed process had claimed; for whoever is sure that nobody else sends. Return how many."""
    claimed = OutgoingMail.filter(state="waiting", tries__gt=0, error="", due__gt=now())
    return await claimed.update(due=now())


async def _send_one(mail: OutgoingMail, carry: Carrier) -> int:
    try:
        await carry(mail)
    except aiosmtplib.SMTPServerDisconnected:
        raise
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        await _put_back(mail, error)
        return 0
    if settings.get().mail_server:  # a letter in the folder has a name of its own, and cannot be there twice
        note_taken(mail)
    await _mark_sent([mail.id])
    return 1


async def _mark_sent(ids: Sequence[int]) -> None:
    await OutgoingMail.filter(id__in=ids).update(state="sent", sent_at=now(), error="", **_forgotten())


def _forgotten() -> dict[str, str]:
    """Return the columns to empty: what a server has taken over (links to sign in, quotes) need not lie about here."""
    return {"text": "", "html": ""} if settings.get().mail_server else {}


def _is_final(error: Exception) -> bool:
    """Say whether trying again is useless: the server refused this letter for good, or it cannot be written."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= 500 for one in error.recipients)
    refused = (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
    return isinstance(error, ValueError) or (isinstance(error, refused) and error.code >= 500)


async def _put_back(mail: OutgoingMail, error: Exception) -> None:
    tries = mail.tries + 1
    given_up = tries >= MOST_TRIES or _is_final(error)
    logger("mail").warning("letter not sent", id=mail.id, tries=tries, given_up=given_up, error=str(error))
    await OutgoingMail.filter(id=mail.id).update(
        state="failed" if given_up else "waiting",
        due=now() + min(_FIRST_WAIT * 2**mail.tries, _LONGEST_WAIT),
        error=f"{type(error).__name__}: {error}"[:2000],
    )


@asynccontextmanager
async def _carrier() -> AsyncIterator[Carrier]:
    site = settings.get()
    if not site.mail_server:
        yield _into_folder
        return
    client = aiosmtplib.SMTP(
        hostname=site.mail_server,
        port=site.mail_port,
        username=site.mail_user or None,
        password=site.mail_password or None,
        use_tls=site.mail_tls == "tls",
        start_tls=site.mail_tls == "starttls",
        timeout=_TIMEOUT,
    )
    async with client:

        async def over_smtp(mail: OutgoingMail) -> None:
            await client.sendmail(site.mail_from, [mail.to], message_of(mail))

        yield over_smtp


async def _into_folder(mail: OutgoingMail) -> None:
    folder = settings.get().data_dir / "mail"
    file = folder / f"{mail.created_at:%Y%m%d-%H%M%S}-{mail.id:06d}.eml"
    await asyncio.to_thread(_write, file, message_of(mail))


def _write(file: Path, message: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(message)
    fresh.replace(file)
