"""How far somebody is trusted: verified first, experienced next; and who may decide that by hand.

Trust raises limits, and opens nothing that others keep to themselves. Guests, whom nobody has confirmed, ask, and write
in what they asked; else they are like visitors.
"""

from dataclasses import dataclass
from typing import Final, Literal

from base.errors import NotSignedIn, Refused
from members.rules.people import MemberFacts
from members.viewer import Viewer

GUEST: Final = 0
VERIFIED: Final = 1
CONTRIBUTOR: Final = 2
BY_HAND: Final = 3
"""Trusted by somebody who knows them: given by hand only."""

What = Literal["threads", "posts", "minutes", "replies", "days"]
NEEDED: Final[dict[What, int]] = {"threads": 20, "posts": 100, "minutes": 60, "replies": 3, "days": 15}
"""What a verified member has done when they become a contributor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPart:
    """What a member has done, of what is written down: threads and posts read, minutes of reading, replies, days here.

    Minutes are told by a script in the reader's browser; `minutes` is none where none ever was.
    """

    threads: int = 0
    posts: int = 0
    minutes: int | None = None
    replies: int = 0
    days: int = 0

    def of(self, what: What) -> int:
        """Return how much of one thing."""
        return {
            "threads": self.threads, "posts": self.posts, "minutes": self.minutes or 0, "replies": self.replies,
            "days": self.days,
        }[what]  # fmt: skip

    def is_enough(self, what: What) -> bool:
        """Say whether it is enough of one thing; who reads without scripts is not asked for minutes."""
        return self.of(what) >= NEEDED[what] or (what == "minutes" and self.minutes is None)


def has_contributed(taken: TakenPart) -> bool:
    """Say whether somebody has done what makes a contributor."""
    return all(taken.is_enough(what) for what in NEEDED)


def trust_of(*, confirmed: bool, held: int | None, level: int, taken: TakenPart | None = None) -> int:
    """Return how far somebody is trusted, who is trusted so far as `level` says.

    Without an organisation, or a role, everybody is a guest, whatever they did and whoever trusts them. Else what was
    decided by hand counts, and then what they did; what was earned once stays.
    """
    if not confirmed:
        return GUEST
    if held is not None:
        return held
    earned = CONTRIBUTOR if taken is not None and has_contributed(taken) else VERIFIED
    return max(level, earned)


def is_guest(viewer: Viewer) -> bool:
    """Say whether the viewer is signed in and not confirmed: neither by an organisation nor by a role."""
    return viewer.id is not None and viewer.trust <= GUEST and not viewer.grants


def check_is_no_guest(viewer: Viewer) -> None:
    """Raise for guests, who may ask and nothing else until they are confirmed."""
    if is_guest(viewer):
        raise Refused(
            "You can do this as soon as your organisation has confirmed you. Until then you can ask questions, and "
            "write in those you asked."
        )


def check_may_hold_trust(viewer: Viewer, member: MemberFacts) -> None:
    """Raise unless the viewer may decide by hand how far the member is trusted: moderators, of others than staff."""
    if viewer.id is None and not viewer.is_admin:
        raise NotSignedIn
    if not viewer.is_moderator:
        raise Refused("Only moderators and administrators can do this.")
    if viewer.id == member.id:
        raise Refused("Nobody decides this for themselves.")
    if member.is_staff and not viewer.is_admin:
        raise Refused("Only administrators decide this for somebody who holds a role.")
    if member.state != "active":
        raise Refused("Only somebody who has joined can be trusted more or less.")
