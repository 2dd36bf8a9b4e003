"""Who joins, and who is told of anything, where a site is not open to everybody."""

from datetime import datetime

from base.condition import ALWAYS, Condition
from base.errors import Refused


def may_join(joining: str) -> bool:
    """Say whether anybody with an address may register by themselves."""
    return joining == "open"


def check_may_join(joining: str) -> None:
    """Raise Refused unless people may register without an invitation."""
    if not may_join(joining):
        raise Refused("Joining here takes an invitation. A colleague whose organisation takes part can send you one.")


def listed_to_be_told(private: bool, at: datetime, alias: str = "m") -> Condition:
    """Return who may be told of what others write: on a private site nobody but who belongs to the network."""
    if not private:
        return ALWAYS
    return Condition(
        f"(EXISTS (SELECT 1 FROM memberships p WHERE p.member_id = {alias}.id AND p.state = 'active') OR EXISTS "  # noqa: S608
        f"(SELECT 1 FROM role_grants g WHERE g.member_id = {alias}.id AND g.since <= ? "
        "AND (g.until IS NULL OR g.until > ?)))",
        (at, at),
    )
