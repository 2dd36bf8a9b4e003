"""What search engines are told of a thread (schema.org)."""

from typing import Any

from base import settings
from base.text.excerpt import excerpt
from forum.queries.authors import Author
from forum.queries.thread_page import ThreadPage
from forum.queries.thread_posts import PostView

_LONGEST = 1_000


def json_ld(page: ThreadPage) -> dict[str, Any]:
    """Return the description: a page of questions and answers only when it is one, else a posting in a forum."""
    answered = page.head.kind == "question" and page.head.answers > 0 and page.opening.author.handle is not None
    return {"@context": "https://schema.org"} | (_question(page) if answered else _posting(page))


def _summed_up(page: ThreadPage) -> dict[str, str]:
    """Return what the thread has found out so far: an abstract of it, for it is nobody's answer."""
    if page.summary is None or page.summary.deleted:
        return {}
    return {"abstract": excerpt(page.summary.html.striptags(), _LONGEST)}


def _question(page: ThreadPage) -> dict[str, Any]:
    shown = [post for post in (*page.accepted, *page.others) if post.kind == "answer" and not post.deleted]
    accepted = [_answer(post) for post in shown if post.accepted]
    return {
        "@type": "QAPage",
        "mainEntity": _written(page.opening)
        | {
            "@type": "Question",
            "name": page.head.title,
            "url": _absolute(page.head.url),
            "answerCount": page.head.answers,
            **_summed_up(page),
            "suggestedAnswer": [_answer(post) for post in shown if not post.accepted],
        }
        | ({"acceptedAnswer": accepted} if accepted else {}),
    }


def _posting(page: ThreadPage) -> dict[str, Any]:
    comments = [post for post in (*page.accepted, *page.others) if not post.deleted]
    return _written(page.opening) | {
        "@type": "DiscussionForumPosting",
        "headline": page.head.title,
        "url": _absolute(page.head.url),
        "inLanguage": page.head.language,
        **_summed_up(page),
        "comment": [_written(post) | {"@type": "Comment", "url": _absolute(post.url)} for post in comments],
    }


def _answer(post: PostView) -> dict[str, Any]:
    return _written(post) | {"@type": "Answer", "url": _absolute(post.url)}


def _written(post: PostView) -> dict[str, Any]:
    return {
        "text": excerpt(post.html.striptags(), _LONGEST),
        "author": _person(post.author),
        "datePublished": post.at.isoformat(timespec="seconds"),
        "upvoteCount": post.votes,
    }


def _person(author: Author) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person", "name": author.name}
    if author.is_vendor:
        person["affiliation"] = {"@type": "Organization", "name": author.industry, "description": "Industry"}
    return person | ({"url": _absolute(f"/people/{author.handle}")} if author.handle else {})


def _absolute(path: str) -> str:
    return settings.get().address + path
