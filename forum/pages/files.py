"""Uploaded files: fetched under strict headers, taken in by a script, looked at by moderators; templates for others."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid, Missing
from base.media.store import path_of
from base.paging import page_number
from base.web.inputs import read_input, read_with_files
from base.web.readers import by_a_person
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.review_upload import Decision, approve_upload, refuse_upload
from forum.actions.upload import Sent, upload
from forum.downloads import fetched
from forum.files import UploadFacts
from forum.pages.file_fields import FileBox
from forum.queries.resources import Resources, WantedResources, resources
from forum.queries.uploads import upload_seen
from forum.queries.uploads_waiting import WaitingPage, uploads_waiting
from forum.rules.uploads import allowance, check_may_review_uploads, check_may_upload
from members.current import need_member, viewer_of

_STRICT: Final = {
    # Nothing in a file can run, load or reach anything, whatever a browser takes it for.
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    # Asked each time: who may no longer see it gets it no longer.
    "Cache-Control": "private, no-cache",
    "Content-Encoding": "identity",
}


async def show_file(request: Request) -> Response:
    """Answer a file to who may fetch it."""
    found = await upload_seen(viewer_of(request), int(request.path_params["id"]))
    if not found.is_picture and by_a_person(request.scope):
        fetched(found.id)
    return _answer(request, found, "", found.media_type)


async def show_thumb(request: Request) -> Response:
    """Answer a picture as small as it is in lists."""
    return await _smaller(request, "thumb")


async def show_display(request: Request) -> Response:
    """Answer a picture as large as texts show it."""
    return await _smaller(request, "display")


async def _smaller(request: Request, version: str) -> Response:
    """Answer a smaller version of a picture; where there is none, the picture is small enough itself."""
    found = await upload_seen(viewer_of(request), int(request.path_params["id"]))
    if not found.is_picture:
        raise Missing
    if not path_of(found.sha256, version).is_file():
        return _answer(request, found, "", found.media_type)
    return _answer(request, found, version, "image/webp")


def _answer(request: Request, found: UploadFacts, version: str, media_type: str) -> Response:
    tag = f'"{found.sha256[:32]}{version}"'
    headers = _STRICT | {"ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    path = path_of(found.sha256, version)
    if not path.is_file():
        raise Missing("This file is missing from the store. Please tell the people who run this site.")
    return FileResponse(
        path,
        media_type=media_type,
        filename=found.name,
        content_disposition_type="inline" if found.is_picture else "attachment",
        headers=headers,
    )


@dataclass(frozen=True, slots=True)
class AddedFile:
    """What templates/forum/file_added.html shows: one file to be described."""

    box: FileBox


async def add_file(request: Request) -> Response:
    """Take in one file for a script, and answer its part of the form."""
    viewer = need_member(request)
    check_may_upload(viewer)
    given, sent = await read_with_files(request, 1)
    if not sent:
        raise Invalid({"file": "Please choose a file first."})
    made = await upload(viewer, Sent(sent[0].name, sent[0].data))
    case = given.get("templates") == "yes"
    box = FileBox(files=(made,), allowed=allowance(viewer, case=case), templates=case)
    return page(request, "forum/file_added.html", AddedFile(box), status=201)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What templates/forum/uploads_review.html shows; `wrong` is the picture whose refusal had no reason."""

    waiting: WaitingPage
    wrong: int = 0


_VERDICTS: Final = {"approve": approve_upload, "refuse": refuse_upload}


async def list_waiting(request: Request) -> Response:
    """Show the pictures that wait for a moderator, each behind a click."""
    found = await uploads_waiting(need_member(request), page_number(request.query_params))
    return page(request, "forum/uploads_review.html", ReviewPage(found))


async def decide(request: Request) -> Response:
    """Let a picture be shown, or take it away."""
    viewer, number = need_member(request), int(request.path_params["id"])
    check_may_review_uploads(viewer)
    given = await read_input(request)
    act = _VERDICTS.get(request.path_params["act"])
    if act is None:
        raise Missing
    try:
        await act(viewer, number, Decision.read(given))
    except Invalid as wrong:
        data = ReviewPage(await uploads_waiting(viewer), number)
        return page(request, "forum/uploads_review.html", data, status=422, errors=wrong.errors, given=given)
    said = "It is shown now." if act is approve_upload else "It is taken away, and its owner is told why."
    return redirect("/moderate/uploads", said)


@dataclass(frozen=True, slots=True)
class ResourcesPage:
    """What templates/forum/resources.html shows."""

    found: Resources
    wanted: WantedResources
    tail: str


async def list_resources(request: Request) -> Response:
    """Show the templates that others may use."""
    asked: dict[str, Any] = dict(request.query_params)
    wanted = WantedResources.read(asked)
    found = await resources(viewer_of(request), wanted, page_number(request.query_params))
    chosen = {name: value for name, value in wanted.model_dump().items() if value}
    tail = str(request.url.replace_query_params(**chosen).query)
    return page(request, "forum/resources.html", ResourcesPage(found, wanted, tail), given=wanted.model_dump())


FILES: Final[list[BaseRoute]] = [
    Route("/files", add_file, methods=["POST"]),
    Route("/files/{id:int}/thumb", show_thumb),
    Route("/files/{id:int}/display", show_display),
    Route("/files/{id:int}/{name}", show_file),
    Route("/moderate/uploads", list_waiting),
    Route("/moderate/uploads/{id:int}/{act}", decide, methods=["POST"]),
    Route("/resources", list_resources),
]
