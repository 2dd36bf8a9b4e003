"""Show less of somebody behind a mask as soon as fewer than five members share it; never more."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from base.clock import now
from base.db import transaction
from base.journal import record
from base.journal.models import Entry
from members.models import Mask, Member
from members.queries.mask_levels import Levels, Shared, still_shared

_SECONDS: Final = 60.0
_MOST_PLACES: Final = 10_000
_looked_at: dict[str, float] = {}
# What the mask showed stands in what it wrote as well; the floors above take it out of there, in the same transaction.
Shrink = Callable[[str, int, Levels, Shared], Awaitable[None]]
SHRINK: Final[list[Shrink]] = []
# For whom was written where only some could; the floors above know.
AUDIENCES: Final[list[Callable[[], Awaitable[Mapping[str, str]]]]] = []
KINDS: Final = (
    "member.placed", "member.removed", "member.suspended", "member.edited", "member.renamed", "organisation.",
)  # fmt: skip
"""After these acts fewer people may share what masks show."""


async def recheck_place(place: str) -> bool:
    """Look again at the masks of one place, once a minute at most; say whether one of them shows less now."""
    at = time.monotonic()
    if _looked_at.get(place, -_SECONDS) > at - _SECONDS:
        return False
    if len(_looked_at) >= _MOST_PLACES:
        _looked_at.clear()
    _looked_at[place] = at
    return await _recheck(await Mask.filter(place=place), fresh=False) > 0


async def recheck_masks() -> None:
    """Look again at every mask."""
    await _recheck(await Mask.all(), fresh=True)


async def follow_people(entries: Sequence[Entry]) -> None:
    """Look again at every mask after people or organisations changed; a subscriber."""
    await recheck_masks()


async def _recheck(masks: list[Mask], *, fresh: bool) -> int:
    audiences = {place: name for look in AUDIENCES for place, name in (await look()).items()} if masks else {}
    shown = {_key(mask, audiences): mask for mask in masks}
    shared: dict[tuple[object, ...], Shared] = {}
    for key, mask in shown.items():
        audience = audiences.get(mask.place, "")
        shared[key] = await still_shared(Levels(**mask.levels), fresh=fresh and not shared, audience=audience)
    less = 0
    for mask in masks:
        now_shared = shared[_key(mask, audiences)]
        if asdict(now_shared.levels) != mask.levels:
            await _show_less(mask, now_shared)
            less += 1
        elif not now_shared.one_region:
            await _shrink(mask, now_shared)
    return less


async def _show_less(mask: Mask, shared: Shared) -> None:
    face_id: int = mask.member_id  # type: ignore[attr-defined]
    async with transaction():
        await _shrink(mask, shared)
        await Mask.filter(id=mask.id).update(levels=asdict(shared.levels), shared_by=shared.by, checked_at=now())
        await Member.filter(id=face_id).update(title=shared.levels.words)
        await record("member.renamed", actor_id=None, subject_id=face_id)


async def _shrink(mask: Mask, shared: Shared) -> None:
    face_id: int = mask.member_id  # type: ignore[attr-defined]
    for shrink in SHRINK:
        await shrink(mask.place, face_id, Levels(**mask.levels), shared)


def _key(mask: Mask, audiences: Mapping[str, str]) -> tuple[object, ...]:
    return (audiences.get(mask.place, ""), *sorted(mask.levels.items()))
