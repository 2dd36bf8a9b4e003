"""Knowledge health: every number links to as many rows."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import NotSignedIn, Refused
from forum.queries.listing import Wanted, listing
from kb.actions.rate import Rating, rate
from kb.models import ArticlePlatform, ArticleTag
from kb.queries.desk import desk
from kb.queries.health import health
from kb.queries.practices import list_practices
from members.models import Member
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def world(scene: Scene) -> None:
    at, day = now(), timedelta(days=1)
    for days in (100, 20, -3, -200):
        await make.article(f"Due in {days} days", author=scene.ruth, due_at=at + days * day)
    await make.article("Never checked", author=scene.ruth, verified_revision=0)
    gone = await make.member("Gone Owner")
    orphan = await make.article("Nobody's", author=gone)
    await Member.filter(id=gone.id).update(state="gone")
    await rate(await make.viewer(scene.ana), orphan.id, Rating(helpful=False))
    platform, tag = await make.platform("YouTube"), await make.tag("captions")
    await ArticlePlatform.create(article_id=orphan.id, platform_id=platform.id)
    await ArticleTag.create(article_id=orphan.id, tag_id=tag.id)
    await make.thread("How do you caption films?", platforms=[platform])


async def test_every_number_is_that_of_its_rows(site: object, scene: Scene) -> None:
    await world(scene)
    found = await health(scene.editor)
    numbers = {one.name: one.value for one in found.figures}
    assert (found.published, found.verified, found.share) == (6, 3, 50)
    assert [numbers[name] for name in ("verified", "due", "overdue", "unverified", "unowned", "unhelpful")] == [
        3, 1, 2, 1, 1, 1,
    ]  # fmt: skip
    lanes = {lane.name: lane.total for lane in await desk(scene.editor)}
    for one in found.figures:
        if one.url.startswith(("/desk", "/search/gaps")):
            assert one.value == lanes[one.url.partition("lane=")[2] or "gaps"], one.name
        else:
            states = [pair.partition("=")[2] for pair in one.url.partition("?")[2].split("&") if pair]
            listed = await list_practices(scene.editor, {"state": states} if states else {})
            assert one.value == listed.page.total, one.name
    youtube = found.coverage[0]
    assert (youtube.name, youtube.practices, youtube.threads, youtube.cells[0].count) == ("YouTube", 1, 1, 1)
    assert found.topics == ("captions",)


async def test_threads_are_counted_as_the_list_shows_them(client: httpx2.AsyncClient, scene: Scene) -> None:
    platform = await make.platform("Instagram")
    for audience in ("public", "network", f"org:{scene.hospital.id}"):
        await make.thread(f"How do you caption films? {audience}", platforms=[platform], audience=audience)
    await make.thread("Taken back", platforms=[platform], state="deleted")
    found = next(one for one in (await health(scene.editor)).coverage if one.slug == "instagram")
    listed = await listing(scene.editor, Wanted(platform="instagram"))
    assert found.threads == listed.page.total == 2
    await make.sign_in(client, scene.ruth)
    page = (await client.get("/desk/health")).text
    assert '<a href="/latest?platform=instagram">2</a>' in page
    assert "No practice is published yet." in page
    assert "the line" not in page


async def test_it_is_for_editors(client: httpx2.AsyncClient, scene: Scene) -> None:
    with pytest.raises(NotSignedIn):
        await health(VISITOR)
    with pytest.raises(Refused):
        await health(await make.viewer(scene.ana))
    await world(scene)
    await make.sign_in(client, scene.ruth)
    page = (await client.get("/desk/health")).text
    assert "3 of 6 practices (50 %) are verified; 80 % should be." in page
    assert "How it is counted" in page


async def test_it_costs_the_same_however_much_there_is(site: object, scene: Scene) -> None:
    sent = []
    for _ in range(2):
        for number in range(5):
            made = await make.article(f"Practice {number}", author=scene.ruth)
            await ArticlePlatform.create(article_id=made.id, platform_id=(await make.platform()).id)
        with statements() as counted:
            await health(scene.editor)
        sent.append(len(counted))
    assert sent[0] == sent[1] <= 16
