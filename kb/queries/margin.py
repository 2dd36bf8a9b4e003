"""What stands beside an article: platforms, tags, contributors, adoptions; all in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from base.db import as_datetime, rows
from forum.evidence import Adopter
from forum.queries.authors import MAIN_ORGANISATION
from kb.adoptions import Adoption, Uses, shown
from members.viewer import Viewer

ROLES: Final[Mapping[str, str]] = {
    "asked": "asked",
    "answered": "answered",
    "case_author": "wrote a case study",
    "suggested": "suggested a change",
    "edited": "edited",
    "reviewed": "reviewed",
}
A_MEMBER: Final = "A member"
NEWS: Final = 5


@dataclass(frozen=True, slots=True)
class Label:
    """A platform or a tag."""

    id: int
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody the article owes something to, named as they wish; `handle` only with the full name."""

    name: str
    handle: str | None
    organisation: str
    roles: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One of the latest published versions, for the change log."""

    number: int
    note: str
    significance: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PlatformNews:
    """A change of one of its platforms since the article was last checked."""

    name: str
    slug: str
    title: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Everything beside the text of an article; `own_credit` is how the viewer is credited, if at all."""

    platforms: tuple[Label, ...] = ()
    tags: tuple[Label, ...] = ()
    credits: tuple[Credit, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    uses: Uses = field(default_factory=Uses)
    versions: tuple[Published, ...] = ()
    news: tuple[PlatformNews, ...] = ()
    own_credit: str = ""


_STATEMENT: Final = f"""
SELECT 'platform' AS what, p.id AS id, p.name AS one, p.slug AS two, '' AS three, '' AS four, '' AS five, '' AS six
  FROM article_platforms x JOIN platforms p ON p.id = x.platform_id WHERE x.article_id = ?
UNION ALL SELECT 'tag', t.id, t.name, t.slug, '', '', '', ''
  FROM article_tags x JOIN tags t ON t.id = x.tag_id WHERE x.article_id = ?
UNION ALL SELECT 'credit', m.id, COALESCE(NULLIF(c.attribution, ''), m.name), m.handle, c.role, c.credit,
    COALESCE(o.name, ''), m.state
  FROM contributors c JOIN members m ON m.id = c.member_id
  {MAIN_ORGANISATION} WHERE c.article_id = ?
UNION ALL SELECT 'version', v.number, v.note, v.significance, v.title, CAST(v.published_at AS TEXT), '', ''
  FROM (SELECT number, note, significance, title, published_at FROM article_revisions
    WHERE article_id = ? AND state IN ('published', 'superseded') ORDER BY number DESC LIMIT {NEWS}) v
UNION ALL SELECT 'adoption', o.id, o.name, o.slug, x.state, x.note, o.country,
    x.result || CASE WHEN x.name_visible THEN '' ELSE '-' END || CASE WHEN o.kind = 'industry' THEN '!' ELSE '' END
  FROM adoptions x JOIN organisations o ON o.id = x.organisation_id WHERE x.article_id = ?
UNION ALL SELECT 'news', h.id, p.name, p.slug, h.title, CAST(h.happened_on AS TEXT), '', ''
  FROM articles a JOIN article_platforms x ON x.article_id = a.id JOIN platforms p ON p.id = x.platform_id
  JOIN platform_changes h ON h.platform_id = p.id AND h.weight = 'major' AND h.recorded_at > a.verified_at
  WHERE a.id = ?
ORDER BY 1, 3, 2"""  # noqa: S608


async def margin_of(viewer: Viewer, article_id: int) -> tuple[Margin, tuple[Adopter, ...]]:
    """Return what stands beside an article, and its adoptions as evidence, hidden ones too."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in await rows(_STATEMENT, *([article_id] * 6)):
        found.setdefault(row["what"], []).append(row)
    credited = found.get("credit", [])
    known = [_adoption(row) for row in found.get("adoption", [])]
    adoptions, uses = shown(known, viewer.organisation_id)
    margin = Margin(
        platforms=tuple(_label(row) for row in found.get("platform", [])),
        tags=tuple(_label(row) for row in found.get("tag", [])),
        credits=_credits(credited),
        adoptions=adoptions,
        uses=uses,
        versions=tuple(
            sorted(
                (
                    Published(row["id"], row["one"], row["two"], as_datetime(row["four"]))
                    for row in found.get("version", [])
                ),
                key=lambda version: -version.number,
            )
        ),
        news=tuple(
            PlatformNews(row["one"], row["two"], row["three"], date.fromisoformat(row["four"][:10]))
            for row in found.get("news", [])
        ),
        own_credit=next((row["four"] for row in credited if row["id"] == viewer.id), ""),
    )
    return margin, tuple(Adopter(one.organisation_id, one.state, one.result) for one in known if not one.is_vendor)


def _adoption(row: Mapping[str, Any]) -> Adoption:
    return Adoption(
        organisation_id=row["id"], organisation=row["one"], slug=row["two"], country=row["five"], state=row["three"],
        note=row["four"], result=row["six"].rstrip("-!"), hidden="-" in row["six"], is_vendor="!" in row["six"],
    )  # fmt: skip


def _label(row: Mapping[str, Any]) -> Label:
    return Label(row["id"], row["one"], row["two"])


def _credits(found: list[dict[str, Any]]) -> tuple[Credit, ...]:
    """Name everybody once, with every role, as they wish to be named."""
    people: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        if row["four"] != "none":
            people.setdefault(row["id"], []).append(row)
    named = [
        _credit(some[0], tuple(role for role in ROLES if role in {row["three"] for row in some}))
        for some in people.values()
    ]
    return tuple(sorted(named, key=lambda one: (list(ROLES).index(one.roles[0]), one.name)))


def _credit(row: Mapping[str, Any], roles: tuple[str, ...]) -> Credit:
    if row["six"] == "gone" and row["four"] != "anonymous":  # by their name, if they agreed to stay named
        return Credit(row["one"], None, "", roles)
    if row["six"] == "mask" or row["four"] == "anonymous" or (row["four"] == "organisation" and not row["five"]):
        return Credit(A_MEMBER, None, "", roles)
    if row["four"] == "organisation":
        return Credit(row["five"], None, "", roles)
    return Credit(row["one"], row["two"], row["five"], roles)
