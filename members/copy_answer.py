"""The copy of somebody's data as an answer, for its page and its JSON door."""

from typing import Final

from starlette.responses import FileResponse, Response

from base.clock import now
from members.copies import path_of_copy
from members.queries.own_data import file_of_copy
from members.viewer import Viewer

_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


async def copy_of(viewer: Viewer) -> Response:
    """Return the file of the viewer's own copy; its name holds nothing that anybody typed."""
    path = path_of_copy(await file_of_copy(viewer, viewer.member_id))
    name = f"own-data-{now():%Y-%m-%d}.zip"
    return FileResponse(path, media_type="application/zip", filename=name, headers=_KEPT_TO_ONESELF)
