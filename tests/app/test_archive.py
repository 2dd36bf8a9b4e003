"""Write the whole site into one file and read it back."""

import json
import zipfile
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.archive.read import read_archive
from app.archive.tables import archived_models, table_of
from app.archive.write import write_archive
from app.checkup import check_up
from app.demo.fill import fill_demo
from app.finding import Finding
from base import db
from base.db import rows
from base.errors import Conflict, Invalid
from base.settings import Settings
from tests import builders as make
from tests.databases import Databases
from tests.forum import test_uploads as uploads
from tests.made_files import picture
from tests.site import settings_for

pytestmark = pytest.mark.anyio


async def everything() -> dict[str, list[dict[str, Any]]]:
    found = {}
    for model in archived_models():
        found[table_of(model)] = [
            {name: value for name, value in row.items() if name != "password_hash"}
            for row in await model.all().order_by("id").values()
        ]
    return found


async def test_what_is_written_is_read_back(
    site: Settings, tmp_path: Path, databases: Databases, whole_schema_url: str
) -> None:
    await fill_demo()
    uploads = tmp_path / "uploads"
    (uploads / "ab").mkdir(parents=True)
    (uploads / "ab" / "file").write_bytes(b"picture")
    before = await everything()
    written = await write_archive(tmp_path / "site.zip", uploads)
    assert written.rows == sum(len(table) for table in before.values())
    await db.close()
    fresh = databases.copy(whole_schema_url)
    await db.connect(fresh)
    read = await read_archive(tmp_path / "site.zip", tmp_path / "restored")
    assert (read.rows, read.uploads) == (written.rows, 1)
    assert await everything() == before
    assert (tmp_path / "restored" / "ab" / "file").read_bytes() == b"picture"
    assert {row["password_hash"] for row in await rows("SELECT password_hash FROM members")} == {""}
    made = await rows(
        "INSERT INTO regions (slug, name, countries, languages, about) VALUES ('n', 'N', '', '', '') RETURNING id"
    )
    assert made[0]["id"] > max(row["id"] for row in before["regions"])


async def test_secrets_stay_at_home(site: Settings, tmp_path: Path) -> None:
    await fill_demo()
    await write_archive(tmp_path / "site.zip", tmp_path / "none")
    with zipfile.ZipFile(tmp_path / "site.zip") as archive:
        names = set(archive.namelist())
        member = json.loads(archive.read("members.jsonl").splitlines()[0])
        sources = archive.read("source_links.jsonl").splitlines()
    assert not names & {"sessions.jsonl", "tokens.jsonl"}
    assert "password_hash" not in member
    assert sources
    assert (tmp_path / "site.zip").stat().st_mode & 0o077 == 0


async def test_an_archive_is_only_read_into_an_empty_site(site: Settings, tmp_path: Path) -> None:
    await fill_demo()
    await write_archive(tmp_path / "site.zip", tmp_path / "none")
    with pytest.raises(Conflict, match="members already"):
        await read_archive(tmp_path / "site.zip", tmp_path / "none")
    with pytest.raises(Conflict, match="exists already"):
        await write_archive(tmp_path / "site.zip", tmp_path / "none")


async def test_a_damaged_archive_changes_nothing(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"not a zip")
    with pytest.raises(Invalid, match="not an archive"):
        await read_archive(tmp_path / "bad.zip", tmp_path / "none")
    manifest = {"format": 1, "tables": {"regions": {"rows": 1, "sha256": "0" * 64}}}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("regions.jsonl", '{"id": 1, "slug": "a", "name": "A"}\n')
    with pytest.raises(Invalid, match="regions in the archive is damaged"):
        await read_archive(tmp_path / "bad.zip", tmp_path / "none")
    assert await rows("SELECT id FROM regions") == []


async def test_uploaded_files_come_back_and_damage_is_found(
    client: httpx2.AsyncClient, site: Settings, tmp_path: Path, databases: Databases, whole_schema_url: str
) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    made = await uploads.send(client, picture(), alt="A", gate="none")
    await uploads.answered(client, thread, made)
    sent = (await client.get(made["url"])).content
    await write_archive(tmp_path / "site.zip", site.data_dir / "uploads")
    await db.close()
    await db.connect(databases.copy(whole_schema_url))
    moved = settings_for(tmp_path / "new", site.database_url)
    await read_archive(tmp_path / "site.zip", moved.data_dir / "uploads")
    client.cookies.clear()
    assert (await client.get(made["url"])).content == sent
    assert (await client.get(f"/files/{made['id']}/thumb")).status_code == 200

    async def found() -> Finding:
        return next(one for one in await check_up(moved) if one.name == "uploads")

    assert (await found()).ok
    (file,) = [path for path in (moved.data_dir / "uploads").rglob("*") if path.is_file() and not path.suffix]
    file.write_bytes(b"damaged")
    assert "1 of 1 files missing or damaged" in (await found()).words
    file.unlink()
    assert not (await found()).ok
    assert (await client.get(made["url"])).status_code == 404
