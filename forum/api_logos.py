"""The JSON doors to the logo of an organisation."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.errors import Invalid
from base.web.endpoints import Endpoint, endpoint
from base.web.inputs import read_with_files
from forum.actions.set_logo import LogoWords, drop_logo, set_logo
from forum.actions.upload import Sent
from members.current import need_member
from members.queries.keeping import description_form

_LOGO: Final = "/api/v1/organisations/{slug}/logo"


@dataclass(frozen=True, slots=True)
class LogoJson:
    """Where the logo is, as small as pages show it."""

    url: str


@endpoint("POST", _LOGO, output=LogoJson, status=201, tag="organisations",
          summary="Give it a logo: the field `file` of a multipart form, and `logo_alt`")  # fmt: skip
async def send_logo(request: Request, given: None) -> LogoJson:
    """Take in a logo."""
    viewer = need_member(request)
    found = await description_form(viewer, request.path_params["slug"])
    fields, sent = await read_with_files(request, 1)
    if not sent:
        raise Invalid({"file": "Please send a picture, as the field `file` of a multipart form."})
    made = await set_logo(viewer, found.id, Sent(sent[0].name, sent[0].data), LogoWords.read(fields))
    return LogoJson(f"/files/{made}/thumb")


@endpoint("DELETE", _LOGO, output=None, summary="Take its logo away", tag="organisations")
async def delete_logo(request: Request, given: None) -> None:
    """Take the logo away."""
    viewer = need_member(request)
    await drop_logo(viewer, (await description_form(viewer, request.path_params["slug"])).id)


LOGO_ENDPOINTS: Final[list[Endpoint[Any]]] = [send_logo, delete_logo]
