"""Who might help with a question, and why: what they work with, what their organisation does, what they answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from base.clock import now
from base.condition import one_of
from base.db import as_datetime, marks, rows
from forum.queries.interested import who_may_see
from forum.queries.moving import Whole, whole
from forum.rules import check_may_ask_people, listed_threads
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.vendors import VENDOR_OF
from members.rules import OPEN_STATES, readable_part
from members.viewer import Viewer

MOST_AT_ONCE: Final = 5
MOST_FOR_ONE: Final = 15
"""How many may be asked to help with one question in all."""
_SHOWN: Final = 20
_CANDIDATES: Final = 150
_REASONS: Final = 3
_LATELY: Final = timedelta(days=14)
_WEIGHTS: Final[Mapping[str, int]] = {"works": 3, "using": 2, "tried_stopped": 2, "planning": 1, "answered": 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody might help: `kind` is works, using, planning, tried_stopped (their organisation) or answered."""

    kind: str
    about: str
    since: str = ""
    until: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """Somebody who might help; `lately` is how often they were asked in the last two weeks."""

    id: int
    handle: str
    name: str
    title: str
    organisation: str
    is_vendor: bool
    industry: str
    lately: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked already; `answered` says that they wrote into the thread since."""

    handle: str
    name: str
    at: datetime | None
    answered: bool


@dataclass(frozen=True, slots=True)
class SuggestedPage:
    """What templates/forum/suggest_people.html shows."""

    thread: Whole
    helpers: tuple[Helper, ...]
    asked: tuple[Asked, ...]
    most: int


async def suggested_page(viewer: Viewer, thread_id: int) -> SuggestedPage:
    """Return who might help with a question, for who looks after it, in a fixed number of statements."""
    thread = await whole(thread_id)
    check_may_ask_people(viewer, thread.facts)
    asked = await _asked(thread_id)
    return SuggestedPage(
        thread, await helpers(viewer, thread), asked, max(0, min(MOST_AT_ONCE, MOST_FOR_ONE - len(asked)))
    )


async def helpers(viewer: Viewer, thread: Whole) -> tuple[Helper, ...]:
    """Return who might help and may see the question, the best first; nobody who was asked, answered or does not want.

    Whoever asks behind a mask is among them like everybody: who is missing would be known. So nothing here depends on
    who was told of the question by itself.
    """
    found: dict[int, dict[tuple[str, str], Reason]] = {}
    for row in await _candidates(viewer, thread):
        reason = Reason(row["what"], row["about"], row["since"], row["until"], int(row["n"]))
        found.setdefault(row["id"], {}).setdefault((reason.kind, reason.about), reason)
    reasons = {id_: _best(list(known.values())) for id_, known in found.items()}
    first = sorted(reasons, key=lambda id_: (-_weight(reasons[id_]), id_))[:_CANDIDATES]
    seeing = await who_may_see(first, thread.facts)
    shown = [id_ for id_ in first if id_ in seeing]
    people = await _people(shown)
    made = [Helper(**people[id_], reasons=reasons[id_][:_REASONS]) for id_ in shown if id_ in people]
    return tuple(sorted(made, key=lambda one: (-_weight(one.reasons) + 2 * one.lately, one.id))[:_SHOWN])


def _best(reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda one: (-_WEIGHTS[one.kind], -one.count, one.about)))


def _weight(reasons: tuple[Reason, ...]) -> int:
    return sum(_WEIGHTS[one.kind] for one in reasons[:_REASONS])


async def _candidates(viewer: Viewer, thread: Whole) -> list[dict[str, Any]]:
    """Return people with a reason each; of each sort those who were here last."""
    seen, is_open = listed_threads(viewer), one_of("o.state", OPEN_STATES)
    told = readable_part(viewer, "platforms")  # what may not be read is no reason, either
    can = (
        "m.state = 'active' AND m.id NOT IN (?, ?) AND NOT EXISTS (SELECT 1 FROM question_asks k WHERE k.thread_id = ? "
        "AND k.member_id = m.id) AND NOT EXISTS (SELECT 1 FROM posts b WHERE b.thread_id = ? AND b.author_id = m.id) "
        "AND NOT EXISTS (SELECT 1 FROM notice_switches h WHERE h.member_id = m.id AND h.because = 'asked')"
    )
    who = (thread.facts.author_id, viewer.member_id, thread.id, thread.id)
    last = "ORDER BY COALESCE(m.last_seen_at, m.created_at) DESC, m.id LIMIT ?"
    alike = (
        "(EXISTS (SELECT 1 FROM thread_platforms x JOIN thread_platforms y ON y.platform_id = x.platform_id "
        "WHERE x.thread_id = t.id AND y.thread_id = ?) OR EXISTS (SELECT 1 FROM thread_tags x JOIN thread_tags y "
        "ON y.tag_id = x.tag_id WHERE x.thread_id = t.id AND y.thread_id = ?))"
    )
    return await rows(
        "SELECT * FROM (SELECT m.id, 'works' AS what, f.name AS about, '' AS since, '' AS until, 0 AS n "  # noqa: S608
        "FROM thread_platforms y JOIN member_platforms x ON x.platform_id = y.platform_id "
        f"JOIN platforms f ON f.id = y.platform_id JOIN members m ON m.id = x.member_id WHERE y.thread_id = ? "
        f"AND ({told.sql}) AND {can} {last}) w "
        "UNION ALL SELECT * FROM (SELECT m.id, u.status, f.name, u.since, u.until, 0 "
        "FROM thread_platforms y JOIN platform_uses u ON u.platform_id = y.platform_id "
        f"JOIN platforms f ON f.id = y.platform_id JOIN organisations o ON o.id = u.organisation_id AND {is_open.sql} "
        "JOIN memberships s ON s.organisation_id = o.id AND s.state = 'active' JOIN members m ON m.id = s.member_id "
        f"WHERE y.thread_id = ? AND {can} {last}) l UNION ALL SELECT * FROM (SELECT m.id, 'answered', '', '', '', "
        "COUNT(*) AS n FROM threads t JOIN posts p ON p.thread_id = t.id AND p.kind = 'answer' "
        "AND p.state = 'published' JOIN members m ON m.id = p.author_id "
        f"WHERE t.id <> ? AND {alike} AND {seen.sql} AND {can} GROUP BY m.id ORDER BY COUNT(*) DESC, m.id LIMIT ?) a",
        thread.id, *told.values, *who, _CANDIDATES, *is_open.values, thread.id, *who, _CANDIDATES,
        thread.id, thread.id, thread.id, *seen.values, *who, _CANDIDATES,
    )  # fmt: skip


async def _people(ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    found = await rows(
        "SELECT m.id, m.handle, m.name, m.title, o.name AS organisation, "  # noqa: S608
        f"{VENDOR_OF.format(member='m.id')} AS vendor, "
        "(SELECT COUNT(*) FROM question_asks k WHERE k.member_id = m.id AND k.at > ?) AS lately "
        f"FROM members m {MAIN_ORGANISATION} WHERE m.id IN ({marks(ids)})",
        now() - _LATELY, *ids,
    )  # fmt: skip
    names = ("id", "handle", "name", "title")
    return {
        row["id"]: {name: row[name] for name in names}
        | {
            "organisation": row["organisation"] or "",
            "is_vendor": bool(row["vendor"]),
            "industry": row["vendor"] or "",
            "lately": int(row["lately"]),
        }
        for row in found
    }


async def _asked(thread_id: int) -> tuple[Asked, ...]:
    found = await rows(
        "SELECT m.handle, m.name, k.at, EXISTS (SELECT 1 FROM posts p WHERE p.thread_id = k.thread_id "
        "AND p.author_id = m.id AND p.state = 'published') AS answered "
        "FROM question_asks k JOIN members m ON m.id = k.member_id WHERE k.thread_id = ? ORDER BY k.at, k.id",
        thread_id,
    )
    return tuple(Asked(row["handle"], row["name"], as_datetime(row["at"]), bool(row["answered"])) for row in found)
