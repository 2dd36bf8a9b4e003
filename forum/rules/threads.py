"""Who may see, write, change and moderate threads, posts and topics."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.condition import ALWAYS, Condition, one_of
from base.errors import Missing, NotSignedIn, Refused
from forum.facts import PostFacts, ThreadFacts
from members.viewer import NETWORK, PUBLIC, Viewer

EDIT_WINDOW: Final = timedelta(hours=24)
LONG_EDIT_WINDOW: Final = timedelta(days=30)
TRUSTED: Final = 2

# What may stand in the way of a good answer; stored with the question, worded in the templates.
CONSTRAINTS: Final = ("legal", "privacy", "budget", "staff", "technical", "policy")


def visible_threads(viewer: Viewer, alias: str = "t") -> Condition:
    """Return which threads the viewer may see: published ones for their audiences, and their own unless deleted."""
    if viewer.is_moderator:
        return Condition(f"{alias}.state <> 'merged'")  # there is nothing left in it to see
    seen = Condition(f"{alias}.state = 'published'") & one_of(f"{alias}.audience", sorted(viewer.audiences))
    if viewer.id is None:
        return seen
    own = one_of(f"{alias}.author_id", viewer.ids) & Condition(f"{alias}.state NOT IN ('deleted', 'merged')")
    return Condition(f"({seen.sql}) OR ({own.sql})", seen.values + own.values)


def listed_threads(viewer: Viewer, alias: str = "t") -> Condition:
    """Return which threads lists, counts and feeds show: of those the viewer may see, the published ones.

    What is hidden is found by its author and by moderators at its address, and nowhere else; without an OR, long
    lists are counted and sorted in an index.
    """
    published = Condition(f"{alias}.state = 'published'")
    return published if viewer.is_moderator else published & one_of(f"{alias}.audience", sorted(viewer.audiences))


def known_topics(viewer: Viewer, alias: str = "g") -> Condition:
    """Return which topics the viewer is told of: not those that stand on nothing but threads they may not see.

    Who sees a thread with a narrower topic is told of the broader ones.
    """
    if viewer.is_moderator:
        return ALWAYS
    seen = listed_threads(viewer)
    # CROSS JOIN keeps SQLite from beginning with the threads, for every topic anew.
    on = "SELECT 1 FROM thread_tags k CROSS JOIN threads t WHERE t.id = k.thread_id AND k.tag_id"
    own, lower = f"{on} = {alias}.id", f"SELECT n.id FROM tags n WHERE n.parent_id = {alias}.id"  # noqa: S608
    under = f"{on} IN ({lower} UNION ALL SELECT o.id FROM tags o WHERE o.parent_id IN ({lower}))"  # noqa: S608
    shown = f"EXISTS ({own} AND {seen.sql}) OR EXISTS ({under} AND {seen.sql})"
    return Condition(f"{alias}.about <> '' OR NOT EXISTS ({own}) OR {shown}", seen.values * 2)


def may_see_thread(viewer: Viewer, thread: ThreadFacts) -> bool:
    """Say whether the viewer may see this thread; the same answer as visible_threads."""
    if viewer.is_moderator:
        return thread.state != "merged"
    own = viewer.is_me(thread.author_id) and thread.state not in ("deleted", "merged")
    return own or (thread.state == "published" and thread.audience in viewer.audiences)


def check_may_see(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise Missing unless the viewer may see the thread."""
    if not may_see_thread(viewer, thread):
        raise Missing("There is no such thread, or you may not see it.")


def may_be_told_of(viewer: Viewer, audience: str) -> bool:
    """Say whether a thread names the practice that came out of it, which has an audience of its own."""
    return viewer.is_moderator or audience in viewer.audiences


def moderates(viewer: Viewer, thread: ThreadFacts) -> bool:
    """Say whether the viewer moderates this thread: a moderator, or the community leader of its region."""
    return viewer.is_moderator or (thread.region_id is not None and thread.region_id in viewer.region_ids)


def actor_in(viewer: Viewer, thread: ThreadFacts) -> int:
    """Return as which member the viewer does something to a thread: who started it behind a mask keeps it on."""
    return thread.author_id if viewer.is_me(thread.author_id) else viewer.member_id


def actor_on(viewer: Viewer, post: PostFacts) -> int:
    """Return as which member the viewer does something to a post: as its author, as the asker, or as themselves."""
    return post.author_id if viewer.is_me(post.author_id) else actor_in(viewer, post.thread)


def visible_posts(viewer: Viewer, thread: str = "t", post: str = "p") -> Condition:
    """Return which posts the viewer may read: published ones, what they moderate, and their own unless taken away."""
    threads = visible_threads(viewer, thread)
    if viewer.is_moderator:
        return threads
    seen = Condition(f"{post}.state = 'published'")
    if viewer.region_ids:
        led = one_of(f"{thread}.region_id", sorted(viewer.region_ids))
        seen = Condition(f"{seen.sql} OR {led.sql}", led.values)
    if viewer.id is not None:
        mine = one_of(f"{post}.author_id", viewer.ids)
        own = f"{mine.sql} AND ({post}.state <> 'deleted' OR {post}.deleted_by_id = {post}.author_id)"
        seen = Condition(f"{seen.sql} OR ({own})", (*seen.values, *mine.values))
    return threads & seen


