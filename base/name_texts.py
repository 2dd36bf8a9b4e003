"""Ask the DNS for the texts (TXT records) at a name, for a bounded time."""

from functools import partial
from typing import TYPE_CHECKING, Final

import anyio.to_thread

if TYPE_CHECKING:  # a few MB that wait until somebody asks
    from dns.resolver import Resolver

SECONDS: Final = 5.0
_MOST: Final = 50
_LONGEST: Final = 500


class NoAnswer(Exception):
    """The DNS could not be asked, or did not answer in time: this says nothing about the name."""


async def texts_at(name: str, *, seconds: float = SECONDS) -> tuple[str, ...]:
    """Return the texts at a name, none where there are none; raises NoAnswer."""
    return await anyio.to_thread.run_sync(partial(_ask, name, seconds))


def _resolver() -> "Resolver":
    from dns.resolver import Resolver

    return Resolver()


def _ask(name: str, seconds: float) -> tuple[str, ...]:
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN
    from dns.resolver import NoAnswer as NoText

    try:
        found = _resolver().resolve(name, "TXT", lifetime=seconds, search=False)
    except (NXDOMAIN, NoText):
        return ()
    except (DNSException, OSError, ValueError) as error:
        raise NoAnswer(str(error)) from None
    texts = (b"".join(one.strings)[:_LONGEST].decode("utf-8", errors="replace").strip() for one in list(found)[:_MOST])
    return tuple(texts)
