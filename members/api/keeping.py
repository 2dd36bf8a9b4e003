"""JSON doors to add and edit organisations, regions and platforms."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from members.actions.keep_organisation import (
    About,
    Particulars,
    add_organisation,
    describe_organisation,
    edit_organisation,
)
from members.actions.keep_platform import PlatformForm, keep_platform
from members.actions.keep_region import RegionForm, keep_region
from members.current import need_member
from members.queries.keeping import description_form


@dataclass(frozen=True, slots=True)
class Kept:
    """What was added or changed."""

    id: int


_ORGANISATIONS = "/api/v1/admin/organisations"
_REGIONS = "/api/v1/admin/regions"
_PLATFORMS = "/api/v1/admin/platforms"


@endpoint("POST", _ORGANISATIONS, input=Particulars, output=Kept, status=201, summary="Add one", tag="admin")
async def new_organisation(request: Request, given: Particulars) -> Kept:
    """Add an organisation."""
    return Kept(await add_organisation(need_member(request), given))


@endpoint("PUT", f"{_ORGANISATIONS}/{{id:int}}", input=Particulars, output=Kept, summary="Edit one", tag="admin")
async def change_organisation(request: Request, given: Particulars) -> Kept:
    """Keep what administrators decide about an organisation."""
    await edit_organisation(need_member(request), request.path_params["id"], given)
    return Kept(request.path_params["id"])


@endpoint("PUT", "/api/v1/organisations/{slug}", input=About, output=Kept, summary="Describe it", tag="organisations")
async def change_description(request: Request, given: About) -> Kept:
    """Keep what an organisation says about itself."""
    viewer = need_member(request)
    found = await description_form(viewer, request.path_params["slug"])
    await describe_organisation(viewer, found.id, given)
    return Kept(found.id)


@endpoint("POST", _REGIONS, input=RegionForm, output=Kept, status=201, summary="Add a region", tag="admin")
async def new_region(request: Request, given: RegionForm) -> Kept:
    """Add a region."""
    return Kept(await keep_region(need_member(request), given))


@endpoint("PUT", f"{_REGIONS}/{{id:int}}", input=RegionForm, output=Kept, summary="Edit a region", tag="admin")
async def change_region(request: Request, given: RegionForm) -> Kept:
    """Keep what is known of a region."""
    return Kept(await keep_region(need_member(request), given, request.path_params["id"]))


@endpoint("POST", _PLATFORMS, input=PlatformForm, output=Kept, status=201, summary="Add a platform", tag="admin")
async def new_platform(request: Request, given: PlatformForm) -> Kept:
    """Add a platform."""
    return Kept(await keep_platform(need_member(request), given))


@endpoint("PUT", f"{_PLATFORMS}/{{id:int}}", input=PlatformForm, output=Kept, summary="Edit a platform", tag="admin")
async def change_platform(request: Request, given: PlatformForm) -> Kept:
    """Keep what is known of a platform."""
    return Kept(await keep_platform(need_member(request), given, request.path_params["id"]))


ENDPOINTS: list[Endpoint[Any]] = [
    new_organisation,
    change_organisation,
    change_description,
    new_region,
    change_region,
    new_platform,
    change_platform,
]