def may_see_post(viewer: Viewer, post: PostFacts) -> bool:
    """Say whether the viewer may read this post; the same answer as visible_posts."""
    if not may_see_thread(viewer, post.thread):
        return False
    if post.state == "published" or moderates(viewer, post.thread):
        return True
    taken_away = post.state == "deleted" and post.deleted_by_id != post.author_id
    return viewer.is_me(post.author_id) and not taken_away


def check_may_see_post(viewer: Viewer, post: PostFacts) -> None:
    """Raise Missing unless the viewer may read the post."""
    if not may_see_post(viewer, post):
        raise Missing("There is no such post, or you may not see it.")


def check_may_ask(viewer: Viewer, audience: str = PUBLIC) -> None:
    """Raise unless the viewer may start a thread for this audience."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to ask or share.")
    if audience not in viewer.audiences and not viewer.is_moderator:
        raise Refused("You may only write for people you belong to.")


def check_may_mask(viewer: Viewer, *, industry: bool) -> None:
    """Raise unless the viewer may write without their name: who sells something always says who they are."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if industry:
        raise Refused("Industry members write under their own name, so that everybody sees who they are.")


def check_may_announce(viewer: Viewer) -> None:
    """Raise unless the viewer may publish announcements."""
    if not (viewer.is_staff or viewer.region_ids):
        raise Refused("Announcements are made by editors, moderators and community leaders.")


def check_may_reply(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may answer, reply and comment in the thread."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to answer." if thread.kind == "question" else "Please sign in to reply.")
    if thread.state != "published":
        raise Refused("This thread is not open to replies.")
    if thread.locked and not moderates(viewer, thread):
        raise Refused("This thread is locked: it takes no new replies.")


def check_may_watch(viewer: Viewer) -> None:
    """Raise unless the viewer may choose how closely to follow what they may see."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to follow.")


def most_mentions(viewer: Viewer) -> int:
    """Return how many people and organisations one text of the viewer may mention."""
    return 1_000 if viewer.is_moderator else 10 if viewer.trust or viewer.is_staff else 2


def may_mention_organisations(viewer: Viewer) -> bool:
    """Say whether the viewer may mention a whole organisation: everybody but newcomers."""
    return viewer.trust > 0 or viewer.is_staff


def check_may_follow(viewer: Viewer, member_id: int) -> None:
    """Raise unless the viewer may follow this person: anybody but themselves."""
    if viewer.is_me(member_id):
        raise Refused("You need not follow yourself: you are told of answers to what you write.")


def check_may_vote(viewer: Viewer, post: PostFacts) -> None:
    """Raise unless the viewer may say whether the post was useful."""
    check_may_see(viewer, post.thread)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to say whether this was useful.")
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


def check_may_moderate(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may close, lock, pin, hide or move the thread."""
    check_may_see(viewer, thread)
    if not moderates(viewer, thread):
        raise Refused("Only moderators, and community leaders in their region, can do this.")


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


def may_create_tags(viewer: Viewer) -> bool:
    """Say whether the viewer may bring in a topic that is not there yet; the others use those there are."""
    return viewer.is_member and (viewer.trust >= TRUSTED or viewer.is_staff or bool(viewer.region_ids))


def check_may_describe_tags(viewer: Viewer) -> None:
    """Raise unless the viewer may say what a topic is about: who may bring in new ones."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.")
    if not may_create_tags(viewer):
        raise Refused("Topics are described by members with more experience here, and by editors.")


def check_may_rename_tags(viewer: Viewer) -> None:
    """Raise unless the viewer may give a topic another name, which every thread about it then shows."""
    check_may_describe_tags(viewer)
    if not viewer.is_staff:
        raise Refused("Only editors and moderators can rename a topic.")


def may_keep_tags(viewer: Viewer) -> bool:
    """Say whether the viewer keeps the topics in order: puts them below each other, merges and deprecates them."""
    return viewer.is_staff


def check_may_keep_tags(viewer: Viewer) -> None:
    """Raise unless the viewer keeps the topics in order."""
    if not may_keep_tags(viewer):
        raise Refused("Only editors and moderators keep topics and categories in order.")


def audiences_to_write_for(viewer: Viewer) -> tuple[str, ...]:
    """Return the audiences this viewer may start a thread for, the widest first."""
    return tuple(name for name in (PUBLIC, NETWORK) if name in viewer.audiences)


def _words(window: timedelta) -> str:
    return f"{window.days} days" if window.days > 1 else "24 hours"
