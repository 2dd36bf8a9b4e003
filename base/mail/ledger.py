"""Which letters a mail server has taken, written down the moment it says so, before the database knows.

A process that is killed between the two would otherwise send such a letter again. The file is only read when a letter
comes up that somebody has claimed before, and begun anew when it has grown: what it held has long been marked.
"""

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from base import settings
from base.mail.models import OutgoingMail

_MOST_BYTES: Final = 256 * 1024


def _file() -> Path:
    return settings.get().data_dir / "mail" / "taken"


def _sign(mail: OutgoingMail) -> str:
    # Not its number: a database that was restored gives the same ones again.
    return blake2b(f"{mail.key} {mail.created_at.timestamp()}".encode(), digest_size=12).hexdigest()


def note_taken(mail: OutgoingMail) -> None:
    """Write down that a letter was taken; the system has it at once, whatever becomes of this process."""
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if os.fstat(descriptor).st_size > _MOST_BYTES:
            os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{_sign(mail)}\n".encode())
    finally:
        os.close(descriptor)


def were_taken(letters: Iterable[OutgoingMail]) -> set[int]:
    """Return the ids of those letters that were taken already."""
    try:
        known = set(_file().read_text().split())
    except FileNotFoundError:
        return set()
    return {mail.id for mail in letters if _sign(mail) in known}
