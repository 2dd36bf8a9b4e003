"""Let people go whose time has come, and leave nothing of them in the index."""

import asyncio
from typing import Final

from app.leaving.letters import take_letters_back
from app.leaving.texts import rewrite_texts
from app.wiring import SOURCES
from base.db import dialect
from members.actions import let_go as departures
from search_index.engine import Unavailable, current
from search_index.keep_up import rebuild

_OTHERS_SEE_IT: Final = 5.0


async def let_go() -> int:
    """Begin and go on with departures; after one, make a fresh index, for an old one keeps words. A chore."""
    done = await departures.let_go()
    leavers = await departures.swept()
    if leavers:
        try:
            await rebuild(SOURCES)
            # The other processes see within some seconds that there is another one, and let go of the one before.
            await asyncio.sleep(_OTHERS_SEE_IT if dialect() == "postgres" else 0)
            await current().forget_before()
        except Unavailable:
            return done  # another server rebuilds it: the next round looks again
        for leaver in leavers:  # what was being written while they went
            await rewrite_texts(leaver)
            await take_letters_back(leaver)
        await departures.end(leavers)
    return done
