"""A practice that rests on what somebody wrote without their name never names them."""

import httpx2
import pytest

from base.db import transaction
from base.journal.deliver import deliver_all
from forum.models import Post, Thread
from kb.models import Contributor
from members.actions.wear_mask import Identity, keep_mask, make_face
from members.models import Notice
from members.queries.mask_levels import Levels, Shared
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio


async def masked(scene: Scene) -> int:
    """Put a mask on the asker of the scene's thread, and return its row."""
    identity = Identity(scene.mara.id, Shared(Levels(type="hospital"), 9))
    async with transaction():
        face = await make_face(identity)
        await keep_mask(identity, face, f"thread:{scene.thread.id}")
        await Thread.filter(id=scene.thread.id).update(author_id=face, organisation_id=None)
        await Post.filter(thread_id=scene.thread.id, number=1).update(author_id=face)
    return face


async def test_the_asker_is_a_member_and_hears_of_it_as_a_follower(client: httpx2.AsyncClient, scene: Scene) -> None:
    face = await masked(scene)
    id_ = await scene.published()
    await deliver_all()
    assert await Contributor.filter(article_id=id_, member_id=face, role="asked").exists()
    for who in (None, scene.ana, scene.ruth):
        if who:
            await make.sign_in(client, who)
        for ending in ("", ".json", ".md"):
            page = await client.get(f"/kb/{id_}-governing-sub-brand-accounts{ending}")
            assert page.status_code == 200
            assert scene.mara.name not in page.text
            assert "mask-" not in page.text
        assert "A member" in (await client.get(f"/kb/{id_}-governing-sub-brand-accounts")).text
    [told] = await Notice.filter(member_id=scene.mara.id, kind="distilled")
    assert (told.reason, told.url.endswith("/credit")) == ("Because you follow a thread it came from.", False)
    await make.sign_in(client, scene.mara)
    assert (await client.get(f"/kb/{id_}/credit")).status_code == 404  # it says “A member”, whatever one chooses
