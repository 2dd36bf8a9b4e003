"""Looking after an article: still true, how one is named, obsolete, retired, brought back."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.credit import Named, choose_credit
from kb.actions.retire import Reason, bring_back, mark_obsolete, retire
from kb.actions.verify import StillTrue, verify
from kb.addresses import article_url
from kb.queries.article import Link
from kb.queries.facts import find
from kb.queries.margin import margin_of
from kb.rules import check_may_edit, check_may_verify
from members.current import need_member


@dataclass(frozen=True, slots=True)
class CarePage:
    """What the small pages about one article show."""

    id: int
    article: Link
    revision: int
    state: str


async def _about(request: Request) -> CarePage:
    found = await find(need_member(request), request.path_params["id"])
    link = Link(found.content.title, article_url(found.id, found.slug))
    return CarePage(found.id, link, found.article.published_revision, found.article.state)


async def _form(request: Request, template: str, error: Invalid | None, given: Mapping[str, object]) -> Response:
    data = await _about(request)
    errors = error.errors if error else {}
    return page(request, template, data, status=422 if error else 200, errors=errors, given=given)


async def verify_page(request: Request) -> Response:
    """Confirm that an article is still true."""
    viewer, article_id = need_member(request), request.path_params["id"]
    if request.method == "GET":
        check_may_verify(viewer, (await find(viewer, article_id)).article)
        return await _form(request, "kb/verify.html", None, {})
    given = await read_input(request)
    try:
        due = await verify(viewer, article_id, StillTrue.read(given))
    except Invalid as error:
        return await _form(request, "kb/verify.html", error, given)
    back = (await _about(request)).article.url
    return redirect(back, f"Confirmed. The next check is due on {due.day} {due:%b %Y}.")


@dataclass(frozen=True, slots=True)
class CreditPage:
    """What templates/kb/credit.html shows."""

    id: int
    article: Link
    credit: str
    name: str
    organisation: str


async def credit_page(request: Request) -> Response:
    """Ask a contributor how the article should name them."""
    viewer, article_id = need_member(request), request.path_params["id"]
    about = await _about(request)
    margin, _ = await margin_of(viewer, article_id)
    if not margin.own_credit:
        raise Missing("You are not among the contributors of this practice.")
    given, errors = {}, {}
    if request.method == "POST":
        given = await read_input(request)
        try:
            await choose_credit(viewer, article_id, Named.read(given))
            return redirect(about.article.url, "Saved.")
        except Invalid as error:
            errors = error.errors
    data = CreditPage(article_id, about.article, margin.own_credit, viewer.name, viewer.organisation_name)
    return page(request, "kb/credit.html", data, status=422 if errors else 200, errors=errors, given=given)


async def retire_page(request: Request) -> Response:
    """Mark an article obsolete, retire it, or bring it back."""
    viewer, article_id = need_member(request), request.path_params["id"]
    check_may_edit(viewer, (await find(viewer, article_id)).article)
    if request.method == "GET":
        return await _form(request, "kb/retire.html", None, {})
    given = await read_input(request)
    act = {"obsolete": mark_obsolete, "retired": retire}.get(str(given.get("state")))
    try:
        if act is None:
            raise Invalid({"state": "Please choose what should happen."})
        await act(viewer, article_id, Reason.read(given))
    except Invalid as error:
        return await _form(request, "kb/retire.html", error, given)
    return redirect((await _about(request)).article.url, "Done. Readers are told why.")


async def bring_back_page(request: Request) -> Response:
    """Let an obsolete or retired article stand again."""
    await bring_back(need_member(request), request.path_params["id"])
    return redirect((await _about(request)).article.url, "It stands again.")


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/verify", verify_page, methods=["GET", "POST"]),
    Route("/kb/{id:int}/credit", credit_page, methods=["GET", "POST"]),
    Route("/kb/{id:int}/retire", retire_page, methods=["GET", "POST"]),
    Route("/kb/{id:int}/bring-back", bring_back_page, methods=["POST"]),
]
