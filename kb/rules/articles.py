"""Who may read, write, review and check articles."""

from typing import Final

from base.condition import ALWAYS, Condition, one_of
from base.errors import Missing, NotSignedIn, Refused
from forum.facts import ThreadFacts
from forum.rules import check_may_see
from kb.facts import ArticleFacts, RevisionFacts
from kb.sections import TEMPLATES
from members.rules import check_is_no_guest
from members.viewer import PUBLIC, Viewer

OPEN_STATES: Final = ("draft", "in_review", "changes_requested")
"""States of a revision that is still worked on."""
WRITABLE: Final = ("draft", "changes_requested")
READABLE: Final = ("published", "obsolete")
"""States of an article that its audience may read."""
PAST_STATES: Final = ("published", "superseded")
"""States of a revision that stood before readers once."""
AUDIENCES: Final = (PUBLIC, "network")


def edits(viewer: Viewer) -> bool:
    """Say whether the viewer writes, publishes and retires articles."""
    return viewer.is_editor


def visible_articles(viewer: Viewer, alias: str = "a") -> Condition:
    """Return which articles the viewer may see: what is published for their audiences, and what they work on."""
    if viewer.is_admin:
        return ALWAYS
    own = _own(viewer, alias)
    readable = one_of(f"{alias}.state", READABLE)
    if edits(viewer):
        readable = ALWAYS
    if not viewer.is_moderator:
        readable = readable & one_of(f"{alias}.audience", sorted(viewer.audiences))
    return Condition(f"({readable.sql}) OR ({own.sql})", readable.values + own.values) if own else readable


def _own(viewer: Viewer, alias: str) -> Condition | None:
    if viewer.id is None:
        return None
    sql = (
        f"{alias}.owner_id = ? OR EXISTS (SELECT 1 FROM article_revisions own LEFT JOIN reviews asked"  # noqa: S608
        f" ON asked.revision_id = own.id WHERE own.article_id = {alias}.id"
        " AND (own.author_id = ? OR asked.reviewer_id = ?))"
    )
    return Condition(sql, (viewer.id, viewer.id, viewer.id))


def gone_articles(viewer: Viewer, alias: str = "a") -> Condition:
    """Return of which retired articles the viewer may be told why they are gone: those they could read before."""
    return Condition(f"{alias}.state = 'retired'") & one_of(f"{alias}.audience", sorted(viewer.audiences))


def may_see(viewer: Viewer, article: ArticleFacts) -> bool:
    """Say whether the viewer may see this article; the same answer as visible_articles."""
    if viewer.is_admin or (viewer.id is not None and viewer.id in article.people_ids | {article.owner_id}):
        return True
    known = article.state in READABLE or edits(viewer)
    return known and (viewer.is_moderator or article.audience in viewer.audiences)


def may_know_of(viewer: Viewer, article: ArticleFacts) -> bool:
    """Say whether the viewer may be told news of this article: who sees it, and who could before it was retired."""
    return may_see(viewer, article) or (article.state == "retired" and article.audience in viewer.audiences)


def may_see_revision(viewer: Viewer, article: ArticleFacts, revision: RevisionFacts) -> bool:
    """Say whether the viewer may read this revision: past and present ones, and open ones if they work on it."""
    if not may_see(viewer, article):
        return False
    return revision.state in PAST_STATES or works_on(viewer, article)


def works_on(viewer: Viewer, article: ArticleFacts) -> bool:
    """Say whether the viewer sees the drafts of this article: editors, its owner, authors and reviewers."""
    if viewer.id is None or not may_see(viewer, article):
        return False
    return edits(viewer) or viewer.id in article.people_ids | {article.owner_id}


def is_reader(viewer: Viewer, article: ArticleFacts) -> bool:
    """Say whether this viewer counts as a reader of the article: who works on it opens it for other reasons."""
    return article.state in READABLE and not works_on(viewer, article)


def check_may_nominate(viewer: Viewer) -> None:
    """Raise unless the viewer may say that a thread should become an article."""
    if not viewer.is_member:
        raise NotSignedIn("Please sign in to suggest a thread for the practices.")
    check_is_no_guest(viewer)


def check_may_draw_on(viewer: Viewer, thread: ThreadFacts) -> None:
    """Raise unless the viewer may build an article on the thread, or ask for one: a published one that they may see."""
    check_may_see(viewer, thread)
    if not viewer.is_member:
        raise NotSignedIn
    if thread.state != "published":
        raise Refused("Only an open thread can become a practice, or a source of one.")


def check_may_edit(viewer: Viewer, article: ArticleFacts | None = None) -> None:
    """Raise unless the viewer may start an article, or work on this one."""
    if not viewer.is_member:
        raise NotSignedIn
    if not edits(viewer):
        raise Refused("Practices are written by the editors of this site.")
    if article is not None and not may_see(viewer, article):
        raise Missing("There is no such practice, or you may not see it.")


def check_may_write_for(viewer: Viewer, audience: str) -> None:
    """Raise unless the viewer may write an article for this audience: people they belong to."""
    if audience not in viewer.audiences and not viewer.is_admin:
        raise Refused("You can only write for people you belong to.")


