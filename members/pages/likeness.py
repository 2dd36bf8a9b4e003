"""What lists that can be narrowed to organisations like ours have in common: addresses, and reasons in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from base.web.address import address
from members.places import TYPE_WORDS
from members.queries.likeness import MAIN, Alike, Like, Ours
from members.queries.loosened import Looser


@dataclass(frozen=True, slots=True)
class Switch:
    """One click to what is like ours, for who belongs somewhere, and back; an address is empty where one is already.

    `values` are the viewer's organisations as the filter offers them: pairs of value and name.
    """

    ours: Ours | None
    refused: str
    values: tuple[tuple[str, str], ...]
    on_url: str
    off_url: str


def switch(path: str, like: Like, chosen: Mapping[str, str], more: Mapping[str, str]) -> Switch:
    """Return the switch of a list at this address, which keeps what else was chosen."""
    elsewhere = {name: value for name, value in chosen.items() if name != "like"}
    return Switch(
        ours=like.ours,
        refused=like.refused,
        values=tuple((one.slug if place else MAIN, one.name) for place, one in enumerate(like.offered)),
        on_url="" if like.ours else address(path, elsewhere | {"like": MAIN} | dict(more)),
        off_url=address(path, elsewhere | dict(more)) if like.ours else "",
    )


def ways_out(
    path: str, looser: Iterable[Looser], chosen: Mapping[str, str], more: Mapping[str, str]
) -> tuple[tuple[str, int, str], ...]:
    """Return the name of each filter that is worth taking away, how many there are without it, and their address."""
    return tuple(
        (one.name, one.total, address(path, {name: chosen[name] for name in chosen if name != one.name} | dict(more)))
        for one in looser
    )


def in_words(alike: Alike | None) -> str:
    """Return for a file why an organisation is like ours; pages say it in the reader's language."""
    if alike is None:
        return ""
    band = f"{alike.beds} beds" if alike.beds else f"{alike.staff} staff"
    parts = (
        f"same type ({TYPE_WORDS.get(alike.type, alike.type).lower()})" if alike.type else "",
        f"{alike.size} size ({band})" if alike.size else "",
        f"same {alike.place} ({alike.where})" if alike.place else "",
        f"also works in {' and '.join(alike.languages)}" if alike.languages else "",
    )
    return ", ".join(part for part in parts if part)
