"""Put on a mask: a row of members that nobody can sign in as, and the sealed note of who is behind it."""

from dataclasses import asdict, dataclass
from secrets import token_hex
from typing import Final

from base.clock import now
from base.db import rows
from base.signing import blurred
from members.masks import owner_key, seal
from members.models import Mask, Member
from members.queries.mask_levels import Shared

FIRST_NAME: Final = "A member"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is about to write behind a mask, and what it shows of them."""

    owner_id: int
    shared: Shared


async def make_face(identity: Identity, once: str = "") -> int:
    """Make the row that stands for somebody behind a mask and return its id; inside the caller's transaction.

    The same person and key make one row: a form that was sent twice fails on the second one, as with any other key.
    """
    key = blurred("mask-handle", f"{identity.owner_id}:{once or token_hex(16)}")[:24]
    face = await Member.create(
        handle=f"mask-{key}",
        name=FIRST_NAME,
        title=identity.shared.levels.words,
        state="mask",
        created_at=now(),
        mail_notices=False,
    )
    return int(face.id)


async def keep_mask(identity: Identity, face_id: int, place: str) -> None:
    """Note who is behind a row and where it is worn; inside the caller's transaction, which holds the place."""
    at = now()
    found = await rows("SELECT COALESCE(MAX(number), 0) + 1 AS number FROM masks WHERE place = ?", place)
    number = found[0]["number"]
    await Mask.create(
        member_id=face_id,
        place=place,
        number=number,
        owner=owner_key(identity.owner_id),
        sealed=seal(identity.owner_id),
        levels=asdict(identity.shared.levels),
        shared_by=identity.shared.by,
        created_at=at,
        checked_at=at,
    )
    if number > 1:
        # Two people behind masks in one thread are told apart, always in the same way.
        await Member.filter(id=face_id).update(name=f"Member {number}")


async def face_in(identity: Identity, place: str) -> int:
    """Return as whom somebody writes behind a mask in a place that is held: the one they wear there, or a new one."""
    known = await rows("SELECT member_id FROM masks WHERE owner = ? AND place = ?", owner_key(identity.owner_id), place)
    if known:
        return int(known[0]["member_id"])
    face_id = await make_face(identity, place)
    await keep_mask(identity, face_id, place)
    return face_id
