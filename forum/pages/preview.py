"""A text as it will look, while one writes it."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from base.inputs import Body, Input
from base.web.inputs import read_input
from forum.queries.rendered import rendered_opening
from members.current import need_member


class PreviewText(Input):
    """The text to look at."""

    text: Annotated[Body, Field(max_length=40_000, title="Text")] = ""


async def show_preview(request: Request) -> Response:
    """Answer the text as HTML."""
    viewer = need_member(request)
    given = PreviewText.read(await read_input(request))
    return HTMLResponse(await rendered_opening(given.text, viewer), headers={"Cache-Control": "private, no-store"})
