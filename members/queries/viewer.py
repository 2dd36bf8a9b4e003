"""Load the viewer of a request in one statement, and a second one for their masks where there are any."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, lookup, marks, rows
from members.masks import owner_key
from members.queries.desks import WAITING_IN
from members.queries.inbox import UNREAD_OF
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.vendors import VENDOR_OF
from members.secrets import hash_secret
from members.viewer import NETWORK, PUBLIC, STAFF, Grant, Viewer

_FIELDS: Final = f"""
  m.id, m.handle, m.name, m.locale, m.timezone, m.trust, m.two_steps_asked_at,
  EXISTS (SELECT 1 FROM two_factors f WHERE f.member_id = m.id AND f.since IS NOT NULL) AS has_two_steps,
  EXISTS (SELECT 1 FROM passkeys k WHERE k.member_id = m.id) AS has_passkeys,
  o.id AS organisation_id, o.name AS organisation_name, o.region_id AS region_id,
  {VENDOR_OF.format(member="m.id")} AS vendor,
  (SELECT string_agg(g.role || ':' || g.scope || ':' || COALESCE(CAST(g.scope_id AS TEXT), ''), ' ')
     FROM role_grants g WHERE g.member_id = m.id AND g.since <= ? AND (g.until IS NULL OR g.until > ?)) AS grants,
  (SELECT string_agg(CAST(p.organisation_id AS TEXT) || ':' || p.role, ' ')
     FROM memberships p WHERE p.member_id = m.id AND p.state = 'active') AS memberships,
  (SELECT string_agg(CAST(q.platform_id AS TEXT), ' ') FROM member_platforms q WHERE q.member_id = m.id) AS platforms,
  {UNREAD_OF.format(member="m.id")} AS unread,
  (SELECT SUM({WAITING_IN.format(region="l.scope_id")}) FROM role_grants l WHERE l.member_id = m.id
     AND l.role = 'community_leader' AND l.scope = 'region' AND l.since <= ? AND (l.until IS NULL OR l.until > ?))
     AS waiting,
  EXISTS (SELECT 1 FROM masks) AS masked,
  EXISTS (SELECT 1 FROM legal_texts l WHERE l.id > m.legal_upto AND l.is_significant AND l.effective_on <= ?
    AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.member_id = m.id AND c.what = l.document AND c.value = 'accepted'
      AND c.version >= l.version)) AS must_accept
