"""Edit one's profile."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from base import journal
from base.db import transaction
from base.errors import Invalid
from base.inputs import Body, Input, Line, Words
from members import rules
from members.models import Member, MemberPlatform, Platform
from members.names import PersonName
from members.places import language_codes
from members.viewer import Viewer

_LONGEST_SLUG: Final = 60


class Profile(Input):
    """What people say about themselves; platforms by their slugs, languages by name or code."""

    name: PersonName
    title: Line = Field("", max_length=120, title="Role")
    bio: Body = Field("", max_length=4000, title="About you")
    languages: Annotated[Words, AfterValidator(language_codes)] = Field([], max_length=15, title="Languages")
    platforms: Words = Field([], max_length=60, title="Platforms")


async def edit_profile(viewer: Viewer, given: Profile) -> None:
    """Keep what the viewer says about themselves."""
    rules.check_may_edit_profile(viewer, viewer.member_id)
    wanted = set(given.platforms)
    near = {slug for slug in wanted if len(slug) <= _LONGEST_SLUG}
    known = {platform.slug: platform.id for platform in await Platform.filter(slug__in=near)} if near else {}
    if unknown := wanted - known.keys():
        raise Invalid({"platforms": f"We do not know the platform “{min(unknown)[:40]}”."}, given.model_dump())
    async with transaction():
        await Member.filter(id=viewer.member_id).update(
            name=given.name, title=given.title, bio=given.bio, languages=",".join(given.languages)
        )
        await _keep_platforms(viewer.member_id, set(known.values()))
        kind = "member.edited" if given.name == viewer.name else "member.renamed"
        await journal.record(kind, actor_id=viewer.id, subject_id=viewer.member_id)


async def edit_part(viewer: Viewer, given: Profile) -> None:
    """Keep what is given, and leave what is not given as it stands."""
    own = await Member.get(id=viewer.member_id)
    platforms = await MemberPlatform.filter(member_id=own.id).values_list("platform__slug", flat=True)
    stands = {
        "title": own.title,
        "bio": own.bio,
        "languages": [code for code in own.languages.split(",") if code],
        "platforms": list(platforms),
    }
    left = {name: value for name, value in stands.items() if name not in given.model_fields_set}
    await edit_profile(viewer, given.model_copy(update=left))


async def _keep_platforms(member_id: int, wanted: set[int]) -> None:
    have = {row.platform_id for row in await MemberPlatform.filter(member_id=member_id)}  # type: ignore[attr-defined]
    await MemberPlatform.filter(member_id=member_id, platform_id__in=have - wanted).delete()
    await MemberPlatform.bulk_create(
        [MemberPlatform(member_id=member_id, platform_id=one) for one in sorted(wanted - have)], ignore_conflicts=True
    )
