"""What of the practices can be found, in which state, and how verification moves it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.journal.subscribers import forget_all, subscribe
from forum.queries.similar import similar_to
from kb.actions.adopt import Use, adopt
from kb.actions.age import refresh_states
from kb.actions.decide import Decision, decide
from kb.actions.describe import Details, describe
from kb.actions.retire import Reason, bring_back, mark_obsolete, retire
from kb.models import Article, ArticlePlatform, ArticleTag
from kb.searchable import GUARDS, SOURCES
from members.viewer import VISITOR
from search_index.document import Document
from search_index.engine import Engine, running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.found import Hit
from search_index.keep_up import handler, prefixes
from search_index.queries.guards import register_guard
from search_index.query import Choice, Query, Word
from tests import builders as make
from tests.kb.conftest import Scene, case_study

pytestmark = pytest.mark.anyio
SOURCE = SOURCES[0]
PUBLIC = frozenset({"public"})


async def load(*ids: int) -> list[Document]:
    return [document async for document in SOURCE.load(ids)]


async def test_a_practice_says_what_its_readers_see(scene: Scene) -> None:
    platform, tag = await make.platform("X", "Twitter"), await make.tag("Governance")
    case = await case_study("Measured", scene.hospital, comparison="before_after")
    made = await make.article(
        "Governing accounts", author=scene.ruth, threads=[case], sections={"steps": "1. Name **one** owner."},
        audience="network",
    )  # fmt: skip
    await ArticlePlatform.create(article_id=made.id, platform_id=platform.id)
    await ArticleTag.create(article_id=made.id, tag_id=tag.id)
    (found,) = await load(made.id)
    assert (found.kind, found.type, found.key, found.audience) == (
        "article",
        "practice",
        f"article:{made.id}",
        "network",
    )
    assert found.body == "Give every account one owner and one deputy.\nName one owner."
    assert (found.platforms, found.aliases, found.tags) == (("X",), ("Twitter",), ("Governance",))
    assert (found.state, found.has) == (("verified", "evidence:E4"), ("metrics",))
    assert (found.author, found.url) == ("Ruth Ames", f"/kb/{made.id}-governing-accounts")


async def test_drafts_and_what_is_retired_are_not_found(scene: Scene) -> None:
    await scene.ready()
    live = await make.article("Live")
    await make.article("Retired", state="retired")
    await make.article("Obsolete", state="obsolete")
    assert {document.title for document in await load(*range(1, 9))} == {"Live", "Obsolete"}
    everything = [document async for document in SOURCE.load_all()]
    assert [document.state[0] for document in everything] == ["verified", "obsolete"]
    hits = [
        Hit(kind="article", id=number, type="practice", url="", title="", score=1, created=now(), active=now())
        for number in range(1, 9)
    ]
    assert f"article:{live.id}" in await GUARDS["article"](VISITOR, hits)
    assert len(await GUARDS["article"](VISITOR, hits)) == 2


@pytest.mark.parametrize(("days", "state"), [(100, "verified"), (10, "due_soon"), (-1, "overdue"), (-91, "stale")])
async def test_the_document_carries_the_state_of_the_moment(scene: Scene, days: int, state: str) -> None:
    made = await make.article(due_at=now() + timedelta(days=days))
    assert (await load(made.id))[0].state == (state, "evidence:E4")


@pytest.fixture
async def engine(database: str, tmp_path: Path) -> AsyncIterator[Engine]:
    """Open an empty index that follows the journal."""
    forget_all()
    sources = {"article": SOURCE}
    subscribe("search_index", prefixes(sources), handler(sources))
    async with running(WhooshEngine(tmp_path / "index")) as opened:
        if not opened.usable:
            fresh = await opened.fresh()
            await fresh.swap()
        yield opened


async def titles(engine: Engine, word: str, **only: tuple[str, ...]) -> list[str]:
    await deliver_all()
    query = Query(choices=(Choice((Word(word),)),), only=only)
    return [hit.title for hit in (await engine.search(query, PUBLIC)).hits]


async def test_the_index_follows_what_editors_do_and_what_time_does(scene: Scene, engine: Engine) -> None:
    id_ = await scene.in_review()
    assert await titles(engine, "register") == []
    await decide(scene.reviewer, id_, Decision(decision="approved"))
    assert await titles(engine, "register") == ["Governing sub-brand accounts"]
    assert await titles(engine, "register", state=("verified",)) == ["Governing sub-brand accounts"]
    await Article.filter(id=id_).update(due_at=now() - timedelta(days=1))
    await Entry.all().update(at=now() - timedelta(days=30))
    assert await titles(engine, "register", state=("verified",)) != [], "nobody has told the index yet"
    assert await refresh_states() == 1
    assert await titles(engine, "register", state=("verified",)) == []
    assert await titles(engine, "register", state=("overdue",)) == ["Governing sub-brand accounts"]
    await adopt(await make.viewer(scene.mara), id_, Use(state="adopted"))
    assert await titles(engine, "register", has=("adoption",)) == ["Governing sub-brand accounts"]
    await mark_obsolete(scene.editor, id_, Reason(reason="It was wrong from the start."))
    assert await titles(engine, "register", state=("obsolete",)) == ["Governing sub-brand accounts"]
    await retire(scene.editor, id_, Reason(reason="It was wrong from the start."))
    assert await titles(engine, "register") == []
    await bring_back(scene.editor, id_)
    assert await titles(engine, "register") == ["Governing sub-brand accounts"]


async def test_verified_ranks_before_what_is_out_of_date(scene: Scene, engine: Engine) -> None:
    words = {"steps": "1. Answer reviews within a day."}
    old = await make.article("Answering reviews", sections=words, due_at=now() - timedelta(days=200))
    good = await make.article("Answering reviews", sections=words)
    documents = [document async for document in SOURCE.load_all()]
    await engine.replace(documents)
    found = (await engine.search(Query(choices=(Choice((Word("reviews"),)),)), PUBLIC)).hits
    assert [hit.id for hit in found] == [good.id, old.id]
    await Article.filter(id=old.id).update(due_at=now() + timedelta(days=100))
    await Article.filter(id=good.id).update(due_at=now() - timedelta(days=1))
    await engine.replace([document async for document in SOURCE.load_all()])
    found = (await engine.search(Query(choices=(Choice((Word("reviews"),)),)), PUBLIC)).hits
    assert [hit.id for hit in found] == [old.id, good.id]


async def test_a_practice_is_found_by_the_synonyms_of_its_topics(database: str) -> None:
    meant = await make.tag("Reviews")
    await make.tag("negative reviews", meant=meant)
    made = await make.article()
    await ArticleTag.create(article_id=made.id, tag_id=meant.id)
    assert (await load(made.id))[0].aliases == ("negative reviews",)


async def test_a_practice_is_read_again_when_what_it_shows_is_renamed(database: str) -> None:
    made, tag, platform = await make.article(), await make.tag("reviews"), await make.platform("X")
    await make.article("Another one")
    await ArticleTag.create(article=made, tag=tag)
    await ArticlePlatform.create(article=made, platform=platform)
    owner = made.owner_id  # type: ignore[attr-defined]
    for kind, subject in (("tag.renamed", tag.id), ("platform.edited", platform.id), ("member.renamed", owner)):
        assert await SOURCE.follows[kind]([subject]) == [made.id], kind


async def test_a_practice_just_narrowed_is_not_named_as_similar(
    scene: Scene, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_index.queries.guards._guards", {})
    register_guard("article", GUARDS["article"])
    id_ = await scene.published()
    await deliver_all()
    asked = "Governing the sub-brand accounts of a hospital"
    assert [one.key for one in await similar_to(VISITOR, asked)] == [f"article:{id_}"]
    await describe(scene.editor, id_, Details(audience="network"))
    assert await engine.similar(asked, PUBLIC, limit=5, kinds=("article",)), "nobody has told the index yet"
    assert not await similar_to(VISITOR, asked)
    assert [one.key for one in await similar_to(scene.editor, asked)] == [f"article:{id_}"]
