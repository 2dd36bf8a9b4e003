"""Who was seen when: kept in memory and written by a chore, so that reading a page writes nothing."""

from datetime import datetime
from typing import Final

from base.clock import now
from members.viewer import Viewer

_sessions: Final[dict[int, datetime]] = {}
_tokens: Final[dict[int, datetime]] = {}


def saw(viewer: Viewer) -> None:
    """Remember that the viewer was here just now."""
    if viewer.session_id is not None:
        _sessions[viewer.session_id] = now()
    elif viewer.token_id is not None:
        _tokens[viewer.token_id] = now()


def take_seen() -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Return when sessions and tokens were last seen since the last time somebody asked, and forget it."""
    taken = dict(_sessions), dict(_tokens)
    _sessions.clear()
    _tokens.clear()
    return taken


def keep_seen(sessions: dict[int, datetime], tokens: dict[int, datetime]) -> None:
    """Remember what could not be written down, unless they were here again meanwhile."""
    for held, kept in ((_sessions, sessions), (_tokens, tokens)):
        for one, at in kept.items():
            held.setdefault(one, at)
