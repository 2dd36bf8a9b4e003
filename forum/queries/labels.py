"""What people call platforms, tags and a category, found in the registry: Twitter is X, a synonym is what it means."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from base.db import marks, rows
from base.errors import Invalid
from base.text.slug import slugify
from forum.rules import known_topics, may_create_tags
from members.viewer import Viewer

_NEAR: Final = 4
# Enough to look for near names in; a thesaurus of more topics than this would be searched, not read.
_MOST_NAMES: Final = 3_000


@dataclass(frozen=True, slots=True)
class Labels:
    """What a thread is labelled with: rows that are there, and topics still to be made, as (slug, name)."""

    category_id: int | None = None
    region_id: int | None = None
    platform_ids: tuple[int, ...] = ()
    tag_ids: tuple[int, ...] = ()
    new_tags: tuple[tuple[str, str], ...] = ()


def tag_slug(name: str) -> str:
    """Return the slug of a topic; a name without Latin letters gets one that is always the same."""
    short = slugify(name, 60, empty="")
    return short or f"t-{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"


async def find_labels(
    viewer: Viewer, *, category: str, platforms: Sequence[str], tags: Sequence[str], carried: Collection[int] = ()
) -> Labels:
    """Find everything in one statement, or raise Invalid with a sentence for every name that is not known.

    Topics that are deprecated are given to nothing new; what has `carried` them keeps them.
    """
    wanted_tags = {tag_slug(name): name for name in tags}
    found = await _look_up(viewer, category, platforms, wanted_tags)
    known_platforms = {(row["part"], row["key"]): row["id"] for row in found}
    platform_ids: list[int] = []
    unknown: list[str] = []
    for name in platforms:
        hit = next((known_platforms[key] for key in _platform_keys(name) if key in known_platforms), None)
        if hit is None:
            unknown.append(name)
        else:
            platform_ids.append(hit)
    tag_ids = _tags(found, wanted_tags)
    new_tags = tuple((slug, name) for slug, name in wanted_tags.items() if slug not in tag_ids)
    category_id = next((row["id"] for row in found if row["part"] == "category"), None)

    errors: dict[str, str] = {}
    if category and category_id is None:
        errors["category"] = "Please choose one of the categories."
    if unknown:
        errors["platforms"] = await _unknown_platforms(unknown)
    if new_tags and not may_create_tags(viewer):
        errors["tags"] = await _unknown_tags(viewer, [name for _, name in new_tags])
    if given_up := _deprecated(found, {*tag_ids.values()} - {*carried}):
        errors["tags"] = f"{errors.get('tags', '')} {given_up}".strip()
    if errors:
        raise Invalid(errors)
    return Labels(
        category_id=category_id,
        region_id=next((row["id"] for row in found if row["part"] == "region"), None),
        platform_ids=tuple(dict.fromkeys(platform_ids)),
        tag_ids=tuple(dict.fromkeys(tag_ids[slug] for slug in wanted_tags if slug in tag_ids)),
        new_tags=new_tags,
    )


def _platform_keys(name: str) -> tuple[tuple[str, str], ...]:
    return ("platform", slugify(name, 60, empty="")), ("alias", "".join(name.lower().split())), ("name", name.lower())


def _tags(found: Sequence[dict[str, Any]], wanted: Mapping[str, str]) -> dict[str, int]:
    """Return topics by the slugs of what was typed; a slug counts before a name that somebody gave a topic later."""
    keyed = {(row["part"], row["key"]): row["id"] for row in found if row["part"] in ("tag", "called")}
    hits = {slug: keyed.get(("tag", slug), keyed.get(("called", name.lower()))) for slug, name in wanted.items()}
    return {slug: hit for slug, hit in hits.items() if hit is not None}


def _deprecated(found: Sequence[dict[str, Any]], ids: Collection[int]) -> str:
    told = {row["id"]: row["told"] for row in found if row["part"] in ("tag", "called") and row["told"]}
    return " ".join(
        f"“{name}” is given to nothing new: {ended(why)}"
        for name, why in (told[one].split("\n", 1) for one in sorted(told.keys() & {*ids}))
    )


def ended(sentence: str) -> str:
    """Return a reason with a full stop."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


