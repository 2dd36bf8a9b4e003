"""Take in a file: look what it is, clean it, keep it.

Until a text shows it, it is its owner's alone, so the journal does not hear of it.
"""

import shlex
import subprocess
from dataclasses import dataclass
from functools import partial
from typing import Final

import anyio
import anyio.to_thread

from base import settings
from base.clock import now
from base.errors import Invalid, TooMany
from base.limits import count_against
from base.log import logger
from base.media import store
from base.media.clean import MEGABYTE, Clean, NotTaken
from base.media.kinds import clean_file
from forum.actions.use_uploads import ONLY_PICTURES
from forum.files import UploadFacts, clean_name
from forum.models import Upload
from forum.queries.uploads import own_upload
from forum.rules.uploads import allowance, check_may_upload, uploads_an_hour
from members.viewer import Viewer

_SCAN_SECONDS: Final = 60
_CLEAN: Final = 0
# Pictures are large once they are unpacked: no more than these are at the same time.
_AT_ONCE: Final = anyio.CapacityLimiter(2)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent."""

    name: str
    data: bytes


async def upload(viewer: Viewer, sent: Sent) -> UploadFacts:
    """Take in a file; raises Invalid with a sentence when it is not taken."""
    check_may_upload(viewer)
    allowed = allowance(viewer)
    if len(sent.data) > allowed.megabytes * MEGABYTE:
        raise _invalid(f"This file is larger than {allowed.megabytes} MB.")
    if limit := uploads_an_hour(viewer):
        await count_against("uploads", limit, str(viewer.member_id))
    await _scan(sent.data)
    try:
        clean = await anyio.to_thread.run_sync(clean_file, sent.data, limiter=_AT_ONCE)
    except NotTaken as why:
        raise _invalid(str(why)) from None
    if clean.kind != "image" and not allowed.others:
        raise _invalid(ONLY_PICTURES)
    return await _keep(viewer, sent.name, clean)


async def _keep(viewer: Viewer, name: str, clean: Clean) -> UploadFacts:
    # The bytes first: who is killed now leaves a file without a row, which is purged, never a row without a file.
    keep = partial(store.keep, clean.data, clean.versions)
    try:
        sha256 = await anyio.to_thread.run_sync(keep)
    except OSError as error:
        logger("uploads").error("file could not be kept", error=str(error))
        raise TooMany(
            "There is no room for files here just now. Please try again later, or go on without.", 300
        ) from None
    made = await Upload.create(
        owner_id=viewer.member_id,
        sha256=sha256,
        kind=clean.kind,
        media_type=clean.media_type,
        name=clean_name(name, clean.ending),
        size=len(clean.data),
        width=clean.width,
        height=clean.height,
        stripped=",".join(clean.stripped)[:160],
        created_at=now(),
    )
    # The same bytes may have been purged as a leftover between the two.
    await anyio.to_thread.run_sync(keep)
    return await own_upload(viewer, made.id)


async def _scan(data: bytes) -> None:
    """Ask the scanner of this site, if it has one; it says by how it ends whether the file is clean."""
    command = settings.get().upload_scanner
    if not command:
        return
    # Not anyio's own: a scanner may stop reading as soon as it knows enough.
    scan = partial(
        subprocess.run, shlex.split(command), input=data, capture_output=True, timeout=_SCAN_SECONDS, check=False
    )
    try:
        done = await anyio.to_thread.run_sync(scan)
    except (OSError, subprocess.TimeoutExpired) as error:
        logger("uploads").error("scanner failed", error=str(error))
        raise TooMany("Files cannot be checked just now. Please try again in a few minutes.", 300) from None
    if done.returncode != _CLEAN:
        logger("uploads").warning("scanner refused a file", status=done.returncode)
        raise _invalid("The scanner of this site found something wrong with this file. It is not taken.")


def _invalid(sentence: str) -> Invalid:
    return Invalid({"file": sentence})
