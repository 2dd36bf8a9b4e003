"""Add platforms and keep what is known of them."""

from typing import Literal

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.db import transaction
from base.errors import Invalid, Missing
from base.inputs import Body, Input, Line, Words
from base.text.slug import slugify
from members import rules
from members.models import Platform, PlatformAlias
from members.viewer import Viewer


class PlatformForm(Input):
    """A platform and what else it is called."""

    name: Line = Field(min_length=1, max_length=60, title="Name")
    aliases: Words = Field([], max_length=20, title="Other names")
    vendor: Line = Field("", max_length=80, title="Vendor")
    status: Literal["active", "changed", "closed"] = Field("active", title="State")
    about: Body = Field("", max_length=8000, title="About")


def alias_slug(name: str) -> str:
    """Return a name as it is looked up: lower case, without spaces."""
    return slugify(name, 60, empty="").replace("-", "")


async def keep_platform(viewer: Viewer, given: PlatformForm, platform_id: int | None = None) -> int:
    """Add a platform, or keep what is known of one; return its id. The address of its page stays."""
    rules.check_may_keep_organisations(viewer)
    columns = given.model_dump(exclude={"aliases"})
    aliases = {alias_slug(name): name[:60] for name in given.aliases if alias_slug(name)}
    try:
        async with transaction():
            if platform_id is None:
                made = await Platform.create(slug=slugify(given.name, 60, empty="platform"), **columns)
                platform_id = int(made.id)
            elif not await Platform.filter(id=platform_id).update(**columns):
                raise Missing("There is no such platform.")
            await _keep_aliases(platform_id, aliases, given)
            await journal.record("platform.edited", actor_id=viewer.id, subject_id=platform_id)
    except IntegrityError:
        raise Invalid({"name": "There is a platform with this name."}, given.model_dump()) from None
    return platform_id


async def _keep_aliases(platform_id: int, aliases: dict[str, str], given: PlatformForm) -> None:
    foreign = await PlatformAlias.filter(slug__in=list(aliases), platform_id__not=platform_id).first()
    if foreign is not None:
        raise Invalid({"aliases": f"“{foreign.name}” is another platform's name."}, given.model_dump())
    await PlatformAlias.filter(platform_id=platform_id).delete()
    await PlatformAlias.bulk_create(
        [PlatformAlias(platform_id=platform_id, slug=slug, name=name) for slug, name in aliases.items()]
    )
