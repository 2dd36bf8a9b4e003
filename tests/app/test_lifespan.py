"""A site from its start to its end: it works by itself, and forgets nothing when it closes."""

import asyncio
from pathlib import Path

import pytest

from app.create import create_app
from base import db
from base.db import rows, transaction
from base.journal import record
from base.journal.models import Delivery
from search_index import searches
from tests.site import settings_for

pytestmark = pytest.mark.anyio


async def test_it_delivers_while_it_runs_and_writes_down_what_it_holds(database_url: str, tmp_path: Path) -> None:
    settings_for(tmp_path, database_url)
    app = create_app()
    before = asyncio.all_tasks()
    async with app.router.lifespan_context(app):
        async with transaction():
            await record("member.joined", actor_id=None, subject_id=1)
        async with asyncio.timeout(20):
            while await Delivery.all().exists():
                await asyncio.sleep(0.02)
        searches.note("surgical masks", 3)
        searches.opened("surgical masks")
    assert asyncio.all_tasks() == before, "nothing goes on after the end"
    await db.connect(database_url)
    try:
        found = await rows("SELECT query, searches, total, clicks FROM search_log WHERE query = 'surgical masks'")
        assert found == [{"query": "surgical masks", "searches": 1, "total": 3, "clicks": 1}]
    finally:
        await db.close()
