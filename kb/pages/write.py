"""The workbench: sources beside the article, one form whose every button first saves what was typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.paging import whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.describe import Details, check_names
from kb.actions.save_form import save_form
from kb.actions.write import Changes, StaleDraft
from kb.addresses import article_url, work_url
from kb.content import Content
from kb.pages.bench_acts import act
from kb.pages.bench_kept import back_to, kept, usual_due
from kb.pages.merge import merge_page
from kb.queries.article import gone_article
from kb.queries.audiences import audience_choices
from kb.queries.facts import Found, find
from kb.queries.margin import ROLES
from kb.queries.workbench import Workbench, workbench
from kb.rules import OPEN_STATES, check_may_edit, edits
from kb.sections import SECTIONS, SIGNIFICANCES, TEMPLATES, Section
from members.current import need_member, viewer_of
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """What templates/kb/edit.html shows; `edits` and `base` are what the form was opened with."""

    bench: Workbench
    content: Content
    edits: int
    base: str
    sections: tuple[Section, ...]
    labels: dict[str, str]
    kinds: tuple[tuple[str, str], ...]
    audiences: tuple[tuple[str, str], ...]
    significances: tuple[tuple[str, str], ...]
    roles: dict[str, str]
    due: date
    query_words: str
    url: str


async def edit_page(request: Request) -> Response:
    """Show the workbench of a draft; when there is none any more, lead to what is published."""
    found = await _draft(request)
    if isinstance(found, Response):
        return found
    return await _show(request, found)


async def _draft(request: Request) -> Found | Response:
    viewer, article_id = viewer_of(request), request.path_params["id"]
    try:
        found = await find(viewer, article_id)
    except Missing:
        await gone_article(viewer, article_id)
        return redirect(f"/kb/{article_id}")
    writing = found.revision.state in OPEN_STATES
    if found.article.published_revision and (not writing or not edits(viewer)):
        return redirect(article_url(found.id, found.slug))
    need_member(request)
    check_may_edit(viewer, found.article)
    if found.revision.state == "in_review" or not writing:
        return redirect(work_url(article_id, "review" if writing else "history"))
    return found


async def _show(
    request: Request, found: Found, error: Invalid | None = None, given: Mapping[str, object] | None = None
) -> Response:
    viewer, query = need_member(request), request.query_params
    words = str((given or {}).get("q") or query.get("q", ""))
    bench = await workbench(viewer, found, thread=whole_number(query.get("thread")) or 0, words=words)
    template = TEMPLATES[found.kind]
    data = EditPage(
        bench=bench,
        content=found.content,
        edits=found.edits,
        base=json.dumps(found.content.columns(), ensure_ascii=False),
        sections=tuple(replace(one, hint=template.hint_of(one.name)) for one in SECTIONS),
        labels={section.name: template.label_of(section.name) for section in SECTIONS},
        kinds=tuple((one.kind, one.label) for one in TEMPLATES.values()),
        audiences=await audience_choices(viewer, found.article.audience),
        significances=tuple(SIGNIFICANCES.items()),
        roles=dict(ROLES),
        due=usual_due(),
        query_words=words,
        url=article_url(found.id, found.slug, found.revision.number),
    )
    errors = error.errors if error else {}
    shown = kept(query) if given is None else given
    return page(request, "kb/edit.html", data, status=422 if error else 200, errors=errors, given=shown)


async def write_page(request: Request) -> Response:
    """Save what was typed, then do what the button says."""
    found = await _draft(request)
    if isinstance(found, Response):
        return found
    viewer, given = need_member(request), await read_input(request)
    try:
        changes, details = await _read(viewer, found.id, given)
        await save_form(viewer, found.id, changes, details)
    except StaleDraft as stale:
        return await merge_page(request, found, changes, stale, given)
    except Invalid as error:
        # Nothing was saved: the form keeps the number and the words it was opened with.
        return await _show(request, found, error, given)
    try:
        done = await act(viewer, found.id, given)
    except Invalid as error:
        fresh = await find(viewer, found.id)
        typed = {name: value for name, value in given.items() if name not in ("edits", "base")}
        return await _show(request, fresh, error, typed)
    thread = done.thread or request.query_params.get("thread")
    return redirect(done.away or back_to(found.id, thread, done, given), done.words)


async def _read(viewer: Viewer, article_id: int, given: Mapping[str, object]) -> tuple[Changes, Details]:
    """Read both halves of the form, or raise Invalid with everything that is wrong at once."""
    errors: dict[str, str] = {}
    try:
        changes = Changes.read(given)
    except Invalid as error:
        errors |= error.errors
    try:
        details = Details.read(given)
        await check_names(viewer, details, article_id)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(errors, given)
    return changes, details


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/edit", edit_page, methods=["GET"]),
    Route("/kb/{id:int}/edit", write_page, methods=["POST"]),
]
