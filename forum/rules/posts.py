"""Who may write, judge, edit, sum up and delete posts."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.errors import Missing, NotSignedIn, Refused
from base.text.slug import slugify
from forum.facts import PostFacts, ThreadFacts
from forum.rules.seeing import check_may_see, check_may_see_post, moderates
from forum.rules.topics import TRUSTED
from members.rules import check_is_no_guest
from members.viewer import Viewer

EDIT_WINDOW: Final = timedelta(hours=24)
LONG_EDIT_WINDOW: Final = timedelta(days=30)


def check_may_reply(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may answer, reply and comment in the thread: guests where they asked themselves."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to answer." if thread.kind == "question" else "Please sign in to reply.")
    if not viewer.is_me(thread.author_id):
        check_is_no_guest(viewer)
    if thread.state != "published":
        raise Refused("This thread is not open to replies.")
    if thread.locked and not moderates(viewer, thread):
        raise Refused("This thread is locked: it takes no new replies.")


def mention_limit(viewer: Viewer) -> str:
    """Name the limit on how many people and organisations one text of the viewer may mention."""
    return "mentions" if viewer.trust > 0 else "newcomer_mentions"


def may_mention_organisations(viewer: Viewer) -> bool:
    """Say whether the viewer may mention a whole organisation: everybody but newcomers."""
    return viewer.trust > 0 or viewer.is_staff


def check_may_vote(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may say whether the post was useful."""
    check_may_see(viewer, post.thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to say whether this was useful.")
    check_is_no_guest(viewer)
    if post.state != "published":
        raise Missing("There is no such post, or you may not see it.")
    if viewer.is_me(post.author_id):
        raise Refused("This is your own post; others say whether it was useful.")


def check_may_accept(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may mark the answer as the solution, or take that back."""
    check_may_see(viewer, post.thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if post.kind != "answer" or post.state != "published":
        raise Refused("Only an answer to a question can be accepted.")
    if not viewer.is_me(post.thread.author_id) and not moderates(viewer, post.thread):
        raise Refused("Only the person who asked can accept an answer.")
    if viewer.is_industry and may_be_about_product(viewer, post.thread):
        raise Refused("Industry members do not mark solutions where it is, or may be, about their product.")


def may_be_about_product(viewer: Viewer, thread: ThreadFacts) -> bool:
    """Say whether the thread is about a platform that the viewer's organisation makes, or whose maker nobody told."""
    own = {_plain(name) for name in (viewer.organisation_name, viewer.vendor) if name}
    return any(not vendor or _plain(vendor) in own for vendor in thread.vendors)


def _plain(name: str) -> str:
    return slugify(name, empty="") or name.casefold()


def check_may_summarise(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may write the answer so far: who started the thread, editors, who moderates it."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if thread.state != "published" or not (viewer.is_me(thread.author_id) or may_read_doubts(viewer, thread)):
        raise Refused("Who started the thread, editors and moderators sum up what is known so far.")


def may_read_doubts(viewer: Viewer, thread: ThreadFacts) -> bool:
    """Say whether the viewer reads why people did not find posts of others useful; authors read it of their own."""
    return viewer.is_editor or moderates(viewer, thread)


def edit_window(viewer: Viewer) -> timedelta:
    """Return how long authors may edit their posts."""
    return LONG_EDIT_WINDOW if viewer.trust >= TRUSTED else EDIT_WINDOW


def check_may_edit(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may edit the post: its author for a while, moderators always."""
    check_may_see(viewer, post.thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to edit.")
    if moderates(viewer, post.thread):
        return
    if post.kind == "summary" and post.state == "published":
        check_may_summarise(viewer, post.thread)
    elif post.state != "published":
        raise Missing("There is no such post, or you may not see it.")
    elif not viewer.is_me(post.author_id):
        raise Refused("Only its author can edit this post.")
    elif now() - post.created_at > edit_window(viewer):
        window = _words(edit_window(viewer))
        raise Refused(f"A post can be edited for {window} after it was written. Please add a comment.")


def check_may_update(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may tell new numbers of a case study: its author at any time, and who may edit it."""
    if not viewer.is_me(post.author_id) or post.state != "published":
        check_may_edit(viewer, post)


def check_may_outdate(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may say that the post is no longer true: its author, and at any time."""
    check_may_see_post(viewer, post)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not viewer.is_me(post.author_id):
        raise Refused("Only its author can say that a post is no longer true. You may answer it.")
    if post.kind not in ("opening", "answer", "reply") or post.state != "published":
        raise Refused("This can be said of a post that is published, not of a comment.")


def check_may_delete(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may delete the post."""
    check_may_see_post(viewer, post)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if moderates(viewer, post.thread):
        return
    if post.kind == "summary":
        check_may_summarise(viewer, post.thread)
    elif not viewer.is_me(post.author_id):
        raise Refused("Only its author can delete this post.")
    elif post.has_replies:
        raise Refused("Others have replied to this post, so it stays. You can edit it, or ask a moderator.")


def check_may_restore(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may bring a deleted post back: who moderates it, and an author who deleted it."""
    check_may_see_post(viewer, post)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if post.state != "deleted":
        raise Refused("This post is not deleted.")


def _words(window: timedelta) -> str:
    return f"{window.days} days" if window.days > 1 else "24 hours"
