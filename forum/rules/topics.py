"""Who brings in, describes and keeps topics."""

from collections.abc import Set
from typing import Final

from base.errors import NotSignedIn, Refused
from members.viewer import Viewer

TRUSTED: Final = 2


def may_create_tags(viewer: Viewer) -> bool:
    """Say whether the viewer may bring in a topic that is not there yet; the others use those there are."""
    return viewer.is_member and (viewer.trust >= TRUSTED or viewer.is_staff or bool(viewer.region_ids))


def regions_led(viewer: Viewer) -> tuple[int, ...]:
    """Return the regions in which the viewer describes topics as a community leader."""
    return tuple(sorted(viewer.region_ids))


def check_may_describe_tags(viewer: Viewer, regions: Set[int] = frozenset()) -> None:
    """Raise unless the viewer may say what a topic is about; `regions` are those of the threads that carry it.

    Members with more experience may, and editors; community leaders where their region uses it.
    """
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if viewer.trust < TRUSTED and not viewer.is_staff and viewer.region_ids.isdisjoint(regions):
        raise Refused(
            "Topics are described by members with more experience here, by editors, and by community leaders where "
            "their region uses them."
        )


def check_may_rename_tags(viewer: Viewer) -> None:
    """Raise unless the viewer may give a topic another name, which every thread about it then shows."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_staff:
        raise Refused("Only editors and moderators can rename a topic.")


def may_keep_tags(viewer: Viewer) -> bool:
    """Say whether the viewer keeps the topics in order: puts them below each other, merges and deprecates them."""
    return viewer.is_staff


def check_may_keep_tags(viewer: Viewer) -> None:
    """Raise unless the viewer keeps the topics in order."""
    if not may_keep_tags(viewer):
        raise Refused("Only editors and moderators keep topics and categories in order.")
