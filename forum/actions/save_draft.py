"""Keep what a member is still writing, and throw it away. Only its writer sees a draft, so the journal does not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field
from tortoise.expressions import F

from base.clock import now
from base.db import execute, transaction
from base.errors import Invalid, Missing, TooMany
from base.inputs import BlankIsNone, Input, Line, RowId, SmallNumber
from base.text.clean import clean_text
from forum.models import Draft
from members.viewer import Viewer

MOST_DRAFTS: Final = 100
LONGEST: Final = 150_000
# Words of the form that are not part of what was written.
_NOT_WRITTEN: Final = frozenset({"draft", "version", "place", "step", "add_row", "answered"})


class DraftKey(Input):
    """Which draft a form belongs to: none yet, or one in the version this form knows."""

    place: Annotated[Line, Field(pattern=r"^[a-z_]{2,20}\.[a-z0-9_.]{1,36}$", title="Place")]
    draft: Annotated[RowId | None, BlankIsNone] = None
    version: Annotated[SmallNumber | None, BlankIsNone] = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it was saved; `apart` when another window had changed it, so that this is a second one."""

    id: int
    version: int
    at: datetime
    apart: bool = False


async def save_draft(viewer: Viewer, key: DraftKey, given: Mapping[str, object]) -> Saved:
    """Keep a form; what two windows wrote is kept twice rather than lost."""
    written = _written(given)
    title = clean_text(str(given.get("title") or ""), multiline=False)[:255]
    at = now()
    async with transaction():
        if key.draft is not None:
            same = Draft.filter(id=key.draft, member_id=viewer.member_id, place=key.place)
            if key.version is not None:
                same = same.filter(version=key.version)
            if await same.update(given=written, title=title, version=F("version") + 1, updated_at=at):
                # In the same transaction: another window's version must not pass for this one's.
                return Saved(key.draft, (await Draft.get(id=key.draft)).version, at)
        if await Draft.filter(member_id=viewer.member_id).count() >= MOST_DRAFTS:
            raise TooMany(f"You have {MOST_DRAFTS} drafts. Please delete some you no longer need.", 60)
        made = await Draft.create(
            member_id=viewer.member_id, place=key.place, title=title, given=written, updated_at=at
        )
    return Saved(made.id, 1, at, apart=key.draft is not None)


async def drop_draft(viewer: Viewer, draft_id: int) -> None:
    """Throw a draft away."""
    if not await execute("DELETE FROM drafts WHERE id = ? AND member_id = ?", draft_id, viewer.member_id):
        raise Missing("This draft is gone already.")


def _written(given: Mapping[str, object]) -> dict[str, Any]:
    kept = {name: _clean(value) for name, value in given.items() if name not in _NOT_WRITTEN}
    if len(json.dumps(kept)) > LONGEST:
        raise Invalid({"form": "This is more than a draft can hold. Please shorten it."}, given)
    return kept


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value, multiline=True)
    if isinstance(value, list):
        return [_clean(part) for part in value]
    if isinstance(value, dict):
        return {clean_text(str(name), multiline=False): _clean(part) for name, part in value.items()}
    return value if isinstance(value, int | float | bool) else None
