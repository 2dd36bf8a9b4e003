"""A picture quoted in a practice is shown to its readers from the day it is published, and to nobody before."""

import httpx2

from forum.models import Thread, UploadUse
from kb.actions.decide import Decision, decide
from kb.actions.retire import Reason, retire
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from tests import builders as make
from tests.forum import test_uploads as uploads
from tests.kb.conftest import Scene
from tests.made_files import picture


async def test_readers_of_a_practice_see_the_pictures_it_quotes(client: httpx2.AsyncClient, scene: Scene) -> None:
    await make.sign_in(client, scene.ana)
    made = await uploads.send(client, picture(), alt="Eleven pages closed", gate="none")
    await uploads.answered(client, scene.thread, made)
    guessed = await uploads.send(client, picture(colour=(1, 1, 1)), alt="Mine alone", gate="none")
    client.cookies.clear()

    async def fetched(one: dict[str, object]) -> int:
        return (await client.get(str(one["url"]))).status_code

    id_ = await scene.ready()
    await save(scene.editor, id_, Changes(findings=f"They closed: {made['markdown']} {guessed['markdown']}"))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    assert not await UploadUse.filter(target="article").exists()
    await decide(scene.reviewer, id_, Decision(decision="approved"))
    assert [one.upload_id for one in await UploadUse.filter(target="article")] == [made["id"]]  # type: ignore[attr-defined]
    await Thread.filter(id=scene.thread.id).update(audience="org:99")
    assert (await fetched(made), await fetched(guessed)) == (200, 404)
    page = await client.get(f"/kb/{id_}-governing-sub-brand-accounts")
    assert f'<img src="{made["url"]}" alt="Eleven pages closed"' in page.text
    assert "This file cannot be shown here." in page.text
    assert f'src="{guessed["url"]}"' not in page.text
    await retire(scene.editor, id_, Reason(reason="It is no longer so."))
    assert await fetched(made) == 404
