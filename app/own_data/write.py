"""Write the copy of a member's data: one ZIP, made piece by piece on the disk, so that memory does not grow with it."""

import json
import os
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from app.own_data.parts import HELPFUL, LETTERS, PARTS, Part
from app.own_data.texts import articles_of, file_name, posts_of
from base import settings
from base.clock import now
from base.db import marks, rows
from base.files import sync_folder
from base.media import store
from members.viewer import Viewer

_BATCH: Final = 200
_PIECE: Final = 1 << 20
Step = Callable[[str, int], Awaitable[None]]
"""Told which part is being written and how many pieces were done; raises to break off."""
_README: Final = """Your data at {site} ({address}), as of {at}.

data/   everything the site keeps for you, as JSON: one file for each kind of thing. Passwords, codes and the secrets of
        tokens are kept as hashes that cannot be turned back, and are not here.
texts/  what you wrote, as Markdown: each post, and each version of a practice that you began. What you wrote behind a
        mask says so: others do not see that it was you, so be careful with whom you share this.
files/  the files that you uploaded, as the site keeps them.

What others wrote is not here: it is theirs. Searches are counted without names, so there are none of yours.
"""


async def count(ids: Sequence[int]) -> int:
    """Return how many pieces there will be."""
    found = await rows(
        f"SELECT (SELECT COUNT(*) FROM posts WHERE author_id IN ({marks(ids)})) "  # noqa: S608
        f"+ (SELECT COUNT(*) FROM article_revisions WHERE author_id IN ({marks(ids)})) "
        f"+ (SELECT COUNT(*) FROM uploads WHERE owner_id IN ({marks(ids)})) AS n",
        *ids, *ids, *ids,
    )  # fmt: skip
    return int(found[0]["n"]) + len(PARTS) + 2


async def write_copy(viewer: Viewer, email: str, target: Path, step: Step) -> int:
    """Write the copy and return its size; half written it has another name, and nobody gets it."""
    partial_ = target.with_name(f"{target.name}.partial")
    partial_.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(partial_, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                await _fill(archive, viewer, email, step)
            out.flush()
            await anyio.to_thread.run_sync(os.fsync, out.fileno())
            size = out.tell()
        partial_.replace(target)
        sync_folder(target.parent)
    finally:
        partial_.unlink(missing_ok=True)
    return size


async def _fill(archive: zipfile.ZipFile, viewer: Viewer, email: str, step: Step) -> None:
    site = settings.get()
    archive.writestr("README.txt", _README.format(site=site.site_name, address=site.address, at=f"{now():%Y-%m-%d}"))
    done = 0
    for part in PARTS:
        await _write_part(archive, part, (viewer.ids, part.sql.format(ids=marks(viewer.ids))))
        done += 1
        await step(part.name, done)
    for part, key in ((LETTERS, email), (HELPFUL, f"m:{viewer.member_id}")):
        await _write_part(archive, part, ((key,), part.sql))
        done += 1
        await step(part.name, done)
    for texts in (posts_of(viewer, viewer.ids), articles_of(viewer.ids)):
        async for batch in _in_batches(texts):
            await anyio.to_thread.run_sync(partial(_write_texts, archive, batch))
            done += len(batch)
            await step("texts", done)
    async for number, name, sha256 in _files(viewer.ids):
        await anyio.to_thread.run_sync(partial(_write_file, archive, file_name(number, name), store.path_of(sha256)))
        done += 1
        await step("files", done)


async def _write_part(archive: zipfile.ZipFile, part: Part, asked: tuple[Sequence[object], str]) -> None:
    """Write rows as a list of JSON, some hundred at a time."""
    (values, sql), last, first = asked, 0, True
    with archive.open(f"data/{part.name}.json", "w", force_zip64=True) as out:
        out.write(b"[")
        while found := await rows(sql, *values, last, _BATCH):
            last = found[-1]["id"]
            lines = ",\n".join(json.dumps(_plain(row), ensure_ascii=False, default=_value) for row in found)
            await anyio.to_thread.run_sync(out.write, (("\n" if first else ",\n") + lines).encode())
            first = False
        out.write(b"\n]\n")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    # SQLite gives JSON as text.
    return {
        name: json.loads(value) if name in ("data", "given", "organisation_then") and isinstance(value, str) else value
        for name, value in row.items()
    }


def _value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value) if isinstance(value, Decimal) else ""


async def _in_batches(texts: AsyncIterator[Any]) -> AsyncIterator[list[tuple[str, str]]]:
    batch: list[tuple[str, str]] = []
    async for text in texts:
        batch.append((text.name, text.words))
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_texts(archive: zipfile.ZipFile, batch: Sequence[tuple[str, str]]) -> None:
    for name, words in batch:
        archive.writestr(name, words.encode(errors="replace"))


async def _files(ids: Sequence[int]) -> AsyncIterator[tuple[int, str, str]]:
    last = 0
    sql = f"SELECT id, name, sha256 FROM uploads WHERE owner_id IN ({marks(ids)}) AND id > ? ORDER BY id LIMIT {_BATCH}"  # noqa: S608
    while found := await rows(sql, *ids, last):
        last = found[-1]["id"]
        for row in found:
            yield row["id"], row["name"], row["sha256"]


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    try:
        source = path.open("rb")
    except FileNotFoundError:
        archive.writestr(f"{name}.missing.txt", "This file is missing on the server.\n")
        return
    with source, archive.open(name, "w", force_zip64=True) as out:
        while piece := source.read(_PIECE):
            out.write(piece)
