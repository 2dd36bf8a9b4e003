"""Suggestions of names for the editor."""

from dataclasses import asdict
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from base.limits import count_against
from forum.queries.naming import names
from members.current import need_member


async def suggest(request: Request) -> Response:
    """Answer who or what may be meant by what was typed after @ or #."""
    viewer = need_member(request)
    await count_against("naming", "240/minute", str(viewer.id))
    found = await names(viewer, request.query_params.get("q", ""))
    body = {"suggestions": [asdict(one) for one in found]}
    return JSONResponse(body, headers={"Cache-Control": "private, no-store"})


ROUTES: Final[list[BaseRoute]] = [Route("/suggest/mentions", suggest, methods=["GET"])]
