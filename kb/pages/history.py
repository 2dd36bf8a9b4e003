"""The versions of an article: their list, what changed between two, their sources; beginning and restoring one."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing, refusal
from base.paging import Page, page_number, whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.revise import NewVersion, restore, revise
from kb.addresses import article_url, read_two_versions, work_url
from kb.content import Difference, labels_of
from kb.pages.article import version_of
from kb.queries.article import ArticleDetail, Link, show_article
from kb.queries.facts import find
from kb.queries.history import Event, Version, compare, history_of
from kb.rules import OPEN_STATES, check_may_correct, check_may_edit, edits
from kb.sections import SIGNIFICANCES
from members.current import need_member, viewer_of


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What templates/kb/history.html shows."""

    id: int
    article: Link
    versions: tuple[Version, ...]
    pages: Page
    events: tuple[Event, ...]
    published: int
    may_restore: bool
    draft: int
    significances: dict[str, str]


@dataclass(frozen=True, slots=True)
class DiffPage:
    """What templates/kb/diff.html shows."""

    id: int
    article: Link
    old: int
    new: int
    latest: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """What templates/kb/sources.html shows."""

    article: ArticleDetail
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class RevisePage:
    """What templates/kb/revise.html shows."""

    id: int
    article: Link
    alone: bool


async def history(request: Request) -> Response:
    """Show the versions of an article and who confirmed them."""
    viewer = viewer_of(request)
    number = page_number(request.query_params)
    found = await history_of(viewer, request.path_params["id"], number)
    writing = found.found.revision.state in OPEN_STATES
    data = HistoryPage(
        id=found.found.id,
        article=Link(found.versions[0].title, found.url),
        versions=found.versions,
        pages=found.page,
        events=found.events,
        published=found.found.article.published_revision,
        may_restore=edits(viewer) and not writing,
        draft=found.found.latest_revision if edits(viewer) and writing else 0,
        significances=dict(SIGNIFICANCES),
    )
    return page(request, "kb/history.html", data)


async def diff(request: Request) -> Response:
    """Show what changed between two versions."""
    article_id = request.path_params["id"]
    old, new = read_two_versions(request.query_params)
    found = await compare(viewer_of(request), article_id, old, new)
    article = Link(found.found.content.title, found.url)
    data = DiffPage(article_id, article, old, new, found.found.latest_revision, found.differences)
    return page(request, "kb/diff.html", data)


async def sources(request: Request) -> Response:
    """Show every passage an article rests on."""
    shown = await show_article(viewer_of(request), request.path_params["id"], version_of(request))
    return page(request, "kb/sources.html", SourcesPage(shown.detail, labels_of(shown.found.kind)))


async def revise_page(request: Request) -> Response:
    """Begin a new version of an article."""
    viewer, article_id = need_member(request), request.path_params["id"]
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    if found.revision.state in OPEN_STATES:
        return redirect(work_url(article_id, "review" if found.revision.state == "in_review" else "edit"))
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            await revise(viewer, article_id, NewVersion.read(given))
            return redirect(work_url(article_id))
        except Invalid as error:
            errors = error.errors
    article = Link(found.content.title, article_url(article_id, found.slug))
    data = RevisePage(article_id, article, alone=not refusal(check_may_correct, viewer, found.article))
    return page(request, "kb/revise.html", data, status=422 if errors else 200, errors=errors, given=given)


async def restore_page(request: Request) -> Response:
    """Begin a new version from an older one."""
    viewer, article_id = need_member(request), request.path_params["id"]
    given = await read_input(request)
    number = whole_number(given.get("version"))
    if not number:
        raise Missing("There is no such version.")
    begun = await restore(viewer, article_id, number)
    words = f"Version {begun.number} begins with the words of version {number}. Nothing is published yet."
    return redirect(work_url(article_id), words)


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/history", history, methods=["GET"]),
    Route("/kb/{id:int}/diff", diff, methods=["GET"]),
    Route("/kb/{id:int}/sources", sources, methods=["GET"]),
    Route("/kb/{id:int}/revise", revise_page, methods=["GET", "POST"]),
    Route("/kb/{id:int}/restore", restore_page, methods=["POST"]),
]
