"""One article: as a page, as JSON, as Markdown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from base import settings
from base.errors import Missing, refusal
from base.paging import whole_number
from base.text.files import FileShape
from base.text.markdown import to_html
from base.web.answers import Keep
from base.web.kept_answers import keep
from base.web.readers import by_a_person
from base.web.redirect import elsewhere, moved
from base.web.render import page
from forum.queries.bookmarks import is_bookmarked
from forum.queries.uploads import files_in
from kb.addresses import article_url, read_version
from kb.adoptions import Adoption
from kb.chips import with_titles
from kb.citation import Citations, Cited, citations
from kb.facts import ArticleFacts
from kb.queries.article import ArticleDetail, Gone, Shown, gone_article, show_article
from kb.queries.collections import Neighbours, neighbours
from kb.queries.margin import ROLES
from kb.reads import opened
from kb.rules import (
    check_may_adopt,
    check_may_contradict,
    check_may_edit,
    check_may_rate,
    check_may_verify,
    is_reader,
    works_on,
)
from kb.sections import RECOMMENDATIONS, SIGNIFICANCES, STRENGTHS, TEMPLATES
from kb.twins import as_markdown, linked_data
from members.current import viewer_of
from members.viewer import Viewer

_DETAIL = TypeAdapter(ArticleDetail)
_BEFORE = ("applies", "applies_not", "steps", "privacy")
_AFTER = ("examples", "metrics", "tools")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One section as it is read."""

    name: str
    label: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the table of contents."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class May:
    """What the viewer may do with the article."""

    edit: bool
    verify: bool
    adopt: bool
    contradict: bool
    rate: bool
    work: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """What templates/kb/article.html shows."""

    article: ArticleDetail
    statement: Markup
    findings: Markup
    before: tuple[Rendered, ...]
    after: tuple[Rendered, ...]
    significances: dict[str, str]
    toc_items: tuple[Heading, ...]
    advice: str
    kind_label: str
    cites: Citations
    may: May
    draft: int
    draft_state: str
    own_use: Adoption | None
    collection: Neighbours | None
    bookmarked: bool
    roles: dict[str, str]
    data: dict[str, Any]


@lru_cache(maxsize=512)
def rendered(text: str, place: int, files: tuple[FileShape, ...] = ()) -> Markup:
    """Render a section; a text is rendered once as long as it is read often."""
    return to_html(text, prefix=f"s{place}-", people=frozenset(), files={one.id: one for one in files})


def article_page(
    viewer: Viewer,
    shown: Shown,
    inside: Neighbours | None = None,
    files: tuple[FileShape, ...] = (),
    *,
    bookmarked: bool = False,
) -> ArticlePage:
    """Put together what the page of an article shows; `files` are those in it that the viewer may see."""
    article, facts = shown.detail, shown.found.article
    parts = tuple(
        Rendered(part.name, part.label, rendered(with_titles(part.text, article.sources), place, files))
        for place, part in enumerate(article.sections, 1)
    )
    html = {part.name: part.html for part in parts}
    before, after = (tuple(part for part in parts if part.name in names) for names in (_BEFORE, _AFTER))
    return ArticlePage(
        article=article,
        statement=html.get("statement", rendered("", 0)),
        findings=html.get("findings", rendered("", 0)),
        before=before,
        after=after,
        significances=dict(SIGNIFICANCES),
        toc_items=_contents(before, after),
        advice=f"{RECOMMENDATIONS[article.recommendation]} · {STRENGTHS[article.strength].lower()} recommendation",
        kind_label=TEMPLATES[article.kind].label,
        cites=_cites(article),
        may=_may(viewer, article, facts),
        draft=shown.draft if works_on(viewer, facts) else 0,
        draft_state=shown.latest_state,
        own_use=next((one for one in article.margin.adoptions if one.organisation_id == viewer.organisation_id), None),
        collection=inside,
        bookmarked=bookmarked,
        roles=dict(ROLES),
        data=linked_data(article, settings.get().address, settings.get().site_name),
    )


