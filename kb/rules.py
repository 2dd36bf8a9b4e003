"""Who may do what with articles; nothing else decides."""

from dataclasses import dataclass
from typing import Final

from base.condition import ALWAYS, Condition, one_of
from base.errors import Missing, NotSignedIn, Refused
from forum.rules import ThreadFacts, check_may_see, may_see_thread
from members.viewer import PUBLIC, Viewer

OPEN_STATES: Final = ("draft", "in_review", "changes_requested")
"""States of a revision that is still worked on."""
WRITABLE: Final = ("draft", "changes_requested")
READABLE: Final = ("published", "obsolete")
"""States of an article that its audience may read."""
PAST_STATES: Final = ("published", "superseded")
"""States of a revision that stood before readers once."""
AUDIENCES: Final = (PUBLIC, "network")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFacts:
    """What rules need to know of a revision; `reviewer_ids` are those asked to review it."""

    number: int
    state: str
    author_id: int
    last_editor_id: int
    reviewer_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What rules need to know of an article; `people_ids` wrote a revision of it or were asked to review one."""

    id: int
    state: str = "draft"
    audience: str = PUBLIC
    owner_id: int | None = None
    published_revision: int = 0
    people_ids: frozenset[int] = frozenset()


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
    if viewer.id == revision.last_editor_id:
        raise Refused("You edited this version last, so somebody else has to decide: four eyes see more than two.")
    if revision.state != "in_review":
        raise Refused("This version has not been sent to review.")


def check_may_correct(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may publish corrected typing errors without a review."""
    check_may_edit(viewer, article)
    if article.state != "published":
        raise Refused("Only a published practice can be corrected without a review.")


def check_may_verify(viewer: Viewer, article: ArticleFacts) -> None:
    """Raise unless the viewer may say that the article is still true: its owner, or an editor."""
    if not viewer.is_member:
        raise NotSignedIn
    if not may_see(viewer, article):
        raise Missing("There is no such practice, or you may not see it.")
    if not edits(viewer) and viewer.id != article.owner_id:
        raise Refused("Only its owner and the editors confirm that a practice is still true.")
    if article.state != "published":
        raise Refused("Only a published practice can be confirmed.")


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


def check_may_collect(viewer: Viewer) -> None:
    """Raise unless the viewer may keep collections: editors."""
    if not viewer.is_member:
        raise NotSignedIn
    if not edits(viewer):
        raise Refused("Collections are kept by the editors of this site.")


def visible_collections(viewer: Viewer, alias: str = "c") -> Condition:
    """Return which collections the viewer may see: published ones for their audiences; editors see drafts too."""
    audience = ALWAYS if viewer.is_moderator else one_of(f"{alias}.audience", sorted(viewer.audiences))
    return audience if edits(viewer) else audience & Condition(f"{alias}.state = 'published'")


def audiences_for(viewer: Viewer) -> tuple[str, ...]:
    """Return the audiences this viewer may publish an article for, the widest first."""
    return tuple(name for name in AUDIENCES if name in viewer.audiences)
