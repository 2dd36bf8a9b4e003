"""The JSON doors of uploaded files: send, describe, throw away; look at doubtful pictures; templates for others."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.requests import Request

from base.errors import Invalid
from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from base.web.inputs import read_with_files
from forum.actions.describe_upload import UploadWords, describe_upload, drop_upload
from forum.actions.review_upload import Decision, approve_upload, refuse_upload
from forum.actions.upload import Sent, upload
from forum.files import UploadFacts
from forum.queries.resources import WantedResources, resources
from forum.queries.uploads import own_unused, own_upload
from forum.queries.uploads_waiting import uploads_waiting
from members.current import need_member, viewer_of

_PAGE: Final = {"page": "Number of the page, from 1"}
_UPLOAD: Final = "/api/v1/uploads/{id:int}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadJson:
    """A file of one's own; `markdown` is how a text shows it, `stripped` what was taken out of it.

    `state` is ready, review (a moderator looks at it first) or refused; `used` when a post or an article shows it.
    """

    id: int
    url: str
    markdown: str
    kind: str
    media_type: str
    name: str
    size: int
    width: int | None
    height: int | None
    stripped: list[str]
    alt: str
    gate: str
    gate_ref: str
    gate_on: date | None
    state: str
    reusable: bool
    title: str
    licence: str
    used: bool


@dataclass(frozen=True, slots=True)
class UploadList:
    """Files of one's own that nothing shows yet."""

    uploads: list[UploadJson]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingJson:
    """A picture that waits for a moderator, and where it stands."""

    id: int
    url: str
    name: str
    alt: str
    thread: str
    thread_url: str


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A page of the pictures that wait."""

    total: int
    uploads: list[WaitingJson]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceJson:
    """A template, and the thread that it comes from."""

    id: int
    url: str
    title: str
    kind: str
    media_type: str
    size: int
    licence: str
    downloads: int
    thread: str
    thread_url: str


@dataclass(frozen=True, slots=True)
class ResourceList:
    """A page of templates."""

    total: int
    resources: list[ResourceJson]


def _json(one: UploadFacts) -> UploadJson:
    same = {name: getattr(one, name) for name in UploadJson.__dataclass_fields__ if name != "stripped"}
    return UploadJson(**same, stripped=list(one.stripped))


def _id(request: Request) -> int:
    return int(request.path_params["id"])


@endpoint("POST", "/api/v1/uploads", output=UploadJson, status=201, tag="uploads",
          summary="Send a file, as the field `file` of a multipart form; it is cleaned of metadata")  # fmt: skip
async def send_upload(request: Request, given: None) -> UploadJson:
    """Take in a file."""
    viewer = need_member(request)
    fields, sent = await read_with_files(request, 1)
    if not sent:
        raise Invalid({"file": "Please send a file, as the field `file` of a multipart form."})
    words = UploadWords.read(fields)
    made = await upload(viewer, Sent(sent[0].name, sent[0].data))
    return _json(await describe_upload(viewer, made.id, words))


@endpoint("GET", "/api/v1/uploads", output=UploadList, tag="uploads", summary="List your files that nothing shows yet")
async def list_uploads(request: Request, given: None) -> UploadList:
    """List what is unused."""
    return UploadList([_json(one) for one in await own_unused(need_member(request))])


@endpoint("GET", _UPLOAD, output=UploadJson, summary="Read what is known of a file of yours", tag="uploads")
async def read_upload(request: Request, given: None) -> UploadJson:
    """Read a file's facts."""
    return _json(await own_upload(need_member(request), _id(request)))


@endpoint("PATCH", _UPLOAD, input=UploadWords, output=UploadJson, tag="uploads",
          summary="Say what a file shows, whether a patient is on it, and whether others may use it")  # fmt: skip
async def change_upload(request: Request, given: UploadWords) -> UploadJson:
    """Describe a file."""
    return _json(await describe_upload(need_member(request), _id(request), given))


@endpoint("DELETE", _UPLOAD, output=None, summary="Throw away a file that nothing shows", tag="uploads")
async def delete_upload(request: Request, given: None) -> None:
    """Throw a file away."""
    await drop_upload(need_member(request), _id(request))


@endpoint("GET", "/api/v1/moderation/uploads", output=WaitingList, tag="uploads", query=_PAGE,
          summary="List the pictures that wait for a moderator")  # fmt: skip
async def list_waiting_uploads(request: Request, given: None) -> WaitingList:
    """List what waits."""
    found = await uploads_waiting(need_member(request), page_number(request.query_params))
    return WaitingList(
        found.pages.total,
        [
            WaitingJson(
                id=one.file.id,
                url=one.file.url,
                name=one.file.name,
                alt=one.file.alt,
                thread=one.title,
                thread_url=one.url,
            )
            for one in found.items
        ],
    )


@endpoint("POST", "/api/v1/moderation/uploads/{id:int}/approve", input=Decision, output=None, tag="uploads",
          summary="Let a picture be shown")  # fmt: skip
async def approve_waiting_upload(request: Request, given: Decision) -> None:
    """Approve a picture."""
    await approve_upload(need_member(request), _id(request), given)


@endpoint("POST", "/api/v1/moderation/uploads/{id:int}/refuse", input=Decision, output=None, tag="uploads",
          summary="Take a picture away from everybody but moderators")  # fmt: skip
async def refuse_waiting_upload(request: Request, given: Decision) -> None:
    """Refuse a picture."""
    await refuse_upload(need_member(request), _id(request), given)


@endpoint("GET", "/api/v1/resources", input=WantedResources, output=ResourceList, tag="uploads",
          summary="List templates that others may use", query={"q": "Words", "kind": "office, pdf, table or image",
          "platform": "Slug of a platform", **_PAGE})  # fmt: skip
async def list_shared_resources(request: Request, given: WantedResources) -> ResourceList:
    """List templates."""
    found = await resources(viewer_of(request), given, page_number(request.query_params))
    return ResourceList(
        found.pages.total,
        [
            ResourceJson(
                id=one.file.id,
                url=one.file.url,
                title=one.title,
                kind=one.file.kind,
                media_type=one.file.media_type,
                size=one.file.size,
                licence=one.file.licence,
                downloads=one.file.downloads,
                thread=one.thread_title,
                thread_url=one.thread_url,
            )
            for one in found.items
        ],
    )


UPLOAD_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    send_upload, list_uploads, read_upload, change_upload, delete_upload, list_waiting_uploads,
    approve_waiting_upload, refuse_waiting_upload, list_shared_resources,
]  # fmt: skip
