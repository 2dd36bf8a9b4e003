"""The JSON doors of looking after threads and labels."""

from typing import Any, Final

from starlette.requests import Request

from base.errors import Missing
from base.web.endpoints import Endpoint, endpoint
from forum.actions.case_input import EditedCase
from forum.actions.close import Closing, close, reopen
from forum.actions.describe_tag import TagText, describe_tag
from forum.actions.edit_case import edit_case
from forum.actions.lock import lock, unlock
from forum.actions.opening import Labelled
from forum.actions.pin import Pinning, pin, unpin
from forum.actions.tag import tag
from forum.actions.watch import WatchLevel, watch
from forum.api_posts import Edited
from forum.queries.platforms import platform
from forum.queries.topics import Moved, topic
from members.current import need_member

_THREAD: Final = "/api/v1/threads/{id:int}"


@endpoint("POST", f"{_THREAD}/close", input=Closing, output=None, summary="Close a thread", tag="threads")
async def close_thread(request: Request, given: Closing) -> None:
    """Close a thread."""
    await close(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_THREAD}/reopen", output=None, summary="Open a closed thread again", tag="threads")
async def reopen_thread(request: Request, given: None) -> None:
    """Open a thread again."""
    await reopen(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_THREAD}/lock", output=None, summary="Lock a thread: no new replies", tag="threads")
async def lock_thread(request: Request, given: None) -> None:
    """Lock a thread."""
    await lock(need_member(request), request.path_params["id"])


@endpoint("DELETE", f"{_THREAD}/lock", output=None, summary="Unlock a thread", tag="threads")
async def unlock_thread(request: Request, given: None) -> None:
    """Unlock a thread."""
    await unlock(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_THREAD}/pin", input=Pinning, output=None, summary="Pin a thread", tag="threads")
async def pin_thread(request: Request, given: Pinning) -> None:
    """Pin a thread."""
    await pin(need_member(request), request.path_params["id"], given)


@endpoint("DELETE", f"{_THREAD}/pin", output=None, summary="Unpin a thread", tag="threads")
async def unpin_thread(request: Request, given: None) -> None:
    """Unpin a thread."""
    await unpin(need_member(request), request.path_params["id"])


@endpoint("PUT", f"{_THREAD}/labels", input=Labelled, output=None, summary="Label a thread anew", tag="threads")
async def label_thread(request: Request, given: Labelled) -> None:
    """Change category, platforms and topics."""
    await tag(need_member(request), request.path_params["id"], given)


@endpoint("PUT", f"{_THREAD}/case", input=EditedCase, output=Edited, summary="Edit a case study", tag="threads")
async def put_case(request: Request, given: EditedCase) -> Edited:
    """Store the texts and data of a case study."""
    return Edited(await edit_case(need_member(request), request.path_params["id"], given))


@endpoint("PUT", "/api/v1/tags/{slug}", input=TagText, output=None, summary="Describe a topic", tag="labels")
async def put_tag(request: Request, given: TagText) -> None:
    """Say what a topic is about."""
    await describe_tag(need_member(request), request.path_params["slug"], given)


@endpoint("PUT", "/api/v1/tags/{slug}/watch", input=WatchLevel, output=None, summary="Follow a topic", tag="labels")
async def watch_tag(request: Request, given: WatchLevel) -> None:
    """Choose how closely to follow a topic."""
    viewer = need_member(request)
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        raise Missing
    await watch(viewer, "tag", found.id, given)


@endpoint("PUT", "/api/v1/platforms/{slug}/watch", input=WatchLevel, output=None, summary="Follow a platform",
          tag="labels")  # fmt: skip
async def watch_platform(request: Request, given: WatchLevel) -> None:
    """Choose how closely to follow a platform."""
    viewer = need_member(request)
    found = await platform(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        raise Missing
    await watch(viewer, "platform", found.id, given)


UPKEEP_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    close_thread, reopen_thread, lock_thread, unlock_thread, pin_thread, unpin_thread, label_thread, put_case,
    put_tag, watch_tag, watch_platform,
]  # fmt: skip
