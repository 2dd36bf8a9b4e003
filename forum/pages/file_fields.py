"""Files in a form that writes a post: taken in, described and listed below the text that names them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request

from base import settings
from base.errors import Failure, Invalid, Missing, Refused
from base.media.clean import MEGABYTE
from base.paging import whole_number
from base.text.files import files_named, with_alternatives, without_file
from base.web.inputs import SentFile, read_with_files
from forum.actions.describe_upload import UploadWords, describe_upload, drop_upload
from forum.actions.upload import Sent, upload
from forum.actions.use_uploads import check_files
from forum.files import UploadFacts
from forum.queries.uploads import files_in
from forum.rules.uploads import MOST_FILES, Allowance, allowance
from members.viewer import Viewer

AT_ONCE: Final = MOST_FILES
UNDESCRIBED: Final = "Nothing is published yet: please say below what the picture shows, then send this again."
_FIELDS: Final = ("alt", "gate", "gate_ref", "gate_on", "title", "licence")
_FIELD: Final = re.compile(r"file-(\d{1,18})-(?:alt|gate|gate_ref|gate_on|title|licence|reusable|offered)")
# Where a form may bring files: nowhere else may a body be larger than usual.
_TAKES_FILES: Final = re.compile(
    r"/ask/[a-z-]+|/t/\d+/(?:answer|case)|/t/\d+/posts/\d+/edit|/files|/api/v1/uploads"
    r"|(?:/api/v1)?/organisations/[a-z0-9-]+/logo"
)


def most_bytes(path: str) -> int:
    """Return how large the body of a request for this address may be, where files are taken; else nothing."""
    now = settings.get()
    return (max(AT_ONCE * now.upload_mb, now.upload_mb_staff) + 2) * MEGABYTE if _TAKES_FILES.fullmatch(path) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBox:
    """The part of a form that holds files: those its texts name, and how many more it may have.

    With `templates` a file may be offered to others as a template. `told` are the files whose words stand in the text.
    """

    files: tuple[UploadFacts, ...]
    allowed: Allowance
    templates: bool = False
    told: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A form after its files were taken in: what it holds now, what was wrong, and whether it is to be shown again."""

    given: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    again: bool = False


async def take_files(request: Request, viewer: Viewer, *, into: str = "body") -> Taken:
    """Read a form with its files: those sent are named in the text `into`, those named are described."""
    given, sent = await read_with_files(request, 4 * AT_ONCE)
    step = str(given.get("step", ""))
    errors: dict[str, str] = {}
    dropped = whole_number(given.pop("drop_file", ""))
    if dropped:
        given = {name: _without(value, dropped) for name, value in given.items()}
        await _drop(viewer, dropped)
    own = await _own_files(viewer, given)
    errors |= await _describe(viewer, given, own)
    added = await _add(viewer, given, sent, into, errors)
    given = await _with_words(viewer, given)
    if step == "file" and not sent and "file" not in errors and not dropped:
        errors["file"] = "Please choose a file first."
    # What was sent along with "publish" still has to be described, if it is a picture.
    pictures = any(one.is_picture for one in added)
    if pictures and step not in ("file", "draft"):
        errors.setdefault("file", UNDESCRIBED)
    again = bool(dropped) or step == "file" or "file" in errors or pictures
    return Taken(given=given, errors=errors, again=again)


async def file_box(viewer: Viewer, given: Mapping[str, object], *, case: bool = False) -> FileBox:
    """Return the files of the viewer that a form names, to be shown in it."""
    own = await _own_files(viewer, given)
    texts = "\n".join(_texts(given))
    told = frozenset(number for number in own if f"![](/files/{number}/" not in texts)
    return FileBox(files=tuple(own.values()), allowed=allowance(viewer, case=case), templates=case, told=told)


async def unsaid(viewer: Viewer, given: Mapping[str, object]) -> dict[str, str]:
    """Return what has still to be said of the files in a form before it can be published."""
    text = "\n".join(_texts(given))
    try:
        check_files(viewer, text, await files_in(viewer, text), case=True)
    except Invalid as wrong:
        return wrong.errors
    return {}


def with_errors(wrong: Failure | None, errors: Mapping[str, str]) -> Failure | None:
    """Return a failure that tells of the files, too."""
    if not errors or (wrong is not None and not isinstance(wrong, Invalid)):
        return wrong
    return Invalid((wrong.errors if wrong else {}) | dict(errors), wrong.given if wrong else None)


def _texts(given: Mapping[str, object]) -> list[str]:
    # `base` is what an edit began with: what was taken out of the text since is named there still.
    texts = (value for name, value in given.items() if name != "base" and not _FIELD.fullmatch(name))
    return [value for value in texts if isinstance(value, str)]


async def _own_files(viewer: Viewer, given: Mapping[str, object]) -> dict[int, UploadFacts]:
    found = await files_in(viewer, *_texts(given))
    return {number: one for number, one in found.items() if viewer.is_me(one.owner_id)}


async def _add(
    viewer: Viewer, given: dict[str, object], sent: list[SentFile], into: str, errors: dict[str, str]
) -> list[UploadFacts]:
    """Take in what was sent and name it at the end of a text; one that is refused does not stop the others."""
    if len(sent) > AT_ONCE:
        errors["file"] = f"Please send at most {AT_ONCE} files at once; this was {len(sent)}, and none was added."
        return []
    added, wrong = [], []
    for one in sent:
        try:
            added.append(await upload(viewer, Sent(one.name, one.data)))
        except Failure as why:
            sentence = why.errors.get("file", why.sentence) if isinstance(why, Invalid) else why.sentence
            wrong.append(f"“{_short(one.name)}”: {sentence}")
    if wrong:
        errors["file"] = " ".join(wrong)
    if added:
        text = str(given.get(into) or "").rstrip()
        given[into] = "\n\n".join([*([text] if text else []), *(one.markdown for one in added)])
    return added


def _short(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[-60:]


async def _describe(viewer: Viewer, given: Mapping[str, object], own: Mapping[int, UploadFacts]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for number in own:
        said = {name: given[f"file-{number}-{name}"] for name in _FIELDS if f"file-{number}-{name}" in given}
        if f"file-{number}-offered" in given:  # a box that is not ticked is not sent
            said["reusable"] = f"file-{number}-reusable" in given
        if not said:
            continue
        try:
            await describe_upload(viewer, number, UploadWords.read(said))
        except Invalid as wrong:
            errors |= {f"file-{number}-{name}": sentence for name, sentence in wrong.errors.items()}
        except Refused as why:
            errors[f"file-{number}-gate"] = why.sentence
    return errors


async def _drop(viewer: Viewer, number: int) -> None:
    try:
        await drop_upload(viewer, number)
    except (Missing, Refused):
        return  # it is gone already, or still shown elsewhere; this text no longer names it


def _without(value: object, number: int) -> object:
    """Take what names a file out of a text."""
    if not isinstance(value, str) or f"/files/{number}/" not in value:
        return value
    return without_file(value, number)


async def _with_words(viewer: Viewer, given: Mapping[str, object]) -> dict[str, Any]:
    """Write what pictures show into the texts, so that it is found and quoted with them."""
    own = await _own_files(viewer, given)
    words = {number: one.alt for number, one in own.items() if one.alt}
    return {
        name: with_alternatives(value, words) if isinstance(value, str) and files_named(value) else value
        for name, value in given.items()
    }
