"""Who may see, keep and read collections."""

from base.condition import ALWAYS, Condition, one_of
from base.errors import NotSignedIn, Refused
from kb.facts import CollectionFacts
from kb.rules.articles import edits
from members.viewer import Viewer


def check_may_collect(viewer: Viewer) -> None:
    """Raise unless the viewer may keep collections: editors."""
    if not viewer.is_member:
        raise NotSignedIn
    if not edits(viewer):
        raise Refused("Collections are kept by the editors of this site.")


def check_may_look_after(viewer: Viewer, audience: str) -> None:
    """Raise unless the viewer can be the owner of a collection for this audience: an editor who may read it."""
    check_may_collect(viewer)
    if not viewer.is_moderator and audience not in viewer.audiences:
        raise Refused("Whoever looks after a collection must be among those who may read it.")


def check_may_hand_over(viewer: Viewer, collection: CollectionFacts) -> None:
    """Raise unless the viewer may say who looks after it: its owner does, and when there is none, any editor."""
    check_may_collect(viewer)
    if collection.owner_id not in (None, viewer.id) and not viewer.is_admin:
        raise Refused("Only who looks after a collection, and the administrators, hand it over.")


def check_may_tick(viewer: Viewer) -> None:
    """Raise unless the viewer may keep a record of what they have read in a collection: whoever is signed in."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to keep a record of what you have read.")


def visible_collections(viewer: Viewer, alias: str = "c") -> Condition:
    """Return which collections the viewer may see: published ones for their audiences; editors see drafts too."""
    audience = ALWAYS if viewer.is_moderator else one_of(f"{alias}.audience", sorted(viewer.audiences))
    return audience if edits(viewer) else audience & Condition(f"{alias}.state = 'published'")
