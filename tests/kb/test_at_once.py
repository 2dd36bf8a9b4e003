"""The same act by several people, or by one who presses twice, at the same moment."""

import asyncio
from collections.abc import Awaitable

import pytest

from base.errors import Failure
from base.journal.models import Entry
from kb.actions.adopt import Use, adopt
from kb.actions.attach import Attached, attach
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.decide import Decision, decide
from kb.actions.describe import Details, describe
from kb.actions.fill import Addition, put_in
from kb.actions.insert import insert
from kb.actions.nominate import Why, decline, nominate, withdraw
from kb.actions.retire import Reason, mark_obsolete
from kb.actions.send import Asked, send
from kb.actions.tick import tick
from kb.actions.verify import StillTrue, verify
from kb.models import (
    Adoption,
    Article,
    ArticlePlatform,
    ArticleRevision,
    CollectionItem,
    CollectionProgress,
    Contributor,
    Nomination,
    Review,
    SourceLink,
    Verification,
)
from kb.queries.facts import find
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio


async def at_once(*acts: Awaitable[object]) -> list[object]:
    """Do everything at once; only what a reader can be told may go wrong."""
    done = await asyncio.gather(*acts, return_exceptions=True)
    assert all(isinstance(one, Failure) or not isinstance(one, BaseException) for one in done), done
    return [one for one in done if not isinstance(one, BaseException)]


async def test_an_article_is_approved_once(scene: Scene) -> None:
    id_ = await scene.in_review()
    done = await at_once(*(decide(scene.reviewer, id_, Decision(decision="approved")) for _ in range(6)))
    assert len(done) == 1
    assert await Verification.all().count() == 1
    assert await Review.filter(decision="approved").count() == 1
    assert (await Article.get(id=id_)).version == 2
    assert await Contributor.all().count() == 3


async def test_a_page_stands_once_in_a_collection_and_is_ticked_once(scene: Scene) -> None:
    id_ = await keep_collection(scene.editor, CollectionForm(title="Where to begin"))
    page = Addition(address="https://example.org/", page_title="A page elsewhere")
    assert len(await at_once(*(put_in(who, id_, page) for who in (scene.editor, scene.reviewer) * 3))) == 1
    article = Addition(address=f"/kb/{(await make.article('First')).id}")
    await at_once(*(put_in(who, id_, article) for who in (scene.editor, scene.reviewer) * 3))
    items = await CollectionItem.filter(collection_id=id_).order_by("position")
    assert [one.position for one in items] == [1, 2]
    await at_once(*(tick(scene.editor, id_, int(items[0].id)) for _ in range(6)))
    assert await CollectionProgress.all().count() == 1


async def test_a_draft_is_sent_once(scene: Scene) -> None:
    id_ = await scene.ready()
    await at_once(*(send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle)) for _ in range(6)))
    assert await Review.filter(decision="").count() == 1
    assert (await ArticleRevision.get(article_id=id_)).state == "in_review"


async def test_no_passage_is_lost(scene: Scene) -> None:
    id_ = await scene.draft()
    first, second = await scene.insertion(2), await scene.insertion(3)
    done = await at_once(*(insert(scene.editor, id_, one) for one in (first, second) * 4))
    found = await find(scene.editor, id_)
    assert len(done) == 8
    assert found.edits == 8
    assert found.content.sections["steps"].count("[#") == 8
    assert await SourceLink.filter(article_id=id_, post_number__gt=0).count() == 8


async def test_a_thread_is_a_source_once(scene: Scene) -> None:
    id_, other = await scene.draft(), await make.thread("What does your register look like?")
    await at_once(*(attach(scene.editor, id_, Attached(thread=other.id)) for _ in range(6)))
    assert await SourceLink.filter(article_id=id_, thread_id=other.id).count() == 1


async def test_an_organisation_has_one_state_and_a_member_one_nomination(scene: Scene) -> None:
    id_ = await scene.published()
    mara, colleague = (
        await make.viewer(scene.mara),
        await make.viewer(await make.member("Col League", at=scene.hospital, role="org_admin")),
    )
    await at_once(*(adopt(who, id_, Use(state="adopted")) for who in (mara, colleague) * 4))
    assert await Adoption.all().count() == 1
    why = Why(why="Every new colleague asks it again.")
    await at_once(*(nominate(mara, scene.thread.id, why) for _ in range(6)))
    assert await Nomination.all().count() == 1


async def test_a_nomination_is_declined_and_taken_back_once(scene: Scene) -> None:
    mara, why = await make.viewer(scene.mara), Why(why="Every new colleague asks it again.")
    for act, kind in ((decline, "nomination.declined"), (withdraw, "nomination.withdrawn")):
        await nominate(mara, scene.thread.id, why)
        who = scene.editor if act is decline else mara
        assert len(await at_once(*(act(who, scene.thread.id) for _ in range(6)))) == 1
        assert await Entry.filter(kind=kind).count() == 1


async def test_labels_are_those_of_one_editor(scene: Scene) -> None:
    id_ = await scene.draft()
    ids = [(await make.platform(name)).id for name in "XYZ"]
    pairs = ("XY", "YZ", "XZ")
    done = await at_once(*(describe(scene.editor, id_, Details(platforms=list(pair))) for pair in pairs * 3))
    assert len(done) == 9
    labelled = (
        await ArticlePlatform.filter(article_id=id_).order_by("platform_id").values_list("platform_id", flat=True)
    )
    assert labelled in ([ids[0], ids[1]], [ids[1], ids[2]], [ids[0], ids[2]])


async def test_confirming_while_it_is_made_obsolete_ends_in_one_of_both(scene: Scene) -> None:
    id_ = await scene.published()
    reason = Reason(reason="It was wrong from the start.")
    await at_once(
        *(verify(scene.editor, id_, StillTrue(checked=True)) for _ in range(4)),
        mark_obsolete(scene.reviewer, id_, reason),
    )
    assert (await Article.get(id=id_)).state == "obsolete"
    assert await Verification.all().count() <= 5
