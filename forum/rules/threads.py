"""Who may start, follow, label, close, grade and moderate threads."""

from typing import Final

from base.errors import NotSignedIn, Refused
from forum.facts import ThreadFacts
from forum.rules.seeing import check_may_see, moderates
from members.rules import check_is_no_guest
from members.viewer import NETWORK, PUBLIC, Viewer

# What may stand in the way of a good answer; stored with the question, worded in the templates.
CONSTRAINTS: Final = ("legal", "privacy", "budget", "staff", "technical", "policy")


def check_may_start(viewer: Viewer, kind: str) -> None:
    """Raise unless the viewer may start threads of this kind: guests ask questions only."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to ask or share.")
    if kind != "question":
        check_is_no_guest(viewer)
    if kind == "announcement":
        check_may_announce(viewer)


def check_may_ask(viewer: Viewer, audience: str = PUBLIC, kind: str = "question") -> None:
    """Raise unless the viewer may start a thread of this kind for this audience."""
    check_may_start(viewer, kind)
    if audience not in viewer.audiences and not viewer.is_moderator:
        raise Refused("You may only write for people you belong to.")


def check_may_mask(viewer: Viewer, *, industry: bool, enough: bool = True) -> None:
    """Raise unless the viewer may write without their name: not guests, nor who sells something.

    Where hardly anybody else can write a mask would hide nothing.
    """
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    check_is_no_guest(viewer)
    if industry:
        raise Refused("Industry members write under their own name, so that everybody sees who they are.")
    if not enough:
        raise Refused("Too few people can write for these readers: they would know you without your name.")


def check_may_announce(viewer: Viewer) -> None:
    """Raise unless the viewer may publish announcements."""
    if not (viewer.is_staff or viewer.region_ids):
        raise Refused("Announcements are made by editors, moderators and community leaders.")


def check_may_watch(viewer: Viewer) -> None:
    """Raise unless the viewer may choose how closely to follow what they may see."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to follow.")


def check_may_follow(viewer: Viewer, member_id: int) -> None:
    """Raise unless the viewer may follow this person: anybody but themselves."""
    if viewer.is_me(member_id):
        raise Refused("You need not follow yourself: you are told of answers to what you write.")


def check_may_moderate(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may close, lock, pin, hide or move the thread."""
    check_may_see(viewer, thread)
    if not moderates(viewer, thread):
        raise Refused("Only moderators, and community leaders in their region, can do this.")


def check_may_ask_people(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may ask members to help with the question: who looks after it."""
    check_may_moderate(viewer, thread)
    if thread.kind != "question" or thread.state != "published":
        raise Refused("People are asked to help with a question that is published.")


def check_may_close(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may close the question: its asker or who moderates it."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_me(thread.author_id):
        check_may_moderate(viewer, thread)


def check_may_label(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may change what a thread is labelled with: its author, editors, who moderates it."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_me(thread.author_id) and not viewer.is_editor and not moderates(viewer, thread):
        raise Refused("Only its author, editors and moderators can change what a thread is labelled with.")


def check_may_grade(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may grade how strong the evidence of a case study is."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_editor:
        raise Refused("Evidence is graded by editors.")


def audiences_to_write_for(viewer: Viewer) -> tuple[str, ...]:
    """Return the audiences this viewer may start a thread for, the widest first."""
    return tuple(name for name in (PUBLIC, NETWORK) if name in viewer.audiences)