"""  # noqa: S608
# A token has no sign-in: it goes by whether its owner signs in where two steps are always asked for.
_DID_TWO_STEPS: Final = (
    "EXISTS (SELECT 1 FROM identity_links l JOIN identity_providers i ON i.id = l.provider_id WHERE "
    "l.member_id = m.id AND i.is_on AND i.two_steps = 'always') AS did_two_steps"
)
_BATCH: Final = 200


async def viewer_of_session(secret: str, address: str = "") -> Viewer | None:
    """Return the viewer of a live sign-in, who asks from this network address; or None."""
    at = now()
    found = await lookup(
        "SELECT s.id AS session_id, COALESCE(s.confirmed_at, s.created_at) AS confirmed_at, s.did_two_steps, "  # noqa: S608
        f"{_FIELDS} "
        f"FROM sessions s JOIN members m ON m.id = s.member_id "
        f"{MAIN_ORGANISATION} WHERE s.hash = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND m.state = 'active'",
        at, at, at, at, at.date(), hash_secret(secret), at,
    )  # fmt: skip
    return (await _viewers(found, address))[0] if found else None


async def viewer_of_token(secret: str, address: str = "") -> Viewer | None:
    """Return the viewer of a personal token in force, who asks from this network address; or None."""
    at = now()
    found = await lookup(
        f"SELECT NULL AS session_id, t.id AS token_id, {_DID_TWO_STEPS}, {_FIELDS} "  # noqa: S608
        "FROM tokens t JOIN members m ON m.id = t.member_id "
        f"{MAIN_ORGANISATION} WHERE t.hash = ? AND t.revoked_at IS NULL "
        "AND (t.expires_at IS NULL OR t.expires_at > ?) AND m.state = 'active'",
        at, at, at, at, at.date(), hash_secret(secret), at,
    )  # fmt: skip
    return (await _viewers(found, address))[0] if found else None


async def viewer_of_member(member_id: int) -> Viewer | None:
    """Return a member as the viewer they would be; for commands and letters."""
    at = now()
    found = await rows(
        f"SELECT NULL AS session_id, {_FIELDS} FROM members m {MAIN_ORGANISATION} WHERE m.id = ?",  # noqa: S608
        at, at, at, at, at.date(), member_id,
    )  # fmt: skip
    return (await _viewers(found))[0] if found else None


async def viewers_of_members(member_ids: Sequence[int]) -> list[Viewer]:
    """Return active members as the viewers they would be, a batch in one statement; for telling many people."""
    at = now()
    found: list[dict[str, Any]] = []
    for start in range(0, len(member_ids), _BATCH):
        some = member_ids[start : start + _BATCH]
        found += await rows(
            f"SELECT NULL AS session_id, {_FIELDS} FROM members m {MAIN_ORGANISATION} "  # noqa: S608
            f"WHERE m.id IN ({marks(some)}) AND m.state = 'active'",
            at, at, at, at, at.date(), *some,
        )  # fmt: skip
    return await _viewers(found)


async def _viewers(found: Sequence[dict[str, Any]], address: str = "") -> list[Viewer]:
    masks = await _masks([row["id"] for row in found]) if found and found[0]["masked"] else {}
    return [_viewer(row, masks.get(row["id"], {}), address) for row in found]


async def _masks(member_ids: Sequence[int]) -> Mapping[int, Mapping[str, int]]:
    """Return the masks of members by place; their owners stand in the table as keyed hashes only."""
    owners = {owner_key(member_id): member_id for member_id in member_ids}
    made: dict[int, dict[str, int]] = {}
    for start in range(0, len(member_ids), _BATCH):
        some = list(owners)[start : start + _BATCH]
        sql = f"SELECT owner, place, member_id FROM masks WHERE owner IN ({marks(some)})"  # noqa: S608
        for row in await lookup(sql, *some):
            made.setdefault(owners[row["owner"]], {})[row["place"]] = row["member_id"]
    return made


def _viewer(row: dict[str, Any], masks: Mapping[str, int], address: str) -> Viewer:
    grants = tuple(_grant(text) for text in (row["grants"] or "").split())
    places = [text.split(":") for text in (row["memberships"] or "").split()]
    audiences = {PUBLIC, *(f"org:{organisation}" for organisation, _ in places)}
    if places or grants:
        audiences.add(NETWORK)
    if row["region_id"]:
        audiences.add(f"region:{row['region_id']}")
    if grants:
        of_roles = Viewer(grants=grants)
        audiences |= {f"region:{region}" for region in of_roles.region_ids}
        audiences |= {STAFF} if of_roles.is_staff else set()
    return Viewer(
        id=row["id"],
        handle=row["handle"],
        name=row["name"],
        locale=row["locale"],
        timezone=row["timezone"],
        trust=row["trust"],
        session_id=row["session_id"],
        token_id=row.get("token_id"),
        grants=grants,
        organisation_id=row["organisation_id"],
        organisation_name=row["organisation_name"] or "",
        is_industry=bool(row["vendor"]),
        vendor=row["vendor"] or "",
        org_admin_of=frozenset(int(organisation) for organisation, role in places if role == "org_admin"),
        platform_ids=frozenset(int(text) for text in (row["platforms"] or "").split()),
        masks=masks,
        unread=row["unread"],
        waiting=int(row["waiting"] or 0),
        has_two_steps=bool(row["has_two_steps"]),
        has_passkeys=bool(row["has_passkeys"]),
        did_two_steps=bool(row.get("did_two_steps")),
        two_steps_asked_at=as_datetime(row["two_steps_asked_at"]),
        confirmed_at=as_datetime(row.get("confirmed_at")),
        must_accept=bool(row["must_accept"]),
        address=address,
        audiences=frozenset(audiences),
    )


def _grant(text: str) -> Grant:
    role, scope, scope_id = text.split(":")
    return Grant(role, scope, int(scope_id) if scope_id else None)
