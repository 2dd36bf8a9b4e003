"""A thread names the practice that came out of it to those who may read that practice, and to nobody else."""

import httpx2

from base.db import transaction
from forum.models import Thread
from kb.actions.describe import Details, describe
from kb.actions.publish import Decided, publish
from kb.actions.retire import Reason, bring_back, retire
from kb.models import ArticleRevision
from kb.queries.facts import find
from tests import builders as make
from tests.kb.conftest import Scene

SECRET = "Governing sub-brand accounts"


async def _tells(client: httpx2.AsyncClient, thread: Thread) -> bool:
    told = [(await client.get(f"/t/{thread.id}{rest}")).text for rest in (f"-{thread.slug}", ".json")]
    told.append((await client.get(f"/api/v1/threads/{thread.id}")).text)
    assert all("How did you govern" in text for text in told)
    return any(SECRET in text or "governing-sub-brand" in text for text in told)


async def test_a_practice_for_the_network_is_not_named_to_visitors(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    assert await _tells(client, scene.thread)
    await describe(scene.editor, id_, Details(audience="network"))
    assert not await _tells(client, scene.thread)
    assert "Distilled" not in (await client.get("/questions")).text
    await retire(scene.editor, id_, Reason(reason="It is no longer so."))
    await bring_back(scene.editor, id_)
    assert not await _tells(client, scene.thread)
    await make.sign_in(client, scene.mara)
    assert await _tells(client, scene.thread)


async def test_an_audience_narrowed_while_somebody_approves_counts(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.in_review()
    found = await find(scene.reviewer, id_)
    await describe(scene.editor, id_, Details(audience="network"))
    async with transaction():
        revision = await ArticleRevision.get(id=found.revision_id)
        await publish(Decided(found=found, by_id=scene.tomasz.id, method="approved", verifies=True), revision)
    assert (await Thread.get(id=scene.thread.id)).article_id == id_
    assert not await _tells(client, scene.thread)


async def test_published_for_the_network_from_the_start(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.draft()
    await describe(scene.editor, id_, Details(audience="network"))
    await scene.publish(id_)
    assert (await Thread.get(id=scene.thread.id)).article_id == id_
    assert not await _tells(client, scene.thread)
    await make.sign_in(client, scene.ana)
    assert not await _tells(client, scene.thread), "Ana belongs to no organisation"
    await make.sign_in(client, await make.moderator())
    assert await _tells(client, scene.thread)
