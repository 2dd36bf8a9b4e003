"""Who takes care of what, and who stands in for whom."""

from base.errors import NotSignedIn, Refused
from forum.facts import ThreadFacts
from forum.rules import may_see_thread
from kb.facts import ArticleFacts
from kb.rules.articles import edits, works_on
from members.viewer import Viewer


def check_may_assign(viewer: Viewer) -> None:
    """Raise unless the viewer may take on, and give to others, what waits on the desk."""
    if not viewer.is_member:
        raise NotSignedIn
    if not edits(viewer):
        raise Refused("What waits on the desk is given out by the editors of this site.")


def may_be_given(viewer: Viewer, article: ArticleFacts) -> bool:
    """Say whether the article can be given to this person: an editor, or somebody who works on it."""
    return works_on(viewer, article) and article.state not in ("retired", "archived")


def may_be_given_thread(viewer: Viewer, thread: ThreadFacts) -> bool:
    """Say whether the thread can be given to this person: an editor who may see it."""
    return edits(viewer) and may_see_thread(viewer, thread)


def check_may_let_go(viewer: Viewer, holder_id: int) -> None:
    """Raise unless the viewer may let go of what this person has taken on: they themselves, and the editors."""
    if not viewer.is_member:
        raise NotSignedIn
    if not edits(viewer) and viewer.id != holder_id:
        raise Refused("Only who has it and the editors let go of it.")


def check_may_delegate(viewer: Viewer) -> None:
    """Raise unless the viewer may let somebody stand in for them: whoever reviews or looks after practices may."""
    if not viewer.is_member:
        raise NotSignedIn
