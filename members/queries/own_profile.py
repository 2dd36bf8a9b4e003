"""What a member may edit of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from members.models import Member, MemberTopic
from members.places import language_names
from members.queries.platforms import PlatformEntry, all_platforms, platforms_of
from members.viewer import Viewer
from members.visibility import PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProfile:
    """The viewer's own profile, private fields included; `readers` are who reads which part."""

    handle: str
    name: str
    email: str
    title: str
    bio: str
    languages: str
    platforms: tuple[str, ...]
    topics: tuple[str, ...]
    readers: Mapping[str, str]
    accepts_letters: bool
    mail_notices: bool
    all_platforms: tuple[PlatformEntry, ...]


async def own_profile(viewer: Viewer) -> OwnProfile:
    """Return the viewer's own profile."""
    member = await Member.get(id=viewer.member_id)
    used = await platforms_of([member.id])
    return OwnProfile(
        handle=member.handle,
        name=member.name,
        email=member.email or "",
        title=member.title,
        bio=member.bio,
        languages=", ".join(language_names(member.languages)),
        platforms=tuple(one.slug for one in used[member.id]),
        topics=tuple([one.name for one in await MemberTopic.filter(member_id=member.id).order_by("id")]),
        readers={part: getattr(member, f"{part}_for") for part in PARTS},
        accepts_letters=member.accepts_letters,
        mail_notices=member.mail_notices,
        all_platforms=tuple(await all_platforms()),
    )
