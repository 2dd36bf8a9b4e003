"""Organisations that ask to join: who is told of them, and what is known before somebody decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from base.settings import get
from base.text.slug import slugify
from members.models import Region
from members.places import countries, country_name, language_names
from members.rules import (
    OPEN_STATES,
    RequestFacts,
    check_has_desk,
    check_may_ask_to_join,
    may_decide_request,
    may_see_request,
    visible_requests,
)
from members.viewer import Viewer

REGION: Final = "CASE WHEN o.id IS NULL THEN q.region_id ELSE o.region_id END"
_FROM: Final = (
    "FROM organisation_requests q LEFT JOIN organisations o ON o.id = q.organisation_id "
    f"LEFT JOIN regions r ON r.id = {REGION} LEFT JOIN members a ON a.id = q.asked_by_id "
    "LEFT JOIN members d ON d.id = q.decided_by_id"
)
_COLUMNS: Final = f"""q.id, q.name, q.domain, q.why, q.state, q.note, q.noted_at, q.answer, q.answered_at, q.words,
  q.created_at, q.decided_at, q.asked_by_id, {REGION} AS region_id, COALESCE(o.kind, '') AS kind,
  COALESCE(o.type, '') AS type, COALESCE(o.country, '') AS country, COALESCE(o.languages, '') AS languages,
  COALESCE(o.website, '') AS website, o.slug AS slug, r.name AS region, r.slug AS region_slug, a.name AS asker,
  a.handle AS asker_handle, a.title AS asker_title, a.email AS asker_email, d.name AS decided_by"""


_OF_THE_NETWORK: Final = {"region": "", "region_slug": "", "decided_by": ""}


@dataclass(frozen=True, slots=True)
class Known:
    """The names of organisations that take part already: with the same name, and with the same mail domain."""

    by_name: str = ""
    by_domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request in a list."""

    id: int
    name: str
    kind: str
    type: str
    country: str
    region: str
    region_slug: str
    asker: str
    asker_handle: str
    state: str
    at: datetime | None
    asked_back: bool
    answered: bool

    @property
    def country_name(self) -> str:
        """Return the name of its country."""
        return country_name(self.country) if self.country else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before deciding: `what` names it, `about` is a name or domain, `good` speaks for it."""

    what: str
    about: str = ""
    good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFull(RequestRow):
    """A request with everything that was said; `domain` is what the asker says is its mail domain."""

    asker_title: str
    domain: str
    website: str
    languages: tuple[str, ...]
    why: str
    note: str
    noted_at: datetime | None
    answer: str
    answered_at: datetime | None
    words: str
    decided_by: str
    decided_at: datetime | None
    slug: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """What templates/members/organisation_request.html shows; findings only to who decides."""

    request: RequestFull
    findings: tuple[Finding, ...]
    decides: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """What templates/members/organisation_requests.html shows: those that wait, the oldest first."""

    requests: tuple[RequestRow, ...]
    page: Page


@dataclass(frozen=True, slots=True)
class JoiningPage:
    """What templates/members/join_organisation.html shows: the form, and what the viewer asked for before."""

    countries: tuple[tuple[str, str], ...]
    own: tuple[RequestRow, ...]


async def region_of_country(code: str) -> int | None:
    """Return the region that a country belongs to, none when no region has it."""
    for region in await Region.all().order_by("id").only("id", "countries"):
        if code in [one.strip() for one in region.countries.split(",")]:
            return int(region.id)
    return None


async def known_by(name: str, domain: str) -> Known:
    """Return which organisations that take part have this name, or this mail domain, in one statement."""
    is_open = one_of("o.state", OPEN_STATES)
    found = await rows(
        "SELECT o.name, 'name' AS what FROM organisations o "  # noqa: S608
        f"WHERE (o.slug = ? OR LOWER(o.name) = LOWER(?)) AND {is_open.sql} "
        "UNION ALL SELECT o.name, 'domain' FROM organisation_domains n "
        "JOIN organisations o ON o.id = n.organisation_id "
        f"WHERE n.domain = ? AND n.verified_at IS NOT NULL AND {is_open.sql}",
        slugify(name, 70, empty="organisation"), name, *is_open.values, domain, *is_open.values,
    )  # fmt: skip
    by = {row["what"]: row["name"] for row in found}
    return Known(by.get("name", ""), by.get("domain", ""))


async def request_facts(request_id: int) -> tuple[RequestFacts, int]:
    """Return what rules need to know of a request, and the number of its organisation, 0 when that is gone."""
    found = await rows(
        f"SELECT q.id, q.state, q.asked_by_id, q.organisation_id, {REGION} AS region_id "  # noqa: S608
        "FROM organisation_requests q LEFT JOIN organisations o ON o.id = q.organisation_id WHERE q.id = ?",
        request_id,
    )
    if not found:
        raise Missing("There is no such request.")
    return _facts(found[0]), found[0]["organisation_id"] or 0


def _facts(row: Mapping[str, Any]) -> RequestFacts:
    return RequestFacts(id=row["id"], asked_by=row["asked_by_id"], region_id=row["region_id"], state=row["state"])


async def settled_words(request_id: int) -> str:
    """Say who settled a request, for somebody who is too late."""
    row = (await rows(f"SELECT q.state, d.name {_FROM} WHERE q.id = ?", request_id))[0]
    if row["state"] == "withdrawn":
        return "Who asked has withdrawn this request."
    return f"{row['name'] or 'Somebody else'} has {row['state']} this request already."


async def requests_page(viewer: Viewer, number: int = 1) -> RequestsPage:
    """Return the requests that wait for the viewer, in two statements."""
    check_has_desk(viewer)
    seen = Condition("q.state = 'waiting'") & visible_requests(viewer)
    total = (await rows(f"SELECT COUNT(*) AS n {_FROM} WHERE {seen.sql}", *seen.values))[0]["n"]
    page = Page(number, get().page_size, int(total))
    return RequestsPage(await request_rows(seen, page.size, page.offset), page)


async def request_rows(which: Condition, limit: int, offset: int = 0) -> tuple[RequestRow, ...]:
    """Return requests (`q`, with their organisation `o`), the oldest first."""
    found = await rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE {which.sql} ORDER BY q.created_at, q.id LIMIT ? OFFSET ?",
        *which.values, limit, offset,
    )  # fmt: skip
    return tuple(RequestRow(**_short(row)) for row in found)


async def joining_page(viewer: Viewer, *, sees_nothing: bool = False) -> JoiningPage:
    """Return what the form needs, and the latest requests of the viewer; a visitor sees what it is about.

    With `sees_nothing`, at the door of a private site, no region stands there.
    """
    names = tuple(countries().items())
    if not viewer.is_member:
        return JoiningPage(names, ())
    own = Condition("q.asked_by_id = ?", (viewer.member_id,))
    found = await rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE {own.sql} ORDER BY q.id DESC LIMIT 10",
        *own.values,
    )
    hidden = _OF_THE_NETWORK if sees_nothing else {}
    return JoiningPage(names, tuple(RequestRow(**_short({**row, **hidden})) for row in found))


async def request_page(viewer: Viewer, request_id: int, *, sees_nothing: bool = False) -> RequestPage:
    """Return one request to who asked, and with what speaks for and against it to who decides.

    With `sees_nothing`, at the door of a private site, neither a region nor who decided stands there.
    """
    check_may_ask_to_join(viewer)
    found = await rows(f"SELECT {_COLUMNS} {_FROM} WHERE q.id = ?", request_id)
    if not found or not may_see_request(viewer, _facts(found[0])):
        raise Missing("There is no such request.")
    row, facts = {**found[0], **(_OF_THE_NETWORK if sees_nothing else {})}, _facts(found[0])
    decides = may_decide_request(viewer, facts) and facts.state == "waiting"
    findings = await _findings(row) if decides else ()
    return RequestPage(RequestFull(**_short(row), **_more(row)), findings, decides, viewer.id == facts.asked_by)


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("region", "region_slug", "asker", "asker_handle")
    noted, answered = as_datetime(row["noted_at"]), as_datetime(row["answered_at"])
    return {name: row[name] for name in ("id", "name", "kind", "type", "country", "state")} | {
        **{name: row[name] or "" for name in names},
        "at": as_datetime(row["created_at"]),
        "asked_back": noted is not None,
        "answered": noted is not None and answered is not None and answered >= noted,
    }


def _more(row: Mapping[str, Any]) -> dict[str, Any]:
    words = ("asker_title", "domain", "website", "why", "note", "answer", "words", "decided_by", "slug")
    moments = ("noted_at", "answered_at", "decided_at")
    return {name: row[name] or "" for name in words} | {
        **{name: as_datetime(row[name]) for name in moments},
        "languages": tuple(language_names(row["languages"])),
    }


async def _findings(row: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what speaks for a request and what is open: its domain, its website, its name, its region."""
    domain, at = row["domain"], (row["asker_email"] or "").rpartition("@")[2]
    host = (urlsplit(row["website"]).hostname or "").removeprefix("www.")
    found = [Finding("no_domain", at) if not domain else Finding("matches", domain, good=True)]
    if domain and not _is_in(at, domain):
        found = [Finding("differs", at)]
    if domain:
        found.append(Finding("unproven", domain))
    if domain and host:
        found.append(
            Finding("site_matches", host, good=True) if _is_in(host, domain) else Finding("site_differs", host)
        )
    return (*found, *await _alike(row), *(() if row["region_id"] else (Finding("no_region"),)))


def _is_in(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


async def _alike(row: Mapping[str, Any]) -> list[Finding]:
    """Return who has the same name or mail domain: organisations in any state, and others that ask."""
    found = await rows(
        "SELECT 'known' AS what, o.name FROM organisations o WHERE o.state <> 'pending' "
        "AND (o.slug = ? OR LOWER(o.name) = LOWER(?)) UNION ALL SELECT 'taken', o.name FROM organisation_domains n "
        "JOIN organisations o ON o.id = n.organisation_id WHERE n.domain = ? UNION ALL SELECT 'asked', q.name "
        "FROM organisation_requests q WHERE q.state = 'waiting' AND q.id <> ? AND (LOWER(q.name) = LOWER(?) "
        "OR (q.domain <> '' AND q.domain = ?)) LIMIT 10",
        slugify(row["name"], 70, empty="organisation"), row["name"], row["domain"], row["id"], row["name"],
        row["domain"],
    )  # fmt: skip
    return [Finding(one["what"], one["name"]) for one in found]
