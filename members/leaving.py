"""Who leaves, and what every feature does then; members/ knows only its own tables, app/wiring.py puts all together."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Final

from base.sealing import seal, unseal
from base.signing import blurred

FORMER: Final = "Former member"
ERASE: Final = "erase"
WITHDRAW: Final = "withdraw"
_PURPOSE: Final = "departures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Somebody whose traces are removed: `masks` are the rows behind which they wrote, the rest is what they were.

    `attribution` is how they agreed to stay named in practices: empty, their name, or their organisation. `others` are
    addresses that providers gave of them, beside their own.
    """

    member_id: int
    kind: str
    handle: str
    now_handle: str
    name: str
    email: str
    masks: tuple[int, ...] = ()
    attribution: str = ""
    others: tuple[str, ...] = ()

    @property
    def withdraws(self) -> bool:
        """Say whether what they wrote goes, too."""
        return self.kind == WITHDRAW

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every address that was theirs."""
        return tuple(one for one in (self.email, *self.others) if one)

    @property
    def ids(self) -> tuple[int, ...]:
        """Return every row of members that was them."""
        return (self.member_id, *self.masks)


Step = Callable[[Leaver], Awaitable[None]]
STEPS: Final[list[Step]] = []
"""What is done, in this order. A step may be done again after it was broken off, and does no more then."""


def sealed(leaver: Leaver) -> str:
    """Return who somebody was, to be read by this site alone until their traces are gone."""
    return seal(_PURPOSE, json.dumps(asdict(leaver)))


def unsealed(text: str) -> Leaver:
    """Return who somebody was; raises base.sealing.Unreadable when the secret is another one."""
    told = json.loads(unseal(_PURPOSE, text))
    return Leaver(**{**told, "masks": tuple(told["masks"]), "others": tuple(told.get("others", ()))})


def handle_key(handle: str) -> str:
    """Return the keyed hash under which a handle is kept that nobody gets again."""
    return blurred("retired-handle", handle.lower())
