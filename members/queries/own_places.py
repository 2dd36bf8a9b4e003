"""The organisations of the viewer, and what leaving each would mean."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import as_datetime, rows
from members.rules import may_leave_it_without
from members.viewer import Viewer

_PLACES: Final = """
SELECT o.id, o.slug, o.name, p.state, p.role, p.since,
  p.role = 'org_admin' AND p.state = 'active' AND NOT EXISTS (
    SELECT 1 FROM memberships q JOIN members m ON m.id = q.member_id AND m.state = 'active'
    WHERE q.organisation_id = o.id AND q.role = 'org_admin' AND q.state = 'active' AND q.id <> p.id) AS is_last,
  NOT EXISTS (SELECT 1 FROM memberships q
    WHERE q.member_id = p.member_id AND q.state = 'active' AND q.id <> p.id) AS is_only,
  EXISTS (SELECT 1 FROM identity_links l JOIN identity_providers i ON i.id = l.provider_id
    WHERE l.member_id = p.member_id AND i.organisation_id = o.id) AS is_way_in
FROM memberships p JOIN organisations o ON o.id = p.organisation_id
WHERE p.member_id = ? AND p.state IN ('active', 'paused', 'pending') AND o.state <> 'pending'
ORDER BY LOWER(o.name), o.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlace:
    """A place of the viewer's in an organisation; `state` is active, paused or pending.

    `is_last` when nobody else runs the organisation, which has to be handed over first (`may_leave`); `is_only` when
    they belong nowhere else, and `makes_guest` when the network closes to who leaves it then; `is_way_in` when a
    sign-in of the organisation's own opens the account.
    """

    id: int
    slug: str
    name: str
    state: str
    role: str
    since: datetime | None
    is_last: bool
    is_only: bool
    makes_guest: bool
    is_way_in: bool
    may_leave: bool


async def own_places(viewer: Viewer) -> list[OwnPlace]:
    """Return the viewer's places in organisations, in one statement."""
    return [_place(viewer, one) for one in await rows(_PLACES, viewer.member_id)]


def _place(viewer: Viewer, one: dict[str, Any]) -> OwnPlace:
    is_last, is_only = bool(one["is_last"]), bool(one["is_only"])
    return OwnPlace(
        id=one["id"], slug=one["slug"], name=one["name"], state=one["state"], role=one["role"],
        since=as_datetime(one["since"]), is_last=is_last, is_only=is_only, makes_guest=is_only and not viewer.grants,
        is_way_in=bool(one["is_way_in"]),
        may_leave=one["state"] == "active" and may_leave_it_without(viewer, 0 if is_last else 1),
    )  # fmt: skip
