"""Uploaded files, as their readers, owners and moderators see them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from base.db import as_datetime, marks, rows
from base.errors import Missing
from base.text.files import FileShape, files_named
from forum.files import UploadFacts
from forum.rules.uploads import visible_uploads
from members.viewer import Viewer

MOST_NAMED: Final = 50
UPLOAD: Final = """u.id, u.owner_id, u.sha256, u.kind, u.media_type, u.name, u.size, u.width, u.height, u.stripped,
  u.alt, u.gate, u.gate_ref, u.gate_on, u.state, u.reusable, u.title, u.licence, u.downloads, u.created_at,
  u.reviewed_at,
  EXISTS (SELECT 1 FROM upload_uses w WHERE w.upload_id = u.id AND w.target <> 'dropped') AS used"""
_NONE: Final = "There is no such file, or you may not see it."


def read_upload(row: Mapping[str, Any]) -> UploadFacts:
    """Read a file out of a row with UPLOAD."""
    day = row["gate_on"]
    return UploadFacts(
        **{name: row[name] for name in (
            "id", "owner_id", "sha256", "kind", "media_type", "name", "size", "width", "height", "alt", "gate",
            "gate_ref", "state", "title", "licence", "downloads",
        )},
        stripped=tuple(code for code in row["stripped"].split(",") if code),
        gate_on=date.fromisoformat(day[:10]) if isinstance(day, str) else day,
        reusable=bool(row["reusable"]),
        created_at=as_datetime(row["created_at"]),
        reviewed=row["reviewed_at"] is not None,
        used=bool(row["used"]),
    )  # fmt: skip


async def upload_seen(viewer: Viewer, number: int) -> UploadFacts:
    """Return a file that the viewer may fetch; raises Missing."""
    found = await uploads_seen(viewer, [number])
    if number not in found:
        raise Missing(_NONE)
    return found[number]


async def uploads_seen(viewer: Viewer, numbers: Collection[int]) -> dict[int, UploadFacts]:
    """Return those of these files that the viewer may fetch, by id, in the order given."""
    if not numbers:
        return {}
    seen = visible_uploads(viewer)
    found = await rows(
        f"SELECT {UPLOAD} FROM uploads u WHERE u.id IN ({marks(list(numbers))}) AND ({seen.sql})",  # noqa: S608
        *numbers, *seen.values,
    )  # fmt: skip
    known = {row["id"]: read_upload(row) for row in found}
    return {number: known[number] for number in numbers if number in known}


async def own_upload(viewer: Viewer, number: int) -> UploadFacts:
    """Return a file of the viewer's own, whether or not it may be shown; raises Missing."""
    found = await rows(
        f"SELECT {UPLOAD} FROM uploads u WHERE u.id = ? AND u.owner_id IN ({marks(viewer.ids)})",  # noqa: S608
        number, *viewer.ids,
    )  # fmt: skip
    if not found:
        raise Missing(_NONE)
    return read_upload(found[0])


async def own_unused(viewer: Viewer) -> tuple[UploadFacts, ...]:
    """Return the files of the viewer that nothing shows yet, the newest first."""
    found = await rows(
        f"SELECT {UPLOAD} FROM uploads u WHERE u.owner_id = ? AND NOT EXISTS "  # noqa: S608
        "(SELECT 1 FROM upload_uses w WHERE w.upload_id = u.id) ORDER BY u.id DESC LIMIT 100",
        viewer.member_id,
    )
    return tuple(read_upload(row) for row in found)


async def files_in(viewer: Viewer, *texts: str) -> dict[int, UploadFacts]:
    """Return the files that texts name, of those the viewer may show."""
    named = [number for text in texts if "/files/" in text for number in files_named(text)]
    return await uploads_seen(viewer, list(dict.fromkeys(named))[:MOST_NAMED])


async def files_shown_by(target: str, target_id: int) -> dict[int, UploadFacts]:
    """Return the files that a post or an article shows, whoever may see them just now."""
    found = await rows(
        f"SELECT {UPLOAD} FROM uploads u JOIN upload_uses x ON x.upload_id = u.id "  # noqa: S608
        "WHERE x.target = ? AND x.target_id = ?",
        target, target_id,
    )  # fmt: skip
    return {row["id"]: read_upload(row) for row in found}


def shapes(files: Mapping[int, UploadFacts]) -> dict[int, FileShape]:
    """Return what showing these files takes."""
    return {number: one.shape for number, one in files.items()}
