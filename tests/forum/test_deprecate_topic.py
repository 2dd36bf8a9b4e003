"""Deprecated topics: given to nothing new, kept by what has them, and brought back."""

import httpx2
import pytest

from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.ask import Question, ask
from forum.actions.deprecate_tag import Deprecation, bring_back_tag, deprecate_tag
from forum.actions.opening import Labelled
from forum.actions.tag import tag as label
from forum.models import Tag, Thread, ThreadTag
from forum.queries.ask_form import choices
from kb.actions.describe import Details, describe
from kb.actions.promote import NewArticle, promote
from kb.models import ArticleTag
from members.viewer import VISITOR
from tests import builders as make

pytestmark = pytest.mark.anyio

WHY = Deprecation(why="Too vague: use reviews")


@pytest.mark.usefixtures("database")
class TestDeprecating:
    async def test_who_may(self) -> None:
        await make.tag("stars")
        for refused in (VISITOR, await make.viewer(await make.member(trust=3))):
            for act in (deprecate_tag(refused, "stars", WHY), bring_back_tag(refused, "stars")):
                with pytest.raises((NotSignedIn, Refused)):
                    await act
        keeper = await make.viewer(await make.moderator())
        await deprecate_tag(keeper, "stars", WHY)
        first = (await Tag.get()).deprecated_at
        await deprecate_tag(keeper, "stars", Deprecation(why="Use ratings."))
        found = await Tag.get()
        assert (found.deprecated_at, found.deprecated_why) == (first, "Use ratings.")
        await bring_back_tag(keeper, "stars")
        await bring_back_tag(keeper, "stars")
        found = await Tag.get()
        assert (found.deprecated_at, found.deprecated_why) == (None, "")
        kinds = [one.kind for one in await Entry.all().order_by("id")]
        assert kinds == ["tag.deprecated", "tag.deprecated", "tag.brought_back"]
        with pytest.raises(Missing):
            await deprecate_tag(keeper, "none", WHY)

    async def test_it_is_given_to_nothing_new_and_stays_where_it_is(self) -> None:
        stars, reviews = await make.tag("stars"), await make.tag("reviews")
        await make.tag("five stars", meant=stars)
        author = await make.member(trust=2)
        who, keeper = await make.viewer(author), await make.viewer(await make.editor())
        old, other = await make.thread(author=author, tags=[stars]), await make.thread(author=author)
        await deprecate_tag(keeper, "stars", WHY)
        for name in ("stars", "Five stars"):
            with pytest.raises(Invalid) as wrong:
                await label(who, other.id, Labelled(tags=[name, "reviews"]))
            assert wrong.value.errors == {"tags": "“stars” is given to nothing new: Too vague: use reviews."}
        await label(who, old.id, Labelled(tags=["stars", "reviews"]))
        assert await ThreadTag.filter(thread_id=old.id).count() == 2
        assert (await choices(who)).tags == ("reviews",)
        with pytest.raises(Invalid):
            await ask(who, Question(title="How do you answer reviews?", body="We would like to know.", tags=["stars"]))
        await bring_back_tag(keeper, "stars")
        await label(who, other.id, Labelled(tags=["stars"]))
        assert reviews.id

    async def test_articles_follow_the_same_rules(self) -> None:
        stars, reviews = await make.tag("stars"), await make.tag("reviews")
        await make.tag("ratings", meant=reviews)
        editor = await make.viewer(await make.editor())
        thread = await make.thread(tags=[stars, reviews])
        old = await promote(editor, thread.id, NewArticle(title="Answering reviews"))
        await deprecate_tag(editor, "stars", WHY)
        await describe(editor, old, Details(tags=["stars", "ratings"]))
        assert {one.tag_id for one in await ArticleTag.filter(article_id=old)} == {stars.id, reviews.id}  # type: ignore[attr-defined]
        new = await promote(editor, thread.id, NewArticle(title="Answering them in a crisis"))
        assert [one.tag_id for one in await ArticleTag.filter(article_id=new)] == [reviews.id]  # type: ignore[attr-defined]
        with pytest.raises(Invalid) as wrong:
            await describe(editor, new, Details(tags=["stars"]))
        assert "“stars” is given to nothing new" in wrong.value.errors["tags"]

    async def test_a_topic_is_known_by_the_name_it_was_given_later(self) -> None:
        reviews = await make.tag("Online reviews", slug="reviews")
        author = await make.member(trust=2)
        thread = await make.thread(author=author)
        await label(await make.viewer(author), thread.id, Labelled(tags=["online Reviews"]))
        assert [one.tag_id for one in await ThreadTag.all()] == [reviews.id]  # type: ignore[attr-defined]
        assert await Tag.all().count() == 1


async def test_pages_say_so_and_keep_what_was_typed(client: httpx2.AsyncClient) -> None:
    stars = await make.tag("stars")
    await make.thread(tags=[stars])
    editor = await make.editor()
    await make.sign_in(client, editor)
    wrong = await client.post("/topics/stars/deprecate", data={"why": "x"})
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    assert (await client.post("/topics/stars/deprecate", data={"why": "Too vague: use reviews"})).status_code == 303
    page = (await client.get("/topics/stars")).text
    assert "given to nothing new" in page
    assert "Too vague: use reviews" in page
    assert 'action="/topics/stars/bring-back"' in page
    given = {"title": "How do you answer reviews?", "body": "We would like to know how.", "tags": "stars"}
    again = await client.post("/ask/question", data=given)
    assert again.status_code == 422
    assert "“stars” is given to nothing new: Too vague: use reviews." in again.text
    assert 'value="stars"' in again.text
    assert await Thread.all().count() == 1
    await make.sign_in(client, await make.member(trust=2))
    page = (await client.get("/topics/stars")).text
    assert "given to nothing new" in page
    assert "/bring-back" not in page
    assert (await client.post("/topics/stars/bring-back")).status_code == 403
    headers = await make.token(editor)
    path = "/api/v1/tags/stars/deprecation"
    assert (await client.get("/api/v1/tags/stars")).json()["deprecated_why"] == "Too vague: use reviews"
    assert (await client.delete(path, headers=headers)).status_code == 204
    assert (await client.put(path, json={}, headers=headers)).status_code == 422
    assert (await client.put(path, json={"why": "Use reviews."}, headers=headers)).status_code == 204
