"""JSON doors to one's own data, to what one agreed to, to leaving, and to legal documents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from base.paging import whole_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.consent import Accepting, Choice, accept, choose
from members.actions.copy_data import ask_for_copy, drop_copy
from members.actions.leave import Erasure, Leaving, erase_member, leave
from members.actions.publish_legal import NewLegalText, publish_legal_text
from members.copies import throw_away_copies
from members.copy_answer import copy_of
from members.current import need_member, viewer_of
from members.queries.legal import Consents, LegalVersion, consents_of, in_force, legal_page, to_accept
from members.queries.own_data import Copy, own_copy

_DATA = "/api/v1/me/data"
_CONSENTS = "/api/v1/me/consents"
_WHICH = {"version": "Number of a version; the one in force without it.", "language": "Language of the text."}


@dataclass(frozen=True, slots=True)
class CopyOut:
    """The copy of my data, if one was asked for."""

    copy: Copy | None


@dataclass(frozen=True, slots=True)
class ConsentsOut:
    """What I said, and which documents I am asked to accept."""

    consents: Consents
    to_accept: tuple[LegalVersion, ...]


@dataclass(frozen=True, slots=True)
class LegalOut:
    """A version of a document with its text in Markdown, and all its versions."""

    shown: LegalVersion
    text: str
    versions: tuple[LegalVersion, ...]


@dataclass(frozen=True, slots=True)
class LegalList:
    """Documents in force."""

    documents: tuple[LegalVersion, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A version just published."""

    document: str
    version: int


@dataclass(frozen=True, slots=True)
class Due:
    """When the account is erased; signing in before keeps it."""

    due: datetime


@endpoint("GET", _DATA, output=CopyOut, summary="How far the copy of my data is", tag="me")
async def my_copy(request: Request, given: None) -> CopyOut:
    """Return the state of the copy."""
    return CopyOut(await own_copy(need_member(request)))


@endpoint("POST", _DATA, output=CopyOut, status=202, summary="Ask for a copy of my data", tag="me")
async def ask_for_my_copy(request: Request, given: None) -> CopyOut:
    """Ask for a copy; a letter tells when it is ready."""
    viewer = need_member(request)
    await ask_for_copy(viewer)
    return CopyOut(await own_copy(viewer))


@endpoint("DELETE", _DATA, output=None, summary="Stop or delete the copy of my data", tag="me")
async def drop_my_copy(request: Request, given: None) -> None:
    """Throw it away."""
    viewer = need_member(request)
    await drop_copy(viewer)
    throw_away_copies(viewer.member_id)


@endpoint("GET", f"{_DATA}/file", output=None, summary="Fetch the copy of my data (ZIP)", tag="me")
async def fetch_my_copy(request: Request, given: None) -> Response:
    """Give the ZIP to who has just confirmed that it is them."""
    return await copy_of(need_member(request))


@endpoint("GET", _CONSENTS, output=ConsentsOut, summary="What I agreed to", tag="me")
async def my_consents(request: Request, given: None) -> ConsentsOut:
    """Return everything said, and what is asked."""
    viewer = need_member(request)
    return ConsentsOut(await consents_of(viewer), await to_accept(viewer))


@endpoint("POST", _CONSENTS, input=Choice, output=ConsentsOut, summary="Give a consent, or take it back", tag="me")
async def choose_consent(request: Request, given: Choice) -> ConsentsOut:
    """Write down the answer."""
    viewer = need_member(request)
    await choose(viewer, given)
    return ConsentsOut(await consents_of(viewer), await to_accept(viewer))


@endpoint("POST", f"{_CONSENTS}/documents", input=Accepting, output=None, summary="Accept documents", tag="me")
async def accept_documents(request: Request, given: Accepting) -> None:
    """Accept what has changed, each as document:version."""
    await accept(need_member(request), given)


@endpoint("POST", "/api/v1/me/departure", input=Leaving, output=Due, status=202, summary="Erase my account", tag="me")
async def leave_site(request: Request, given: Leaving) -> Due:
    """Begin to leave; every sign-in ends."""
    return Due(await leave(need_member(request), given))


@endpoint("GET", "/api/v1/legal", output=LegalList, summary="Legal documents in force", tag="legal")
async def legal_documents(request: Request, given: None) -> LegalList:
    """List them."""
    return LegalList(await in_force(viewer_of(request)))


@endpoint("GET", "/api/v1/legal/{document}", output=LegalOut, query=_WHICH, summary="A legal document", tag="legal")
async def legal_document(request: Request, given: None) -> LegalOut:
    """Return a version with its text."""
    asked = request.query_params
    version = (whole_number(asked.get("version")) or 0) if "version" in asked else None
    found = await legal_page(viewer_of(request), request.path_params["document"], version, asked.get("language", ""))
    return LegalOut(found.shown, found.text, found.versions)


@endpoint(
    "POST", "/api/v1/legal", input=NewLegalText, output=Published, status=201, summary="Publish a version", tag="legal"
)
async def publish_document(request: Request, given: NewLegalText) -> Published:
    """Publish a version of a document."""
    made = await publish_legal_text(need_member(request), given)
    return Published(made.document, made.version)


@endpoint(
    "POST", "/api/v1/admin/people/{id:int}/erase", input=Erasure, output=None, summary="Erase somebody on request",
    tag="administration",
)  # fmt: skip
async def erase_person(request: Request, given: Erasure) -> None:
    """Erase somebody; the reason is kept in the journal."""
    await erase_member(need_member(request), request.path_params["id"], given)


ENDPOINTS: list[Endpoint[Any]] = [
    my_copy, ask_for_my_copy, drop_my_copy, fetch_my_copy, my_consents, choose_consent, accept_documents, leave_site,
    legal_documents, legal_document, publish_document, erase_person,
]  # fmt: skip
