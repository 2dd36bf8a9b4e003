"""Write an archive."""

import hashlib
import json
import os
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tortoise.models import Model

from app.archive.tables import FORMAT, SECRETS, archived_models, columns, table_of, to_plain_value
from base.clock import now
from base.db import rows
from base.errors import Conflict
from base.settings import VERSION

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote."""

    file: str
    rows: int
    uploads: int
    bytes: int


async def count_rows() -> int:
    """Return how many rows an archive of this site would have."""
    return sum([await model.all().count() for model in archived_models()])


async def write_archive(
    target: Path, uploads: Path, *, with_passwords: bool = False, step: Callable[[int], object] = lambda done: None
) -> Written:
    """Write the whole site to `target`; the file appears there only when it is complete."""
    if target.exists():
        raise Conflict(f"{target} exists already; choose another name.")
    partial = target.with_name(f".{target.name}.partial")
    tables: dict[str, dict[str, Any]] = {}
    names = sorted(path for path in uploads.rglob("[!.]*") if path.is_file()) if uploads.is_dir() else []
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for model in archived_models():
                tables[table_of(model)] = await _write_table(archive, model, with_passwords, step)
            for path in names:
                with suppress(FileNotFoundError):  # purged meanwhile: no row knew it any longer
                    archive.write(path, f"uploads/{path.relative_to(uploads)}")
            manifest = {"format": FORMAT, "version": VERSION, "at": now().isoformat(), "tables": tables}
            archive.writestr("manifest.json", json.dumps(manifest, indent=2))
        os.chmod(partial, 0o600)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    total = sum(int(table["rows"]) for table in tables.values())
    return Written(str(target), total, len(names), target.stat().st_size)


async def _write_table(
    archive: zipfile.ZipFile, model: type[Model], with_passwords: bool, step: Callable[[int], object]
) -> dict[str, Any]:
    hidden = () if with_passwords else SECRETS.get(table_of(model), ())
    digest, number = hashlib.sha256(), 0
    places = await _masked_places() if table_of(model) == "notices" else set()
    with archive.open(f"{table_of(model)}.jsonl", "w") as out:
        async for batch in _batches(model):
            told = [row for row in batch if not (places and _leads_to_a_mask(row, places))]
            for row in told:
                kept = {name: to_plain_value(value) for name, value in row.items() if name not in hidden}
                line = json.dumps(kept, ensure_ascii=False).encode() + b"\n"
                digest.update(line)
                out.write(line)
            number += len(told)
            step(len(batch))
    return {"rows": number, "sha256": digest.hexdigest()}


async def _masked_places() -> set[str]:
    return {row["place"] for row in await rows("SELECT DISTINCT place FROM masks")}


def _leads_to_a_mask(notice: dict[str, Any], places: set[str]) -> bool:
    """Say whether a notice is of a thread in which somebody wears a mask, or of looking behind one.

    They are told of what they follow as a mask: being told without following would say who they are.
    """
    return notice["group"] in places or notice["kind"] == "unmasked"


async def _batches(model: type[Model]) -> AsyncIterator[list[dict[str, Any]]]:
    last = 0
    names = columns(model)
    while batch := await model.filter(id__gt=last).order_by("id").limit(_BATCH).values(*names):
        yield list(batch)
        last = batch[-1]["id"]


async def has_rows() -> bool:
    """Say whether the site holds anything an archive would overwrite."""
    return bool(await rows("SELECT id FROM members LIMIT 1"))
