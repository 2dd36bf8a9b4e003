"""Platforms, with what else they are called."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.condition import ALWAYS, Condition
from base.db import marks, rows
from members.models import Platform
from members.rules import readable_part
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PlatformName:
    """A platform as a chip shows it."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PlatformEntry:
    """A platform in the list of all."""

    id: int
    slug: str
    name: str
    vendor: str
    status: str
    aliases: tuple[str, ...]


async def all_platforms() -> list[PlatformEntry]:
    """Return every platform by name."""
    found = await Platform.all().order_by("name").prefetch_related("aliases")
    return [
        PlatformEntry(
            one.id, one.slug, one.name, one.vendor, one.status,
            tuple(sorted(alias.name for alias in one.aliases)),  # type: ignore[attr-defined]
        )
        for one in found
    ]  # fmt: skip


async def platforms_of(member_ids: Sequence[int]) -> dict[int, tuple[PlatformName, ...]]:
    """Return the platforms of each member, by name, whoever may read them: not to be shown as they are."""
    return await _platforms_of(member_ids, ALWAYS)


async def platforms_read_by(viewer: Viewer, member_ids: Sequence[int]) -> dict[int, tuple[PlatformName, ...]]:
    """Return those platforms of each member that the viewer may read."""
    return await _platforms_of(member_ids, readable_part(viewer, "platforms"))


async def _platforms_of(member_ids: Sequence[int], which: Condition) -> dict[int, tuple[PlatformName, ...]]:
    found: dict[int, tuple[PlatformName, ...]] = dict.fromkeys(member_ids, ())
    if not member_ids:
        return found
    for row in await rows(
        "SELECT mp.member_id, p.slug, p.name FROM member_platforms mp JOIN platforms p ON p.id = mp.platform_id "  # noqa: S608
        f"JOIN members m ON m.id = mp.member_id WHERE mp.member_id IN ({marks(member_ids)}) AND ({which.sql}) "
        "ORDER BY p.name",
        *member_ids, *which.values,
    ):  # fmt: skip
        found[row["member_id"]] += (PlatformName(row["slug"], row["name"]),)
    return found
