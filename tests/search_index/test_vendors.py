"""Results say who sells something, also what the index has known for long."""

from pathlib import Path

import httpx2
import pytest

from app.wiring import SOURCES
from members.models import Member, Membership
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests import builders as make

pytestmark = pytest.mark.anyio


async def test_results_say_who_sells_something(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    clearpost = await make.organisation("Clearpost Planner", kind="industry", type="vendor")
    vera = await make.member("Vera Planner", at=clearpost)
    nora = await make.member("Nora Planner", at=await make.organisation("House"))
    thread = await make.thread("Which planner?", author=nora)
    await make.thread("A planner of ours", author=vera)
    await make.post(thread, "Our planner plans.", author=vera)
    await make.post(thread, "Some planner of ours.", author=nora)
    async with running(WhooshEngine(tmp_path / "index", memory_mb=32)):
        await rebuild(SOURCES)
        await make.sign_in(client, nora)

        async def labels() -> dict[str, str]:
            found = (await client.get("/api/v1/search?q=planner&group=0")).json()
            posts = (await client.get(f"/api/v1/search?q=planner&in={thread.id}")).json()
            hits = [*found["hits"], *posts["hits"]]
            return {f"{hit['kind']}:{hit['author'] or hit['title']}": hit["industry"] for hit in hits}

        told = await labels()
        assert told["organisation:Clearpost Planner"] == "Clearpost Planner"
        assert told["member:Vera Planner"] == "Clearpost Planner"
        assert told["post:Vera Planner"] == "Clearpost Planner"
        assert told["thread:Vera Planner"] == "Clearpost Planner"
        assert told["post:Nora Planner"] == told["member:Nora Planner"] == ""
        assert "Industry" in (await client.get(f"/search?q=planner&in={thread.id}")).text
        # The index is not told, and is right all the same.
        await Membership.filter(member_id=vera.id).update(state="left", main=False)
        told = await labels()
        assert told["post:Vera Planner"] == "Clearpost Planner"
        assert told["member:Vera Planner"] == ""
        await Member.filter(id=vera.id).update(state="gone")
        page = (await client.get(f"/search?q=planner&in={thread.id}")).text
        assert "Clearpost Planner" in page
        assert "Industry</span>" in page
