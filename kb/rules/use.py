"""Who may say what of an article that they use or read."""

from base.condition import ALWAYS, Condition, one_of
from base.errors import Missing, NotSignedIn, Refused
from kb.facts import ArticleFacts
from kb.rules.articles import READABLE, may_see
from members.rules import check_is_no_guest
from members.viewer import Viewer


def check_may_adopt(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may say what their organisation does with the article."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to say that your organisation uses this.")
    if not may_see(viewer, article) or article.state not in READABLE:
        raise Missing("There is no such practice, or you may not see it.")
    if viewer.organisation_id is None:
        raise Refused("Only members of an organisation can say what it uses.")


def check_may_contradict(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may name a case that contradicts the article, or suggest something about it."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to tell the editors what came out differently.")
    if not may_see(viewer, article) or article.state != "published":
        raise Missing("There is no such practice, or you may not see it.")
    check_is_no_guest(viewer)


def check_may_rate(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may say whether the article helped: everybody who may read it, signed in or not."""
    if not may_see(viewer, article) or article.state not in READABLE:
        raise Missing("There is no such practice, or you may not see it.")


def may_record_use(viewer: Viewer) -> bool:
    """Say whether what the viewer says of their organisation is recorded at once; of others it is a proposal."""
    own = viewer.organisation_id
    return own is not None and (viewer.is_moderator or own in viewer.org_admin_of)


def check_may_decide_use(viewer: Viewer, organisation_id: int) -> None:
    """Raise unless the viewer may decide what is recorded of this organisation."""
    if not viewer.is_member:
        raise NotSignedIn
    if not (viewer.is_moderator or organisation_id in viewer.org_admin_of):
        raise Refused("Only administrators of the organisation, and the staff of the network, decide this.")


def decides_use_of(viewer: Viewer, column: str) -> Condition:
    """Return of which organisations the viewer decides what is recorded; the same answer as check_may_decide_use."""
    return ALWAYS if viewer.is_moderator else one_of(column, sorted(viewer.org_admin_of))
