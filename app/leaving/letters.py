"""Take letters back that were for somebody who is gone, or told others what they wrote; and their copies of data."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
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

_REQUEST: Final = re.compile(r"/organisation-requests/(\d{1,18})")
# So much of what they wrote names a letter that tells of it; a shorter text could be anybody's.
_ENOUGH: Final = 60
_TOO_LITTLE: Final = 12


@dataclass(frozen=True, slots=True)
class About:
    """What letters must not tell any more: threads, requests, and how texts begin that have no address of their own."""

    threads: frozenset[int]
    requests: frozenset[int]
    phrases: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Say whether a letter tells of any of it."""
        if _numbers(_THREAD, text) & self.threads or _numbers(_REQUEST, text) & self.requests:
            return True
        plain = _plain(text)
        return any(phrase in plain for phrase in self.phrases)


async def take_letters_back(leaver: Leaver) -> None:
    """Delete letters to them, waiting or sent; of who withdraws also those about what they wrote. May be repeated."""
    words = await words_of(leaver)
    for address in leaver.addresses:
        await execute('DELETE FROM outgoing_mail WHERE LOWER("to") = ?', address.lower())
    # What they wrote to others themselves: it waits for a mail server, or stands here where there is none.
    for one in leaver.ids:
        await execute("DELETE FROM outgoing_mail WHERE key LIKE ?", f"letter:{one}:%")
    about = await _about(leaver, words)
    await _delete_about(about)
    folder = settings.get().data_dir / "mail"
    await anyio.to_thread.run_sync(partial(_delete_files, folder, words, about))
    await anyio.to_thread.run_sync(partial(throw_away_copies, leaver.member_id))


async def _about(leaver: Leaver, words: Words) -> About:
    """Return what goes with them: requests and proposals, and of who withdraws the threads they wrote in."""
    some, ids = marks(leaver.ids), leaver.ids
    threads = {thread for thread, _ in words.posts | words.masked} if leaver.withdraws else set()
    requests = await rows(f"SELECT id FROM organisation_requests WHERE asked_by_id IN ({some})", *ids)  # noqa: S608
    said = await rows(
        f"SELECT p.what AS words FROM organisation_proposals p WHERE p.by_id IN ({some}) UNION "  # noqa: S608
        f"SELECT p.note FROM organisation_proposals p WHERE p.by_id IN ({some}) UNION "
        f"SELECT s.words FROM memberships s WHERE s.member_id IN ({some})",
        *ids, *ids, *ids,
    )  # fmt: skip
    phrases = {_plain(row["words"])[:_ENOUGH] for row in said}
    return About(
        frozenset(threads), frozenset(row["id"] for row in requests),
        tuple(one for one in phrases if len(one) >= _TOO_LITTLE),
    )  # fmt: skip


async def _delete_about(about: About) -> None:
    """Delete letters that tell of it: they may hold what was taken back. Inboxes still tell the rest."""
    last = 0
    while found := await OutgoingMail.filter(id__gt=last).order_by("id").limit(_BATCH):
        last = found[-1].id
        theirs = [mail.id for mail in found if about.is_in(f"{mail.text} {mail.html}")]
        if theirs:
            await rows(f"DELETE FROM outgoing_mail WHERE id IN ({marks(theirs)}) RETURNING id", *theirs)  # noqa: S608


def _numbers(pattern: "re.Pattern[str]", text: str) -> frozenset[int]:
    return frozenset(int(number) for number in pattern.findall(text))


def _plain(text: str) -> str:
    """Return a text without its lines and the marks of a quote, as letters break it anew."""
    return " ".join(text.replace(">", " ").split())


def _delete_files(folder: Path, words: Words, about: About) -> None:
    """Delete letters written on this machine that name them, or tell of what goes."""
    for file in folder.glob("*.eml"):
        said = "\n".join(_said(file))
        if words.rewritten(said, named=True) != said or about.is_in(said):
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
