"""Who may upload, see and judge files; a part of the rules of the forum."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from base import settings
from base.condition import Condition, any_of, one_of
from base.errors import NotSignedIn, Refused
from base.limits import limit_of
from forum.rules.seeing import visible_posts
from members.rules import visible_organisations
from members.viewer import Viewer

MOST_FILES: Final = 5
MOST_FILES_OF_CASE: Final = 10

# What shows files on higher floors; app/wiring.py says here for whom. Each is a condition on `x`, a row of upload_uses.
READERS: Final[list[Callable[[Viewer], Condition]]] = []


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much somebody may upload: files in one post, of them pictures and other files, and the size of each."""

    files: int
    pictures: int
    others: int
    megabytes: int


def allowance(viewer: Viewer, *, case: bool = False) -> Allowance:
    """Return how much the viewer may upload for one post."""
    now = settings.get()
    if viewer.is_staff:
        return Allowance(MOST_FILES_OF_CASE, MOST_FILES_OF_CASE, MOST_FILES_OF_CASE, now.upload_mb_staff)
    if viewer.trust <= 0:
        pictures, others = limit_of("newcomer_images"), limit_of("newcomer_files")
        return Allowance(pictures + others, pictures, others, now.upload_mb)
    most = MOST_FILES_OF_CASE if case else MOST_FILES
    return Allowance(most, most, most, now.upload_mb)


def check_may_upload(viewer: Viewer) -> None:
    """Raise unless the viewer may upload files."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to add files.")


def uploads_an_hour(viewer: Viewer) -> str:
    """Return the limit on how many files the viewer may upload, empty for staff."""
    return "" if viewer.is_staff else "60/hour" if viewer.trust > 0 else "10/hour"


def check_may_review_uploads(viewer: Viewer) -> None:
    """Raise unless the viewer decides whether pictures may be shown."""
    if not viewer.is_member:
        raise NotSignedIn
    if not viewer.is_moderator:
        raise Refused("Only moderators look at pictures before they are shown.")


def visible_uploads(viewer: Viewer, alias: str = "u") -> Condition:
    """Return which files the viewer may fetch.

    Who may read one of the posts, articles or pages of organisations that show a file may fetch it; one that waits for
    a moderator is for its owner and moderators, one that was refused for moderators. What is shown nowhere yet is for
    its owner.
    """
    own = one_of(f"{alias}.owner_id", viewer.ids)
    state = Condition(f"{alias}.state = 'ready' OR ({alias}.state = 'review' AND {own.sql})", own.values)
    if viewer.is_moderator:
        state = Condition("1 = 1")
    posts = visible_posts(viewer)
    on_post = (
        "x.target = 'post' AND EXISTS (SELECT 1 FROM posts p JOIN threads t ON t.id = p.thread_id "  # noqa: S608
        f"WHERE p.id = x.target_id AND ({posts.sql}))"
    )
    places = visible_organisations(viewer)
    on_page = (
        f"x.target = 'logo' AND EXISTS (SELECT 1 FROM organisations o WHERE o.id = x.target_id AND ({places.sql}))"  # noqa: S608
    )
    shown = any_of(
        [Condition(on_post, posts.values), Condition(on_page, places.values), *(readers(viewer) for readers in READERS)]
    )
    return Condition(
        f"(({state.sql}) AND EXISTS (SELECT 1 FROM upload_uses x WHERE x.upload_id = {alias}.id AND ({shown.sql}))) "  # noqa: S608
        f"OR ({own.sql} AND {alias}.state <> 'refused' AND NOT EXISTS "
        f"(SELECT 1 FROM upload_uses y WHERE y.upload_id = {alias}.id AND y.target <> 'dropped'))",
        (*state.values, *shown.values, *own.values),
    )
