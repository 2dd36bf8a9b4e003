"""When and where something was done to an account, as its letters tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from members.devices import network_of
from members.models import Session


@dataclass(frozen=True, slots=True)
class Where:
    """The moment on the member's own clock; the device and its network, empty where nobody was signed in."""

    moment: str
    device: str = ""
    network: str = ""


async def where(at: datetime, data: Mapping[str, Any], timezone: str) -> Where:
    """Return when something happened, and in which sign-in, if the journal says so."""
    moment = _moment(at, timezone)
    session = await Session.get_or_none(id=data["session"]) if data.get("session") else None
    if session is None:
        return Where(moment)
    return Where(moment, session.device or "Unknown device", network_of(session.address))


def _moment(at: datetime, timezone: str) -> str:
    try:
        local, name = at.astimezone(ZoneInfo(timezone)), timezone
    except (ZoneInfoNotFoundError, ValueError):
        local, name = at, "UTC"
    return f"{local.day} {local:%b %Y, %H:%M} ({name})"
