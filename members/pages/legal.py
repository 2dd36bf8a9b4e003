"""Legal documents: to read, to accept when they have changed, and to write for administrators."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.paging import whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.consent import Accepting, accept
from members.actions.publish_legal import NewLegalText, publish_legal_text
from members.current import need_member, viewer_of
from members.pages.confirm_again import confirming
from members.queries.legal import DOCUMENTS, LegalVersion, in_force, legal_page, to_accept, versions_of
from members.rules import check_may_write_legal_texts


@dataclass(frozen=True, slots=True)
class LegalList:
    """What templates/members/legal_list.html shows."""

    documents: tuple[LegalVersion, ...]


@dataclass(frozen=True, slots=True)
class AcceptPage:
    """What templates/members/legal_accept.html shows; `after` is where the member was headed."""

    documents: tuple[LegalVersion, ...]
    after: str


@dataclass(frozen=True, slots=True)
class KeepingPage:
    """What templates/members/admin_legal.html shows; `begin` is what stands in the form at first."""

    versions: tuple[LegalVersion, ...]
    names: tuple[str, ...] = DOCUMENTS
    begin: dict[str, str] = field(default_factory=dict)


async def documents(request: Request) -> Response:
    """List what is in force."""
    return page(request, "members/legal_list.html", LegalList(await in_force(viewer_of(request))))


async def document(request: Request) -> Response:
    """Show a document in the version in force, or another one."""
    asked = request.query_params
    version = (whole_number(asked.get("version")) or 0) if "version" in asked else None
    found = await legal_page(viewer_of(request), request.path_params["document"], version, asked.get("language", ""))
    return page(request, "members/legal.html", found)


async def accept_form(request: Request) -> Response:
    """Ask for what has changed; no box is ticked."""
    viewer = need_member(request)
    data = AcceptPage(await to_accept(viewer), safe_path(request.query_params.get("next")))
    return page(request, "members/legal_accept.html", data)


async def accepted(request: Request) -> Response:
    """Write down what was accepted, and lead on."""
    viewer, given = need_member(request), await read_input(request)
    after = safe_path(str(given.get("next") or ""))
    try:
        await accept(viewer, Accepting.read(given))
    except Invalid as error:
        data = AcceptPage(await to_accept(viewer), after)
        return page(request, "members/legal_accept.html", data, status=422, errors=error.errors, given=given)
    return redirect(after, "Thank you. What you accepted stands under Settings, Your data.")


async def keeping(request: Request) -> Response:
    """Show every version, and the form for another one, which begins with the text in force."""
    viewer = need_member(request)
    check_may_write_legal_texts(viewer)
    chosen, begin = request.query_params.get("document", ""), dict[str, str]()
    versions = await versions_of(viewer)
    if any(one.document == chosen for one in versions):
        found = await legal_page(viewer, chosen)
        begin = {"document": chosen, "title": found.shown.title, "text": found.text}
    return page(request, "members/admin_legal.html", KeepingPage(versions, begin=begin))


@confirming
async def publish(request: Request) -> Response:
    """Publish another version."""
    viewer, given = need_member(request), await read_input(request)
    check_may_write_legal_texts(viewer)
    try:
        made = await publish_legal_text(viewer, NewLegalText.read(given))
    except Invalid as error:
        data = KeepingPage(await versions_of(viewer))
        return page(request, "members/admin_legal.html", data, status=422, errors=error.errors, given=given)
    except Conflict as error:
        return redirect("/admin/legal", error.sentence, level="warning")
    return redirect(f"/legal/{made.document}?version={made.version}", "It is published.")


ROUTES: list[BaseRoute] = [
    Route("/legal", documents, methods=["GET"]),
    Route("/legal/accept", accept_form, methods=["GET"]),
    Route("/legal/accept", accepted, methods=["POST"]),
    Route("/legal/{document}", document, methods=["GET"]),
    Route("/admin/legal", keeping, methods=["GET"]),
    Route("/admin/legal", publish, methods=["POST"]),
]
