"""Take letters back that were for somebody who is gone, or told others what they wrote; and their copies of data."""

import email
import re
from collections.abc import Iterator
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Final

import anyio.to_thread

from app.leaving.words import Words, words_of
from base import settings
from base.db import execute, marks, rows
from base.mail.models import OutgoingMail
from members.copies import throw_away_copies
from members.leaving import Leaver

_BATCH: Final = 200
_THREAD: Final = re.compile(r"/t/(\d{1,18})")


async def take_letters_back(leaver: Leaver) -> None:
    """Delete letters to them, waiting or sent; of who withdraws also those about what they wrote. May be repeated."""
    words = await words_of(leaver)
    for address in leaver.addresses:
        await execute('DELETE FROM outgoing_mail WHERE LOWER("to") = ?', address.lower())
    # What they wrote to others themselves: it waits for a mail server, or stands here where there is none.
    for one in leaver.ids:
        await execute("DELETE FROM outgoing_mail WHERE key LIKE ?", f"letter:{one}:%")
    threads = frozenset(thread for thread, _ in words.posts | words.masked) if leaver.withdraws else frozenset()
    if threads:
        await _delete_about(threads)
    folder = settings.get().data_dir / "mail"
    await anyio.to_thread.run_sync(partial(_delete_files, folder, words, threads))
    await anyio.to_thread.run_sync(partial(throw_away_copies, leaver.member_id))


async def _delete_about(threads: frozenset[int]) -> None:
    """Delete letters that tell of these threads: they may hold what was withdrawn. Inboxes still tell the rest."""
    last = 0
    while found := await OutgoingMail.filter(id__gt=last).order_by("id").limit(_BATCH):
        last = found[-1].id
        about = [mail.id for mail in found if _threads_in(f"{mail.text} {mail.html}") & threads]
        if about:
            await rows(f"DELETE FROM outgoing_mail WHERE id IN ({marks(about)}) RETURNING id", *about)  # noqa: S608


def _threads_in(text: str) -> frozenset[int]:
    return frozenset(int(number) for number in _THREAD.findall(text))


def _delete_files(folder: Path, words: Words, threads: frozenset[int]) -> None:
    """Delete letters written on this machine that name them."""
    for file in folder.glob("*.eml"):
        said = "\n".join(_said(file))
        if words.rewritten(said, named=True) != said or _threads_in(said) & threads:
            file.unlink(missing_ok=True)


def _said(file: Path) -> Iterator[str]:
    """Yield the headers and the parts of a letter as they are read."""
    try:
        message = email.message_from_bytes(file.read_bytes(), policy=default)
    except FileNotFoundError:
        return
    yield from (str(value) for value in message.values())
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield str(part.get_content())