def _may(viewer: Viewer, article: ArticleDetail, facts: ArticleFacts) -> May:
    return May(
        edit=not refusal(check_may_edit, viewer, facts),
        verify=not refusal(check_may_verify, viewer, facts),
        adopt=not refusal(check_may_adopt, viewer, facts),
        contradict=not refusal(check_may_contradict, viewer, facts),
        rate=article.is_current and not refusal(check_may_rate, viewer, facts),
        work=works_on(viewer, facts),
    )


def _contents(before: Sequence[Rendered], after: Sequence[Rendered]) -> tuple[Heading, ...]:
    upper, lower = ([Heading(part.name, part.label) for part in parts] for parts in (before, after))
    rest = [Heading("sources", "Sources"), Heading("adoption", "Who uses this"), Heading("cite", "Cite this")]
    return (*upper, Heading("evidence", "Evidence"), *lower, *rest)


def _cites(article: ArticleDetail) -> Citations:
    now = settings.get()
    verified = article.verified_at if article.is_current and article.verification != "unverified" else None
    return citations(
        Cited(
            id=article.id,
            title=article.title,
            revision=article.revision,
            url=f"{now.address}{article_url(article.id, article.url.partition('-')[2], article.revision)}",
            site=now.site_name,
            names=[one.name for one in article.margin.credits if one.handle],
            published=article.published_at,
            verified=verified,
        )
    )


async def show(request: Request) -> Response:
    """Show an article, or one of its versions; a retired one tells why it is gone."""
    viewer, article_id = viewer_of(request), request.path_params["id"]
    try:
        shown = await show_article(viewer, article_id, version_of(request))
    except Missing:
        return _farewell(request, await gone_article(viewer, article_id))
    if request.url.path != shown.detail.url:
        return elsewhere(request, shown.detail.url)
    count = _count_reads(viewer, shown, article_id)
    count(request.scope)
    number = whole_number(request.query_params.get("collection"))
    inside = await neighbours(viewer, number, f"article:{article_id}") if number else None
    files = await files_in(viewer, *(part.text for part in shown.detail.sections))
    shapes = tuple(one.shape for one in files.values())
    kept = await is_bookmarked(viewer, "article", article_id)
    keep(request, Keep(seen=count))
    return page(request, "kb/article.html", article_page(viewer, shown, inside, shapes, bookmarked=kept))


def _count_reads(viewer: Viewer, shown: Shown, article_id: int) -> Callable[[Scope], None]:
    counts = shown.detail.is_current and is_reader(viewer, shown.found.article)

    def count(scope: Scope) -> None:
        if counts and by_a_person(scope):
            opened(article_id)

    return count


async def as_json(request: Request) -> Response:
    """Answer an article as JSON."""
    viewer = viewer_of(request)
    shown = await show_article(viewer, request.path_params["id"], version_of(request))
    private = {"Cache-Control": "private, no-store"} if viewer.is_member else {}
    return JSONResponse(_DETAIL.dump_python(shown.detail, mode="json"), headers=private)


async def as_text(request: Request) -> Response:
    """Answer an article as Markdown."""
    viewer = viewer_of(request)
    shown = await show_article(viewer, request.path_params["id"], version_of(request))
    private = {"Cache-Control": "private, no-store"} if viewer.is_member else {}
    text = as_markdown(shown.detail, settings.get().address)
    return PlainTextResponse(text, media_type="text/markdown", headers=private)


def version_of(request: Request) -> int:
    """Read the version from the query string."""
    return read_version(request.query_params.get("rev", ""))


def _farewell(request: Request, gone: Gone) -> Response:
    if gone.replaced_by:
        return moved(gone.replaced_by.url)
    return page(request, "kb/gone.html", gone, status=410)


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}.json", as_json, methods=["GET"]),
    Route("/kb/{id:int}.md", as_text, methods=["GET"]),
    Route("/kb/{id:int}-{slug}.json", as_json, methods=["GET"]),
    Route("/kb/{id:int}-{slug}.md", as_text, methods=["GET"]),
    Route("/kb/{id:int}-{slug}", show, methods=["GET"]),
    Route("/kb/{id:int}", show, methods=["GET"]),
]
