"""Who sees which threads, posts and topics, and as whom they act on what is theirs."""

from base.condition import ALWAYS, Condition, any_of, one_of
from base.errors import Missing
from forum.facts import PostFacts, ThreadFacts
from members.viewer import Viewer


def visible_threads(viewer: Viewer, alias: str = "t") -> Condition:
    """Return which threads the viewer may see: published ones for their audiences, and their own unless deleted.

    Community leaders see what is hidden or deleted in their regions, or they could not bring it back; but nothing that
    is for a circle they do not belong to.
    """
    if viewer.is_moderator:
        return Condition(f"{alias}.state <> 'merged'")  # there is nothing left in it to see
    seen = Condition(f"{alias}.state = 'published'") & one_of(f"{alias}.audience", sorted(viewer.audiences))
    if viewer.id is None:
        return seen
    own = one_of(f"{alias}.author_id", viewer.ids) & Condition(f"{alias}.state NOT IN ('deleted', 'merged')")
    if not viewer.region_ids:
        return any_of((seen, own))
    led = one_of(f"{alias}.region_id", sorted(viewer.region_ids)) & Condition(f"{alias}.state <> 'merged'")
    return any_of((seen, own, led & one_of(f"{alias}.audience", sorted(viewer.audiences))))


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
    if viewer.is_me(thread.author_id) and thread.state not in ("deleted", "merged"):
        return True
    led = thread.state != "merged" and thread.region_id is not None and thread.region_id in viewer.region_ids
    return (thread.state == "published" or led) and thread.audience in viewer.audiences


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
    """Return as which member the viewer does something to a post: as its author, as the asker, or as themselves.

    Whoever started the thread may do no more to the posts of others than anybody, except to the answer so far. What
    they do as a moderator is signed by their name: by their mask it would say that a moderator is behind it.
    """
    if viewer.is_me(post.author_id):
        return post.author_id
    return actor_in(viewer, post.thread) if post.kind == "summary" else viewer.member_id


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
