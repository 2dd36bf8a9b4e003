"""Read an archive into an empty site."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tortoise.models import Model

from app.archive.tables import FORMAT, archived_models, from_plain_value, self_links, table_of
from app.archive.write import has_rows
from base.db import dialect, execute, rows, transaction
from base.errors import Conflict, Invalid

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Read:
    """What was read back."""

    rows: int
    uploads: int


async def read_archive(source: Path, uploads: Path, *, step: Callable[[int], object] = lambda done: None) -> Read:
    """Fill an empty site from an archive, all of it or nothing; every table is compared with its checksum."""
    if await has_rows():
        raise Conflict("This site has members already; an archive is only read into an empty site.")
    try:
        archive = zipfile.ZipFile(source)
        manifest = json.loads(archive.read("manifest.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Invalid({"file": f"{source} is not an archive of this program: {error}"}) from None
    if manifest.get("format") != FORMAT:
        raise Invalid({"file": f"{source} has format {manifest.get('format')}; this program reads {FORMAT}."})
    total = 0
    with archive:
        async with transaction():
            for model in archived_models():
                total += await _read_table(archive, model, manifest["tables"].get(table_of(model), {}), step)
        await _set_sequences()
        return Read(total, _read_uploads(archive, uploads))


async def _read_table(
    archive: zipfile.ZipFile, model: type[Model], expected: dict[str, Any], step: Callable[[int], object]
) -> int:
    if not expected:
        return 0
    digest, number, made, later = hashlib.sha256(), 0, list[Model](), list[tuple[int, dict[str, Any]]]()
    links = self_links(model)
    with archive.open(f"{table_of(model)}.jsonl") as lines:
        for line in lines:
            digest.update(line)
            given = json.loads(line)
            pointing = {name: given.pop(name) for name in links if given.get(name) is not None}
            if pointing:
                later.append((given["id"], pointing))
            made.append(_row(model, given))
            number += 1
            if len(made) >= _BATCH:
                await model.bulk_create(made)
                step(len(made))
                made = []
    await model.bulk_create(made)
    step(len(made))
    for id_, pointing in later:
        await model.filter(id=id_).update(**pointing)
    if (number, digest.hexdigest()) != (expected["rows"], expected["sha256"]):
        raise Invalid({"file": f"The table {table_of(model)} in the archive is damaged."})
    return number


def _row(model: type[Model], given: dict[str, Any]) -> Model:
    known = model._meta.fields_map
    values = {name: from_plain_value(known[name], value) for name, value in given.items() if name in known}
    return model(**values)


async def _set_sequences() -> None:
    if dialect() == "postgres":
        for model in archived_models():
            name = table_of(model)
            highest = (await rows(f"SELECT COALESCE(MAX(id), 0) + 1 AS next FROM {name}"))[0]["next"]  # noqa: S608
            await execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {highest}, false)")


def _read_uploads(archive: zipfile.ZipFile, uploads: Path) -> int:
    number = 0
    for entry in archive.infolist():
        name = entry.filename.removeprefix("uploads/")
        target = (uploads / name).resolve()
        if name == entry.filename or entry.is_dir() or not target.is_relative_to(uploads.resolve()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as out:
            while block := source.read(1 << 20):
                out.write(block)
        number += 1
    return number
