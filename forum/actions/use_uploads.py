"""Let a text show files: what has to be said of them first, and who may fetch them from then on."""

from collections.abc import Collection, Mapping
from typing import Final

from base.db import execute, marks, rows
from base.errors import Invalid
from base.journal import record
from base.text.files import wordless_pictures
from forum.files import UploadFacts
from forum.rules.uploads import allowance
from members.viewer import Viewer

NEW_MASK: Final = 0
"""Whom a text is by that is the first one behind a mask: nobody has shown a file as that one."""
ONLY_PICTURES: Final = "In your first days here you may add pictures, but no other files."
Files = Mapping[int, UploadFacts]


def check_files(viewer: Viewer, text: str, files: Files, *, author_id: int | None = None, case: bool = False) -> None:
    """Raise Invalid unless everything is said of the viewer's own files that a text is to show.

    `author_id` is who the text will be by: the viewer, or their mask there.
    """
    own = [one for one in files.values() if viewer.is_me(one.owner_id)]
    errors: dict[str, str] = {}
    wordless = set(wordless_pictures(text))
    for one in own:
        if one.is_picture:
            errors |= _unsaid(one, told=one.id not in wordless)
        if author_id is not None and one.used and one.owner_id != author_id:
            # The same file under two names would tell that they are one person.
            errors[f"file-{one.id}"] = (
                f"“{one.name}” is shown elsewhere under another name of yours. Please add it anew."
            )
    errors |= _too_many(viewer, own, case=case)
    if errors:
        raise Invalid(errors)


def _unsaid(one: UploadFacts, *, told: bool) -> dict[str, str]:
    errors = {}
    if not told and not one.alt:
        errors[f"file-{one.id}-alt"] = f"“{one.name}”: please say what it shows, for those who cannot see it."
    if not one.gate:
        errors[f"file-{one.id}-gate"] = f"“{one.name}”: does it show a patient, a badge, a screen or a chart?"
    if one.gate == "authorised" and not one.gate_ref:
        errors[f"file-{one.id}-gate_ref"] = f"“{one.name}”: under which written authorisation may it be shown?"
    if one.gate == "authorised" and one.gate_on is None:
        errors[f"file-{one.id}-gate_on"] = f"“{one.name}”: of which day is the authorisation?"
    return errors


def _too_many(viewer: Viewer, own: Collection[UploadFacts], *, case: bool) -> dict[str, str]:
    allowed, pictures = allowance(viewer, case=case), sum(one.is_picture for one in own)
    if len(own) - pictures > allowed.others and not allowed.others:
        return {"file": ONLY_PICTURES}
    if pictures > allowed.pictures and allowed.pictures == 1:
        return {"file": "In your first days here you may add one picture to a post."}
    if len(own) > allowed.files:
        return {"file": f"A post may have at most {allowed.files} files; this has {len(own)}."}
    return {}


async def use_uploads(target: str, target_id: int, files: Files, *, author_id: int | None) -> None:
    """Let a post or an article show these files and no others; inside the caller's transaction.

    Files of the author become those of who the text is by, so that nothing leads from a mask to who wears it.
    """
    known = await rows(
        "SELECT upload_id, target FROM upload_uses WHERE target_id = ? AND target IN (?, 'dropped')", target_id, target
    )
    shown = {row["upload_id"] for row in known if row["target"] == target}
    if not files and not shown:
        return
    there = await _held(sorted(files))
    before = {row["upload_id"] for row in known if row["target"] != target} if target == "post" else set[int]()
    for number in sorted(there - shown):
        await _show(target, target_id, files[number], again=number in before, author_id=author_id)
    gone = sorted(shown - set(files))
    if gone and target == "post":
        # Not deleted: an edit may be taken back, and until the purge comes its owner finds the file there.
        await execute(
            f"UPDATE upload_uses SET target = 'dropped' WHERE target = 'post' AND target_id = ? "  # noqa: S608
            f"AND upload_id IN ({marks(gone)})",
            target_id, *gone,
        )  # fmt: skip
    elif gone:
        await execute(
            f"DELETE FROM upload_uses WHERE target = ? AND target_id = ? AND upload_id IN ({marks(gone)})",  # noqa: S608
            target, target_id, *gone,
        )  # fmt: skip


async def _held(numbers: list[int]) -> set[int]:
    """Return which of the files are still there, and keep the purge from them until this transaction ends."""
    if not numbers:
        return set()
    found = await rows(
        f"UPDATE uploads SET downloads = downloads WHERE id IN ({marks(numbers)}) RETURNING id",  # noqa: S608
        *numbers,
    )
    return {row["id"] for row in found}


async def _show(target: str, target_id: int, one: UploadFacts, *, again: bool, author_id: int | None) -> None:
    if again:
        await execute(
            "UPDATE upload_uses SET target = 'post' WHERE upload_id = ? AND target = 'dropped' AND target_id = ?",
            one.id, target_id,
        )  # fmt: skip
    else:
        await execute(
            "INSERT INTO upload_uses (upload_id, target, target_id) VALUES (?, ?, ?) "
            "ON CONFLICT (upload_id, target, target_id) DO NOTHING",
            one.id, target, target_id,
        )  # fmt: skip
    if author_id is not None and not one.used and one.owner_id != author_id:
        await execute("UPDATE uploads SET owner_id = ? WHERE id = ?", author_id, one.id)
    if one.state == "review" and not one.used:
        await record("upload.waiting", actor_id=author_id, subject_id=one.id)