def check_may_write(viewer: Viewer, article: ArticleFacts, revision: RevisionFacts) -> None:
    """Raise unless the viewer may change the words of this revision now."""
    check_may_edit(viewer, article)
    if revision.state == "in_review":
        raise Refused("This version is being reviewed and cannot be changed. Take it back first.")
    if revision.state not in WRITABLE:
        raise Refused("This version is no longer a draft. Begin a new one to change it.")


def check_may_send(viewer: Viewer, article: ArticleFacts, revision: RevisionFacts, reviewer: Viewer) -> None:
    """Raise unless the viewer may ask this reviewer: another person than who edited last, and one who may read it."""
    check_may_write(viewer, article, revision)
    if reviewer.id == revision.last_editor_id:
        raise Refused("The reviewer must be somebody else than the last editor: four eyes see more than two.")
    if reviewer.is_industry:
        raise Refused("Industry members do not review practices.")
    if not reviewer.is_admin and article.audience not in reviewer.audiences:
        raise Refused("This reviewer may not read what the practice is about.")


def check_may_take_back(viewer: Viewer, article: ArticleFacts, revision: RevisionFacts) -> None:
    """Raise unless the viewer may take this revision back from its review."""
    check_may_edit(viewer, article)
    if revision.state != "in_review":
        raise Refused("This version is not being reviewed.")


def check_may_comment(viewer: Viewer, article: ArticleFacts, revision: RevisionFacts) -> None:
    """Raise unless the viewer may remark on a paragraph of this revision: its reviewer, or an editor."""
    if not viewer.is_member:
        raise NotSignedIn
    if not works_on(viewer, article):
        raise Missing("There is no such practice, or you may not see it.")
    if not edits(viewer) and viewer.id not in revision.reviewer_ids:
        raise Refused("Only its reviewers and the editors comment on a draft.")
    if revision.state not in OPEN_STATES:
        raise Refused("This version is no longer worked on.")


def check_may_decide(viewer: Viewer, article: ArticleFacts, revision: RevisionFacts) -> None:
    """Raise unless the viewer may approve, return or reject this revision: never who edited it last."""
    check_may_comment(viewer, article, revision)
    if viewer.is_industry:
        raise Refused("Industry members do not decide on practices.")
    if viewer.id == revision.last_editor_id:
        raise Refused("You edited this version last, so somebody else has to decide: four eyes see more than two.")
    if revision.state != "in_review":
        raise Refused("This version has not been sent to review.")
    if not edits(viewer) and viewer.id not in revision.decider_ids:
        raise Refused("Nobody asks you for a decision on this version now.")


def approvals_for(article: ArticleFacts) -> int:
    """Return how many people approve a version of the article before it is published.

    An article has one kind for all its versions, so the kind that stands is the kind a version gives. That this stays
    the stricter of both is what check_may_change_kind sees to.
    """
    return TEMPLATES[article.kind].approvals


def check_may_change_kind(viewer: Viewer, article: ArticleFacts, kind: str, in_review: bool) -> None:
    """Raise unless the viewer may make the article one of another kind.

    Kinds that take as many approvals change freely. Else what was published would stand as something nobody approved
    it for: a policy could be turned into a guideline that one person approves, and back. So once something was
    published that is an administrator's act alone, and while a review is open it is nobody's: reviewers approve
    what they were asked about.
    """
    if TEMPLATES[kind].approvals == approvals_for(article):
        return
    if in_review:
        raise Refused("A version is being reviewed as what it is now. Take it back from its review first.")
    if article.published_revision and not viewer.is_admin:
        raise Refused(
            "Two people approve a policy, so only an administrator makes a published practice a policy, or a policy "
            "something else. You can start a new practice instead."
        )


def check_may_correct(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may publish corrected typing errors without a review: never where two approve."""
    check_may_edit(viewer, article)
    if article.state != "published":
        raise Refused("Only a published practice can be corrected without a review.")
    if approvals_for(article) > 1:
        raise Refused("Two people approve a policy, even when only typing errors change. Please send it to review.")


def check_may_answer(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may say to readers at once how an article deals with a case: never where two approve."""
    check_may_edit(viewer, article)
    if approvals_for(article) > 1:
        raise Refused("Two people approve what a policy says: please begin a new version, and answer the case there.")


def check_may_verify(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may say that the article is still true: its owner, or an editor."""
    if not viewer.is_member:
        raise NotSignedIn
    if not may_see(viewer, article):
        raise Missing("There is no such practice, or you may not see it.")
    if viewer.is_industry:
        raise Refused("Industry members do not confirm that a practice is still true.")
    if not edits(viewer) and viewer.id != article.owner_id:
        raise Refused("Only its owner and the editors confirm that a practice is still true.")
    if article.state != "published":
        raise Refused("Only a published practice can be confirmed.")


def audiences_for(viewer: Viewer) -> tuple[str, ...]:
    """Return the audiences this viewer may publish for, the widest first: then their regions and organisations."""
    groups = sorted((name for name in viewer.audiences if ":" in name), reverse=True)
    return (*(name for name in AUDIENCES if name in viewer.audiences), *groups)
