"""A thread as programs read it, and as Markdown: the twins of its page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from forum.queries.case_json import CaseJson, MetricJson, case_json, case_markdown, metric_json
from forum.queries.post_columns import DoubtSaid
from forum.queries.thread_page import ThreadPage
from forum.queries.thread_posts import PostView


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonJson:
    """Who wrote something; `masked` when it is a member who shows no name, and as title what many share with them.

    `industry` is the vendor that somebody wrote for, or belongs to now.

    `former` is the organisation that somebody has left, who belongs to none now.
    """

    name: str
    handle: str | None
    title: str
    organisation: str
    former: str
    masked: bool
    is_vendor: bool
    industry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostJson:
    """A post; a deleted one keeps its number and nothing else. `accepted` is solution, also or empty.

    `accepted_for` is the organisation of who accepted it; `doubts` are there for its author and editors alone.
    With `outdated_at` its author says that it is no longer true, and in `outdated_why` what has changed.
    """

    id: int
    number: int
    kind: str
    url: str
    created_at: datetime
    deleted: bool
    author: PersonJson | None
    parent: int | None
    revision: int
    edited_at: datetime | None
    outdated_at: datetime | None
    outdated_why: str
    votes: int
    accepted: str
    accepted_for: str
    voted: bool
    doubted: bool
    doubts: list[DoubtSaid]
    body: str
    html: str
    comments: list["PostJson"]
    more_comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadJson:
    """A thread with one page of its posts: accepted answers first on the first page, then the others by number.

    `summary` is the answer so far, on the first page; it takes in what was written up to the post `summary_upto`, and
    `summary_newer` replies came since (100 are that many or more).
    """

    id: int
    kind: str
    title: str
    url: str
    excerpt: str
    language: str
    audience: str
    state: str
    resolution: str
    locked: bool
    direction: str
    created_at: datetime
    active_at: datetime
    replies: int
    answers: int
    votes: int
    followers: int
    version: int
    tags: list[str]
    platforms: list[str]
    organisation: str
    article_url: str
    metrics: list[MetricJson]
    case: CaseJson | None
    page: int
    pages: int
    opening: PostJson
    summary: PostJson | None
    summary_upto: int
    summary_newer: int
    posts: list[PostJson]


def thread_json(page: ThreadPage) -> ThreadJson:
    """Return the thread for programs; its page must have been read with the posts' Markdown."""
    head = page.head
    case = head.case
    return ThreadJson(
        id=head.id,
        kind=head.kind,
        title=head.title,
        url=head.url,
        excerpt=head.excerpt,
        language=head.language,
        audience=head.audience,
        state=head.state,
        resolution=head.resolution,
        locked=head.locked,
        direction=case.direction if case else "",
        created_at=head.created_at,
        active_at=head.active_at,
        replies=head.replies,
        answers=head.answers,
        votes=head.votes,
        followers=head.followers,
        version=head.version,
        tags=[tag.slug for tag in head.tags],
        platforms=[platform.slug for platform in head.platforms],
        organisation=head.organisation.name if head.organisation else "",
        article_url=head.article_url,
        metrics=[metric_json(one) for one in case.metrics] if case else [],
        case=case_json(case) if case else None,
        page=page.pages.number,
        pages=page.pages.pages,
        opening=_post(page.opening, None),
        summary=_post(page.summary, None) if page.summary else None,
        summary_upto=head.summary_upto,
        summary_newer=head.newer,
        posts=[_post(post, None) for post in (*page.accepted, *page.others)],
    )


def post_json(post: PostView, comments: Sequence[PostView], total: int) -> PostJson:
    """Return a post with some of its comments, `total` in all, for programs."""
    return replace(
        _post(post, None),
        comments=[_post(comment, post.number) for comment in comments],
        more_comments=max(0, total - len(comments)),
    )


def _post(post: PostView, parent: int | None) -> PostJson:
    author = post.author
    person = PersonJson(
        name=author.name,
        handle=author.handle,
        title=author.title,
        organisation=author.organisation,
        former=author.former,
        masked=author.masked,
        is_vendor=author.is_vendor,
        industry=author.industry,
    )
    return PostJson(
        id=post.id,
        number=post.number,
        kind=post.kind,
        url=post.url,
        created_at=post.at,
        deleted=post.state == "deleted",
        author=None if post.deleted else person,
        parent=post.reply_to.number if post.reply_to else parent,
        revision=post.revision,
        edited_at=post.edited_at,
        outdated_at=post.outdated_at,
        outdated_why=post.outdated_why,
        votes=post.votes,
        accepted=post.accepted,
        accepted_for=post.accepted_for if post.accepted else "",
        voted=post.voted,
        doubted=post.doubted,
        doubts=list(post.doubts),
        body=post.body,
        html=str(post.html),
        comments=[_post(comment, post.number) for comment in post.comments],
        more_comments=post.more_comments,
    )


def thread_markdown(page: ThreadPage) -> str:
    """Return the thread as one Markdown text; its page must have been read with the posts' Markdown."""
    head = page.head
    case = list(case_markdown(head.case)) if head.case else []
    lines = [f"# {head.title}", "", _by(page.opening), "", *_outdated(page.opening), *case, page.opening.body]
    lines += _comments(page.opening)
    if page.summary:
        newer = f"{head.newer} newer replies since" if head.newer else "nothing newer since"
        lines += ["", "## Answer so far", "", f"{_by(page.summary)} ({newer})", "", page.summary.body]
    for post in (*page.accepted, *page.others):
        accepted = " (accepted)" if post.accepted else ""
        lines += ["", f"## {post.kind.capitalize()} {post.number}{accepted}", ""]
        lines += ["This post was deleted."] if post.deleted else [_by(post), "", *_outdated(post), post.body]
        lines += _comments(post)
    if page.pages.pages > 1:
        lines += ["", f"Page {page.pages.number} of {page.pages.pages}."]
    return "\n".join(lines) + "\n"


def _outdated(post: PostView) -> list[str]:
    """Return what the author says of a post that is no longer true."""
    if post.outdated_at is None:
        return []
    return [f"> No longer true, says its author ({post.outdated_at:%Y-%m-%d}): {post.outdated_why}", ""]


def _by(post: PostView) -> str:
    author = post.author
    place = author.organisation or (f"former staff of {author.former}" if author.former else "")
    words = ", ".join(word for word in (author.signed, author.title, place) if word)
    return f"{words}, {post.at:%Y-%m-%d}"


def _comments(post: PostView) -> Iterator[str]:
    for comment in post.comments:
        yield from ("", f"> {_by(comment)}", ">", *(f"> {line}".rstrip() for line in comment.body.splitlines()))
