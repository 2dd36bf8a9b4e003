"""Who is gone, beside the database: a backup of before must not bring anybody back.

A line for each says which row of members it was, when that account began (ids could be given again after a restore),
what goes and when. Nothing in it says who it was.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from base import settings
from base.clock import now
from base.db import as_datetime, execute, rows, transaction
from base.files import sync_folder
from base.journal import record
from base.settings import Settings
from members.leaving import ERASE, WITHDRAW, Leaver
from members.queries.leaving import here_of

FILE: Final = "erasures.jsonl"
_FIELDS: Final = frozenset({"member", "began", "kind", "at"})


@dataclass(frozen=True, slots=True)
class Gone:
    """One line."""

    member: int
    began: str
    kind: str
    at: str


def ledger_of(now_: Settings) -> Path:
    """Return where the ledger of a site lies."""
    return now_.data_dir / FILE


def read_ledger(file: Path) -> tuple[Gone, ...]:
    """Return who is gone; a line that was cut off by a crash, or that cannot be one, is left out."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return ()
    return tuple(found for line in lines if (found := _read(line)) is not None)


def _read(line: str) -> Gone | None:
    try:
        told = json.loads(line)
        found = Gone(**{name: told[name] for name in _FIELDS})
        datetime.fromisoformat(found.began)
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found.member, int) and found.kind in (ERASE, WITHDRAW) else None


async def note_gone(leaver: Leaver) -> None:
    """Write down that somebody is gone before anything else is removed; may be done again."""
    began = as_datetime((await rows("SELECT created_at FROM members WHERE id = ?", leaver.member_id))[0]["created_at"])
    line = Gone(leaver.member_id, began.isoformat() if began else "", leaver.kind, now().isoformat())
    file = ledger_of(settings.get())
    known = {(one.member, one.began, one.kind) for one in read_ledger(file)}
    if (line.member, line.began, line.kind) not in known:
        _append(file, json.dumps(asdict(line)))


def _append(file: Path, line: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        cut_off = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, f"{chr(10) if cut_off else ''}{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(file.parent)


def write_ledger(file: Path, gone: Sequence[Gone]) -> None:
    """Bring lines into a ledger that are not there yet."""
    known = set(read_ledger(file))
    for one in gone:
        if one not in known:
            _append(file, json.dumps(asdict(one)))


async def still_here(ledger: Iterable[Gone]) -> tuple[Gone, ...]:
    """Return who is in the ledger and yet has a name in this database: it is older than their leaving."""
    listed = [*{(one.member, one.began): one for one in ledger}.values()]
    back: list[Gone] = []
    for start in range(0, len(listed), 500):
        some = listed[start : start + 500]
        here = await here_of([(one.member, datetime.fromisoformat(one.began)) for one in some])
        back += [one for one in some if (one.member, datetime.fromisoformat(one.began)) in here]
    return tuple(back)


async def send_away_again(ledger: Iterable[Gone]) -> tuple[int, ...]:
    """Let those leave, at once, whom a backup brought back; return the departures to be done."""
    made: list[int] = []
    for one in await still_here(ledger):
        async with transaction():
            await execute(
                "UPDATE departures SET state = 'cancelled' WHERE member_id = ? AND state = 'waiting'", one.member
            )
            await execute("UPDATE members SET state = 'leaving' WHERE id = ?", one.member)
            found = await rows(
                "INSERT INTO departures (member_id, kind, state, was, asked_at, due_at) "
                "VALUES (?, ?, 'waiting', '', ?, ?) RETURNING id",
                one.member, one.kind, now(), now(),
            )  # fmt: skip
            await record("member.erasing", actor_id=None, subject_id=one.member, data={"kind": one.kind, "again": True})
            made.append(found[0]["id"])
    return tuple(made)
