"""Fill the site with the demonstration."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.demo.articles import make_articles
from app.demo.collections import make_collections
from app.demo.ledger import PARTS, SYSTEM, Ledger
from app.demo.people import make_people, make_places, make_requests, make_searches, make_subjects
from app.demo.threads import make_threads
from app.demo.uses import make_uses
from base.db import execute, transaction

_PARTS: Final[tuple[Callable[[Ledger], Awaitable[None]], ...]] = (
    make_places, make_subjects, make_people, make_requests, make_uses, make_threads, make_articles, make_collections,
    make_searches,
)  # fmt: skip
assert len(_PARTS) == PARTS


async def fill_demo(*, sign_ins: bool = True, step: Callable[[int], object] = lambda done: None) -> dict[str, int]:
    """Make the demonstration, all of it or nothing; return how much of each kind was made.

    Without `sign_ins` nobody of it can sign in or holds a role: samples on a site that others can reach.
    """
    ledger = Ledger()
    async with transaction():
        for number, make in enumerate(_PARTS):
            step(number)
            await make(ledger)
        if not sign_ins:
            people = "(SELECT subject_id FROM origins WHERE system = ? AND kind = 'people')"
            await execute(f"UPDATE members SET password_hash = '', email = NULL WHERE id IN {people}", SYSTEM)  # noqa: S608
            await execute(f"DELETE FROM role_grants WHERE member_id IN {people}", SYSTEM)  # noqa: S608
    step(PARTS)
    return ledger.counts()
