"""Who is told for an organisation that uses an article: its administrators, or else who recorded that it does."""

from collections.abc import Collection
from typing import Final

from base.clock import now
from base.db import rows
from base.journal.models import Entry
from base.text.excerpt import excerpt
from kb.notices.telling import tell_those
from kb.queries.facts import Found

_DOES: Final = {"planning": "plans to use", "trying": "is trying"}
_LONGEST_NAME: Final = 80

# Whoever speaks for an organisation: 0 administrates it, 1 recorded what stands, 2 recorded something before.
_SPEAKERS: Final = """SELECT d.organisation_id, o.name, d.state, m.id AS member_id,
  CASE WHEN s.role = 'org_admin' THEN 0 WHEN m.id = d.by_id THEN 1 ELSE 2 END AS place,
  (SELECT MAX(c.at) FROM adoption_changes c WHERE c.article_id = d.article_id
     AND c.organisation_id = d.organisation_id AND c.by_id = m.id AND c.standing = 'recorded') AS said
FROM adoptions d JOIN organisations o ON o.id = d.organisation_id
JOIN memberships s ON s.organisation_id = d.organisation_id AND s.state = 'active' AND s.since <= ?
  AND (s.until IS NULL OR s.until > ?)
JOIN members m ON m.id = s.member_id AND m.state = 'active'
WHERE d.article_id = ? AND d.state NOT IN ('stopped', 'not_for_us')
  AND (s.role = 'org_admin' OR m.id = d.by_id OR EXISTS (SELECT 1 FROM adoption_changes c
    WHERE c.article_id = d.article_id AND c.organisation_id = d.organisation_id AND c.by_id = m.id
      AND c.standing = 'recorded'))
ORDER BY o.name, d.organisation_id, place, said DESC, m.id"""


async def tell_users(entry: Entry, article: Found, text: str, told: Collection[int | None]) -> None:
    """Tell each organisation that uses an article, naming it; nobody twice, and nobody who was told otherwise."""
    people: dict[int, list[str]] = {}
    for member_id, reason in await _speakers(article.id):
        if member_id not in told:
            people.setdefault(member_id, []).append(reason)
    same: dict[str, set[int]] = {}
    for member_id, reasons in people.items():
        same.setdefault(_joined(reasons), set()).add(member_id)
    for reason, some in same.items():
        await tell_those(entry, article, some, reason, kind="article", because="uses", text=text)


async def _speakers(article_id: int) -> list[tuple[int, str]]:
    """Return who is to be told, each with the reason: all administrators, or the first of those who recorded."""
    at = now()
    speakers: list[tuple[int, str]] = []
    places: dict[int, int] = {}
    for row in await rows(_SPEAKERS, at, at, article_id):
        known, organisation = row["organisation_id"] in places, row["organisation_id"]
        # The best stand first: beside an administrator only another one, beside anybody else nobody.
        if known and (places[organisation] or row["place"]):
            continue
        places[organisation] = row["place"]
        does = _DOES.get(row["state"], "uses")
        speakers.append((row["member_id"], f"{excerpt(row['name'], _LONGEST_NAME)} {does} this practice."))
    return speakers


def _joined(reasons: list[str]) -> str:
    """Name the first organisation of somebody who speaks for several, and say how many more there are."""
    if len(reasons) == 1:
        return reasons[0]
    return f"{reasons[0].removesuffix('.')}, and {_others(len(reasons) - 1)}."


def _others(number: int) -> str:
    return "so does another of your organisations" if number == 1 else f"so do {number} others of your organisations"
