"""The settings of the page, as they are kept in the database and come into force in every process."""

import json
from typing import Any, Final

from tortoise.exceptions import OperationalError

from app.changeable import CHANGEABLE, SECRETS
from base import settings
from base.db import rows
from base.log import configure, logger
from base.sealing import Unreadable, seal, unseal

_PURPOSE: Final = "settings"
_seen: Final[dict[str, list[tuple[str, str]]]] = {}
LOOK_SECONDS: Final = 1.0


def as_kept(name: str, value: Any) -> str:
    """Return a value as it is kept."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return seal(_PURPOSE, text) if name in SECRETS else text


def _read(name: str, text: str) -> Any:
    return json.loads(unseal(_PURPOSE, text) if name in SECRETS else text)


async def look_at_settings() -> None:
    """Bring what the page says into force, if it differs from what was seen last; a chore of every process."""
    found = await rows("SELECT name, value FROM site_settings WHERE value IS NOT NULL ORDER BY name")
    seen = [(str(row["name"]), str(row["value"])) for row in found]
    place = settings.get().database
    if _seen.get(place) == seen and settings.lies_under():
        return
    kept: dict[str, Any] = {}
    for name, text in seen:
        try:
            if name in CHANGEABLE:
                kept[name] = _read(name, text)
        except Unreadable:
            logger("settings").warning("sealed with another secret.key: please set it again", setting=name)
    before = settings.get()
    for name, why in settings.lay_under(kept).items():
        logger("settings").warning("does not fit any more and is left out", setting=name, why=why)
    _seen.clear()
    _seen[place] = seen
    now = settings.get()
    if (before.log_level, before.log_json) != (now.log_level, now.log_json):
        configure(now.log_level, as_json=now.log_json)


async def bring_in_settings() -> None:
    """Do the same where the tables may still be those of an older version, as for some commands."""
    try:
        await look_at_settings()
    except OperationalError as error:
        logger("settings").debug("no settings of the page yet", why=str(error))
