"""Who may see and do what to search itself; what one may find is decided by audiences."""

from base.errors import NotSignedIn, Refused
from members.viewer import Viewer


def check_may_keep_synonyms(viewer: Viewer) -> None:
    """Raise unless the viewer may say which words mean the same: it changes what everybody finds."""
    if viewer.id is None:
        raise NotSignedIn
    if not viewer.is_admin:
        raise Refused("Only administrators can do this.")


def check_may_read_gaps(viewer: Viewer) -> None:
    """Raise unless the viewer may see what is looked for in vain, and set it aside: who can fill the gaps."""
    if viewer.id is None:
        raise NotSignedIn
    if not viewer.is_editor:
        raise Refused("Only the editors of this site can do this.")
