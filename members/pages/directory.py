"""What the two pages of the directory, organisations and people, have in common: views and their addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from base.web.address import address
from members.pages.likeness import Switch, switch, ways_out
from members.queries.directory import VIEWS
from members.queries.organisations import OrganisationsPage
from members.queries.people import PeoplePage
from members.uses import PURPOSES, STATUSES

_OF_LEDGERS: Final = ("platform", "status", "purpose", "country", "region", "type", "beds", "language", "like")
"""What the list of who uses what can be narrowed to as well."""


@dataclass(frozen=True, slots=True)
class Directory:
    """What templates/members/organisations.html and people.html show; addresses keep what was chosen.

    Two of them end where a value goes: `in_country` that of a country, `pager` the number of a page. `like` is one
    click to what is like ours and back; `looser` has the filters worth taking away, each with its address. A file
    (`csv_url`) there is of organisations alone.
    """

    found: OrganisationsPage | PeoplePage
    base: str
    view: str
    views: Mapping[str, str]
    like: Switch
    looser: tuple[tuple[str, int, str], ...]
    ledger_url: str
    csv_url: str
    in_country: str
    pager: str
    statuses: tuple[str, ...] = STATUSES
    purposes: tuple[str, ...] = PURPOSES


def directory(base: str, view: str, found: OrganisationsPage | PeoplePage) -> Directory:
    """Return what a page of the directory at this address shows."""
    chosen = dict(found.chosen)
    at = {} if view == "list" else {"view": view}
    elsewhere = {name: value for name, value in chosen.items() if name != "country"}
    return Directory(
        found=found,
        base=base,
        view=view,
        views={name: address(base, chosen | ({} if name == "list" else {"view": name})) for name in VIEWS},
        like=switch(base, found.like, chosen, at),
        looser=ways_out(base, found.looser, chosen, at),
        ledger_url=address("/who-uses-what", {name: chosen[name] for name in _OF_LEDGERS if name in chosen}),
        csv_url=address(f"{base}.csv", chosen),
        in_country=address(base, elsewhere | {"country": ""}),
        pager=address(base, chosen | at | {"page": ""}),
    )
