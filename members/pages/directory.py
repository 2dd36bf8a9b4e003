"""What the two pages of the directory, organisations and people, have in common: views and their addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from members.queries.directory import VIEWS
from members.queries.organisations import OrganisationsPage
from members.queries.people import PeoplePage
from members.uses import STATUSES

_OF_LEDGERS: Final = ("platform", "status", "country", "region", "type", "beds", "language")
"""What the list of who uses what can be narrowed to as well."""


@dataclass(frozen=True, slots=True)
class Directory:
    """What templates/members/organisations.html and people.html show; addresses keep what was chosen.

    Two of them end where a value goes: `in_country` that of a country, `pager` the number of a page.
    """

    found: OrganisationsPage | PeoplePage
    base: str
    view: str
    views: Mapping[str, str]
    ours_url: str
    ledger_url: str
    in_country: str
    pager: str
    statuses: tuple[str, ...] = STATUSES


def directory(base: str, view: str, found: OrganisationsPage | PeoplePage) -> Directory:
    """Return what a page of the directory at this address shows."""
    chosen = dict(found.chosen)
    at = {} if view == "list" else {"view": view}
    elsewhere = {name: value for name, value in chosen.items() if name != "country"}
    return Directory(
        found=found,
        base=base,
        view=view,
        views={name: _to(base, chosen | ({} if name == "list" else {"view": name})) for name in VIEWS},
        ours_url=_to(base, chosen | dict(found.ours) | at) if found.ours.items() - chosen.items() else "",
        ledger_url=_to("/who-uses-what", {name: chosen[name] for name in _OF_LEDGERS if name in chosen}),
        in_country=_to(base, elsewhere | {"country": ""}),
        pager=_to(base, chosen | at | {"page": ""}),
    )


def _to(base: str, given: Mapping[str, str]) -> str:
    return f"{base}?{urlencode(given)}" if given else base
