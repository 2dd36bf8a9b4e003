"""Who can be chosen as readers of a thread, and its regions, in words."""

from dataclasses import dataclass
from typing import Final

from base.db import marks, rows

_WORDS: Final = {
    "public": ("Everybody", "Anybody on the web can read it, find it and quote it."),
    "network": ("The network", "Only people of the network’s organisations, when they are signed in."),
    "staff": ("Staff of this site", "Only editors, moderators and administrators."),
}


@dataclass(frozen=True, slots=True)
class Readers:
    """An audience in words: its name, and who that is."""

    value: str
    name: str
    who: str


async def readers(audiences: tuple[str, ...]) -> tuple[Readers, ...]:
    """Return audiences in words, in their order; a group that is not there any more is left out."""
    groups = [one for one in audiences if one not in _WORDS]
    named: dict[str, str] = {}
    if groups:
        found = await rows(
            "SELECT z.audience, z.name FROM (SELECT 'org:' || id AS audience, name FROM organisations "  # noqa: S608
            f"UNION ALL SELECT 'region:' || id, name FROM regions) z WHERE z.audience IN ({marks(groups)})",
            *groups,
        )
        named = {row["audience"]: row["name"] for row in found}
    return tuple(
        Readers(one, *_WORDS[one]) if one in _WORDS else Readers(one, named[one], f"Only people of {named[one]}.")
        for one in dict.fromkeys(audiences)
        if one in _WORDS or one in named
    )


async def region_names(ids: frozenset[int] | None = None) -> tuple[tuple[int, str], ...]:
    """Return the regions by name; only these, if any are given."""
    found = await rows("SELECT id, name FROM regions ORDER BY name")
    return tuple((row["id"], row["name"]) for row in found if ids is None or row["id"] in ids)
