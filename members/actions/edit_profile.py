"""Edit one's profile."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from base import journal
from base.db import transaction
from base.errors import Invalid
from base.inputs import Body, Input, Line, Words
from base.text.slug import slugify
from members import rules
from members.models import Member, MemberPlatform, MemberTopic, Platform
from members.names import PersonName
from members.places import language_codes
from members.viewer import Viewer
from members.visibility import PARTS, Readers

_LONGEST_SLUG: Final = 60
_LONGEST_TOPIC: Final = 40
_AS_THEY_ARE: Final = ("title", "bio", *(f"{part}_for" for part in PARTS), "accepts_letters")
"""What is kept in a column of the same name."""


def _short(words: list[str]) -> list[str]:
    """Return topics, each once, whatever its capitals."""
    if long := next((word for word in words if len(word) > _LONGEST_TOPIC), None):
        raise ValueError(f"“{long[:20]}…” is too long: a topic has at most {_LONGEST_TOPIC} characters.")
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(topic_slug(word), word)
    return list(found.values())


def topic_slug(word: str) -> str:
    """Return the slug that a topic of this name has; words in other scripts stand for themselves."""
    return slugify(word, _LONGEST_SLUG, empty="") or word.casefold()[:_LONGEST_SLUG]


class Profile(Input):
    """What people say about themselves; platforms by their slugs, languages by name or code."""

    name: PersonName
    title: Line = Field("", max_length=120, title="Role")
    bio: Body = Field("", max_length=4000, title="About you")
    languages: Annotated[Words, AfterValidator(language_codes)] = Field([], max_length=15, title="Languages")
    platforms: Words = Field([], max_length=60, title="Platforms")
    topics: Annotated[Words, AfterValidator(_short)] = Field([], max_length=12, title="What you can be asked about")
    bio_for: Readers = Field("members", title="Who reads what you say about yourself")
    languages_for: Readers = Field("members", title="Who reads your languages")
    platforms_for: Readers = Field("members", title="Who reads your platforms")
    topics_for: Readers = Field("members", title="Who reads what you can be asked about")
    accepts_letters: bool = Field(True, title="Letters of other members")


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
            name=given.name,
            languages=",".join(given.languages),
            **{name: getattr(given, name) for name in _AS_THEY_ARE},
        )
        await _keep_platforms(viewer.member_id, set(known.values()))
        await _keep_topics(viewer.member_id, {topic_slug(word): word for word in given.topics})
        kind = "member.edited" if given.name == viewer.name else "member.renamed"
        await journal.record(kind, actor_id=viewer.id, subject_id=viewer.member_id)


async def edit_part(viewer: Viewer, given: Profile) -> None:
    """Keep what is given, and leave what is not given as it stands."""
    own = await Member.get(id=viewer.member_id)
    platforms = await MemberPlatform.filter(member_id=own.id).values_list("platform__slug", flat=True)
    stands = {name: getattr(own, name) for name in _AS_THEY_ARE} | {
        "languages": [code for code in own.languages.split(",") if code],
        "platforms": list(platforms),
        "topics": list(await MemberTopic.filter(member_id=own.id).order_by("id").values_list("name", flat=True)),
    }
    left = {name: value for name, value in stands.items() if name not in given.model_fields_set}
    await edit_profile(viewer, given.model_copy(update=left))


async def _keep_platforms(member_id: int, wanted: set[int]) -> None:
    have = {row.platform_id for row in await MemberPlatform.filter(member_id=member_id)}  # type: ignore[attr-defined]
    await MemberPlatform.filter(member_id=member_id, platform_id__in=have - wanted).delete()
    await MemberPlatform.bulk_create(
        [MemberPlatform(member_id=member_id, platform_id=one) for one in sorted(wanted - have)], ignore_conflicts=True
    )


async def _keep_topics(member_id: int, wanted: dict[str, str]) -> None:
    # All anew, so that they stand in the order in which they were given.
    await MemberTopic.filter(member_id=member_id).delete()
    await MemberTopic.bulk_create(
        [MemberTopic(member_id=member_id, slug=slug, name=name) for slug, name in wanted.items()], ignore_conflicts=True
    )
