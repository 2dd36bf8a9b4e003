"""Fill the site with the demonstration."""

from app.demo.articles import make_articles
from app.demo.collections import make_collections
from app.demo.ledger import Ledger, has_demo, is_empty
from app.demo.people import make_people, make_places, make_searches, make_subjects
from app.demo.threads import make_threads
from base.db import transaction

__all__ = ["fill_demo", "has_demo", "is_empty"]


async def fill_demo() -> dict[str, int]:
    """Make the demonstration, all of it or nothing; return how much of each kind was made."""
    ledger = Ledger()
    async with transaction():
        await make_places(ledger)
        await make_subjects(ledger)
        await make_people(ledger)
        await make_threads(ledger)
        await make_articles(ledger)
        await make_collections(ledger)
        await make_searches(ledger)
    return ledger.counts()