async def _look_up(
    viewer: Viewer, category: str, platforms: Iterable[str], tags: Mapping[str, str]
) -> list[dict[str, Any]]:
    keys = [_platform_keys(name) for name in platforms]
    slugs, aliases, names = ([key[place][1] for key in keys] for place in range(3))
    called = [name.lower() for name in tags.values()]
    topic = (
        "COALESCE(m.id, t.id), CASE WHEN COALESCE(m.id, t.id) = t.id AND t.deprecated_at IS NOT NULL "
        "THEN t.name || '\n' || t.deprecated_why WHEN m.deprecated_at IS NOT NULL "
        "THEN m.name || '\n' || m.deprecated_why ELSE '' END FROM tags t LEFT JOIN tags m ON m.id = t.meant_id"
    )
    return await rows(
        f"SELECT 'platform' AS part, p.slug AS key, p.id AS id, '' AS told FROM platforms p "  # noqa: S608
        f"WHERE p.slug IN ({marks(slugs)}) "
        "UNION ALL SELECT 'alias', a.slug, a.platform_id, '' FROM platform_aliases a "
        f"WHERE a.slug IN ({marks(aliases)}) "
        f"UNION ALL SELECT 'name', LOWER(p.name), p.id, '' FROM platforms p WHERE LOWER(p.name) IN ({marks(names)}) "
        f"UNION ALL SELECT 'tag', t.slug, {topic} WHERE t.slug IN ({marks(called)}) "
        f"UNION ALL SELECT 'called', LOWER(t.name), {topic} WHERE LOWER(t.name) IN ({marks(called)}) "
        "UNION ALL SELECT 'category', c.slug, c.id, '' FROM categories c WHERE c.slug = ? "
        "UNION ALL SELECT 'region', o.slug, o.region_id, '' FROM organisations o "
        "WHERE o.id = ? AND o.region_id IS NOT NULL",
        *slugs, *aliases, *names, *tags, *called, category, viewer.organisation_id or 0,
    )  # fmt: skip


async def _unknown_platforms(unknown: Sequence[str]) -> str:
    names = [row["name"] for row in await rows("SELECT name FROM platforms ORDER BY name LIMIT ?", _MOST_NAMES)]
    return f"{_listed(unknown)}: no such platform here.{_near(unknown, names)}"


async def _unknown_tags(viewer: Viewer, unknown: Sequence[str]) -> str:
    near = await topics_near(viewer, unknown) or " Please choose from those there are, or leave it out."
    return f"{_listed(unknown)}: no such topic yet; members with more experience here can add new ones.{near}"


async def topics_near(viewer: Viewer, unknown: Sequence[str]) -> str:
    """Name the topics that come near what somebody typed, as the end of a sentence."""
    known = known_topics(viewer)
    sql = f"SELECT g.name FROM tags g WHERE g.deprecated_at IS NULL AND ({known.sql}) ORDER BY g.name LIMIT ?"  # noqa: S608
    return _near(unknown, [row["name"] for row in await rows(sql, *known.values, _MOST_NAMES)])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name[:60]}”" for name in names)


def _near(unknown: Sequence[str], names: Sequence[str]) -> str:
    lower = {name.lower(): name for name in names}
    near: list[str] = []
    for name in unknown:
        typed = name.lower()[:60]
        near += get_close_matches(typed, lower, n=_NEAR, cutoff=0.6)
        near += [one for one in lower if typed in one or one in typed][:_NEAR]
    found = [lower[one] for one in dict.fromkeys(near)][: 2 * _NEAR]
    return f" Near it: {', '.join(found)}." if found else ""
