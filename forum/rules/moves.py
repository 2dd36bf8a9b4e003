"""Who may do what to whole threads and sets of posts: move, split, merge, convert, close by date, announce, undo."""

from datetime import datetime, timedelta
from typing import Final

from base.clock import now
from base.errors import Conflict, NotSignedIn, Refused
from forum.facts import ThreadFacts
from forum.rules.seeing import check_may_see, moderates
from forum.rules.threads import check_may_announce, check_may_moderate
from members.viewer import NETWORK, PUBLIC, STAFF, Viewer

UNDO_WINDOW: Final = timedelta(minutes=10)
CONVERTIBLE: Final = ("question", "discussion", "announcement")

_MASKED: Final = (
    "Somebody wrote behind a mask here, on the promise that these readers and no others would see it. It can be shown "
    "to fewer people, not to more."
)


def shows_more(before: str, after: str) -> bool:
    """Say whether somebody may read what is for `after` who may not read what is for `before`."""
    return not (before in (after, PUBLIC) or (before == NETWORK and after != PUBLIC))


def audiences_to_move_to(viewer: Viewer, thread: ThreadFacts, organisation_id: int | None) -> tuple[str, ...]:
    """Return for whom the viewer may write, and so move a thread: the widest first.

    Who moderates may give a thread to its own region and organisation, too, where they belong to neither.
    """
    own = {name for name in viewer.audiences if name.startswith(("org:", "region:"))}
    if moderates(viewer, thread):
        own |= {f"region:{thread.region_id}"} if thread.region_id else set()
        own |= {f"org:{organisation_id}"} if organisation_id else set()
    wide = [name for name in (PUBLIC, NETWORK) if name in viewer.audiences or viewer.is_moderator]
    staff = (STAFF,) if STAFF in viewer.audiences else ()
    return (*wide, *sorted(own), *staff)


def check_may_show_to(viewer: Viewer, thread: ThreadFacts, audience: str, *, masked: bool) -> None:
    """Raise unless the viewer may let another audience read what is written in a thread.

    Who sees it by their office only may not pass it on: somebody of the circle it was written for does that.
    """
    if not shows_more(thread.audience, audience):
        return
    if masked:
        raise Refused(_MASKED)
    if thread.audience not in viewer.audiences:
        raise Refused(
            "This was written for a circle that you do not belong to. Only somebody of it can show it to more."
        )


def check_may_move(viewer: Viewer, thread: ThreadFacts, region_id: int | None) -> None:
    """Raise unless the viewer may move the thread, and to this region: leaders move within the regions they lead."""
    check_may_moderate(viewer, thread)
    if region_id not in (None, thread.region_id) and not viewer.is_moderator and region_id not in viewer.region_ids:
        raise Refused("Community leaders move threads between the regions they lead.")


def check_may_convert(viewer: Viewer, thread: ThreadFacts, kind: str = "") -> None:
    """Raise unless the viewer may make the thread one of another kind: staff, and who moderates it."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_staff:
        check_may_moderate(viewer, thread)
    if kind == "announcement":
        check_may_announce(viewer)


def check_may_announce_above(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may put an announcement above every page: leaders do so for their own region only."""
    check_may_moderate(viewer, thread)
    if not viewer.is_moderator and thread.audience != f"region:{thread.region_id}":
        raise Refused("Community leaders put announcements above the pages of their region only, not of everybody.")


def check_may_undo(viewer: Viewer, thread: ThreadFacts, by_id: int, at: datetime) -> None:
    """Raise unless the viewer may take a change of a thread back: who made it, and who moderates, for ten minutes."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_me(by_id):
        check_may_moderate(viewer, thread)
    if now() - at > UNDO_WINDOW:
        raise Conflict("This can be taken back for ten minutes, and these have passed.")
