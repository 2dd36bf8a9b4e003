"""An index that is behind: what changed in the tables a moment ago is told nobody who may not know it any more."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from app.wiring import SOURCES
from base.settings import Settings
from forum.models import Post, Thread
from kb.models import Article
from members.models import Member, Organisation
from members.viewer import Viewer
from search_index.engine import running
from search_index.engines.whoosh import WhooshEngine
from search_index.keep_up import rebuild
from search_index.queries.asked import asked_of
from search_index.queries.results import results
from search_index.queries.similar import similar
from tests import builders

pytestmark = pytest.mark.anyio
# A word that stands in nothing else, and a slip of it.
WORD, SLIP = "walrusology", "walrusolgoy"
World = SimpleNamespace


async def _narrowed_thread(world: World) -> None:
    await Thread.filter(id=world.thread.id).update(audience=f"org:{world.hospital.id}")


async def _staff_thread(world: World) -> None:
    await Thread.filter(id=world.thread.id).update(audience="staff")


async def _deleted_thread(world: World) -> None:
    await Thread.filter(id=world.thread.id).update(state="deleted")


async def _hidden_post(world: World) -> None:
    await Post.filter(id=world.post.id).update(state="hidden")


async def _narrowed_article(world: World) -> None:
    await Article.filter(id=world.article.id).update(audience="staff")


async def _unpublished_article(world: World) -> None:
    await Article.filter(id=world.article.id).update(state="draft")


async def _gone_member(world: World) -> None:
    await Member.filter(id=world.person.id).update(state="gone", name="Former member", handle="former-1")


async def _suspended_member(world: World) -> None:
    await Member.filter(id=world.person.id).update(state="suspended")


async def _left_organisation(world: World) -> None:
    await Organisation.filter(id=world.organisation.id).update(state="left")


# What holds the word; what happens to it; who may see it still.
CHANGES: dict[str, tuple[str, Callable[[World], Awaitable[None]], set[str]]] = {
    "thread narrowed to an organisation": ("thread", _narrowed_thread, {"colleague", "staff"}),
    "thread narrowed to staff": ("thread", _staff_thread, {"staff"}),
    "thread deleted": ("thread", _deleted_thread, {"staff"}),
    "post hidden": ("post", _hidden_post, {"staff"}),
    "article narrowed to staff": ("article", _narrowed_article, {"staff"}),
    "article taken back": ("article", _unpublished_article, set()),
    "member anonymised": ("person", _gone_member, set()),
    "member suspended": ("person", _suspended_member, set()),
    "organisation left": ("organisation", _left_organisation, {"staff"}),
}
VIEWERS = ("visitor", "member", "colleague", "staff")


async def build(what: str) -> World:
    """Make a site in which one thing has the word, and others that are about the same."""
    word = {name: (WORD if name == what else "ordinary") for name in ("thread", "post", "article", "person")}
    hospital = await builders.organisation("General")
    organisation = await builders.organisation(f"{WORD if what == 'organisation' else 'Ordinary'} Institute")
    author = await builders.member("Somebody Else", at=hospital)
    thread = await builders.thread(
        f"Captions {word['thread']} videos",
        author=author,
        organisation=hospital,
        body=f"About {word['thread']} nurses.",
    )
    other = await builders.thread("Captions for nurses", author=author)
    post = await builders.post(other, f"An answer about {word['post']} captions", author=author)
    article = await builders.article(f"Captions {word['article']} practice", summary=f"Nurses and {word['article']}.")
    person = await builders.member(f"Jo {word['person'].capitalize()}", at=hospital)
    return World(
        hospital=hospital, organisation=organisation, thread=thread, other=other, post=post, article=article,
        person=person, author=author,
    )  # fmt: skip


async def viewers(world: World) -> dict[str, tuple[Viewer, Member | None]]:
    """Return those who look."""
    member = await builders.member("Plain Member", at=await builders.organisation("Elsewhere"))
    colleague = await builders.member("Near Colleague", at=world.hospital)
    staff = await builders.moderator("Site Staff")
    return {
        "visitor": (Viewer(), None),
        "member": (await builders.viewer(member), member),
        "colleague": (await builders.viewer(colleague), colleague),
        "staff": (await builders.viewer(staff), staff),
    }


@pytest.fixture
async def engine(site: Settings, tmp_path: Path) -> AsyncIterator[WhooshEngine]:
    """Open an engine without documents."""
    async with running(WhooshEngine(tmp_path / "index", seconds=20)) as made:
        assert isinstance(made, WhooshEngine)
        yield made


def tell(text: str) -> str:
    """Return a page without what the visitor typed themselves."""
    return text.casefold().replace(SLIP, "").replace(f"q={WORD}", "")


async def told(client: httpx2.AsyncClient, viewer: Viewer) -> dict[str, str]:
    """Return what every door says to somebody, without the words they typed."""
    said = {}
    for path in (
        f"/api/v1/search?q={WORD}", f"/api/v1/search?q={SLIP}", "/api/v1/search?q=captions", "/api/v1/search?q=nurses",
        f"/api/v1/search/suggestions?q={WORD[:6]}", "/api/v1/search/suggestions?q=captions",
        "/search?q=captions", "/search?q=nurses&sort=newest", f"/search?q={SLIP}", f"/search?q={SLIP}&exact=1",
        f"/search/suggest?q={WORD[:6]}", "/search/suggest?q=captions", "/search?q=captions+zzzzqq&type=member",
    ):  # fmt: skip
        answer = await client.get(path)
        assert answer.status_code == 200, path
        said[path] = tell(answer.text)
    said["similar"] = tell(str(await similar(viewer, "captions for nurses and videos", 9)))
    page = await results(viewer, asked_of({"q": [SLIP]}))
    said["did you mean"] = page.corrected + page.suggested
    return said


@pytest.mark.parametrize("change", CHANGES)
async def test_what_may_not_be_seen_any_more_is_told_nowhere(
    client: httpx2.AsyncClient, engine: WhooshEngine, change: str
) -> None:
    what, happen, still = CHANGES[change]
    world = await build(what)
    people = await viewers(world)
    await rebuild(SOURCES)
    before = await told(client, Viewer()) if what != "person" else {}
    assert not before or any(WORD in text for text in before.values()), "the word was to be found"
    await happen(world)
    for name in VIEWERS:
        viewer, member = people[name]
        client.cookies.clear()
        if member:
            await builders.sign_in(client, member)
        leaks = [path for path, text in (await told(client, viewer)).items() if WORD in text]
        found = (await client.get(f"/api/v1/search?q={WORD}&exact=1")).json()
        if name in still:
            assert found["total"] == 1, name
        else:
            assert not leaks, f"{name}: {leaks}"
            assert found["total"] == 0, name
            assert not any(found["facets"].values()), name


async def test_who_was_anonymised_is_not_named_by_what_they_wrote(
    client: httpx2.AsyncClient, engine: WhooshEngine
) -> None:
    author = await builders.member("Jo Walrusology")
    await builders.thread("Captions for nurses", author=author)
    await rebuild(SOURCES)
    await Member.filter(id=author.id).update(state="gone", name="Former member", handle="former-1")
    for path in ("/search?q=captions", "/api/v1/search?q=captions"):
        answer = await client.get(path)
        assert "Captions" in answer.text
        assert "walrus" not in answer.text.casefold(), path
