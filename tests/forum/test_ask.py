"""Asking, discussing, announcing: inputs, labels, rules."""

import pytest

from base.errors import Invalid, NotSignedIn, Refused
from base.limits import forget_limits
from forum.actions.announce import Announcement, announce
from forum.actions.ask import Question, ask
from forum.actions.discuss import Discussion, discuss
from forum.actions.opening import read_opening
from forum.models import Post, QuestionDetails, Tag, Thread, ThreadPlatform, ThreadTag
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]

TITLE = "How did you answer negative reviews?"
BODY = "We get ten a week and would like to know how others answer."


@pytest.fixture
async def mara() -> Viewer:
    region = await make.region("Europe")
    hospital = await make.organisation("Merwe Hospital", region=region)
    forget_limits()
    return await make.viewer(await make.member("Mara", at=hospital))


async def test_a_question_keeps_everything_that_was_told(mara: Viewer) -> None:
    google, tag = await make.platform("Google Business Profile", "Google My Business"), await make.tag("reviews")
    category = await make.category("Reputation")
    given = Question.read(
        {
            "title": f"  {TITLE}\u0000\u0007 ",
            "body": f"{BODY}\u0000\r\n\r\nThanks!",
            "tried": "A *standard* reply.",
            "goal": "Answer within a day",
            "setting": "Hospital, 200–499 beds, NL",
            "constraints": ["staff", "legal"],
            "needed_by": "2027-01-31",
            "platforms": "google my business",
            "tags": "Reviews, reviews",
            "category": "reputation",
            "language": "nl",
            "audience": "network",
        }
    )
    await ask(mara, given)
    thread = await Thread.get()
    assert (thread.title, thread.kind, thread.language, thread.audience) == (TITLE, "question", "nl", "network")
    assert thread.category_id == category.id  # type: ignore[attr-defined]
    assert thread.organisation_id == mara.organisation_id  # type: ignore[attr-defined]
    assert thread.region_id is not None  # type: ignore[attr-defined]
    assert await ThreadPlatform.all().values_list("platform_id", flat=True) == [google.id]
    assert await ThreadTag.all().values_list("tag_id", flat=True) == [tag.id]
    details = await QuestionDetails.get()
    assert (details.constraints, str(details.needed_by)) == ("legal,staff", "2027-01-31")
    assert (await Post.get()).body == f"{BODY}\n\nThanks!\n\n## What we tried\n\nA *standard* reply."


@pytest.mark.parametrize("name", ["X", "x", "Twitter", " twitter ", "TWITTER"])
async def test_twitter_is_x(mara: Viewer, name: str) -> None:
    x = await make.platform("X", "Twitter")
    await discuss(mara, Discussion.read({"title": TITLE, "body": BODY, "platforms": [name, "X"]}))
    assert await ThreadPlatform.all().values_list("platform_id", flat=True) == [x.id]


async def test_a_synonym_is_what_it_means(mara: Viewer) -> None:
    reviews = await make.tag("reviews")
    await make.tag("ratings", meant=reviews)
    await ask(mara, Question.read({"title": TITLE, "body": BODY, "tags": ["ratings", "Reviews"]}))
    assert await ThreadTag.all().values_list("tag_id", flat=True) == [reviews.id]


async def test_new_topics_need_experience(mara: Viewer) -> None:
    await make.tag("online reviews")
    given = Question.read({"title": TITLE, "body": BODY, "tags": ["online review"]})
    with pytest.raises(Invalid) as wrong:
        await ask(mara, given)
    assert "online reviews" in wrong.value.errors["tags"]
    assert await Thread.all().count() == 0

    trusted = await make.viewer(await make.member(trust=2))
    await ask(trusted, given)
    editor = await make.viewer(await make.editor())
    await ask(editor, Question.read({"title": TITLE, "body": BODY, "tags": ["online review", "職員"]}))
    assert await Tag.all().order_by("id").values_list("name", flat=True) == ["online reviews", "online review", "職員"]
    assert await ThreadTag.all().count() == 3


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["title", "body"]),
        ({"title": "Too short", "body": "short"}, ["title", "body"]),
        ({"title": "x" * 256, "body": "x" * 32_001}, ["title", "body"]),
        ({"title": " " * 30, "body": "\n" * 30}, ["title", "body"]),
        ({"language": "tlh", "constraints": "magic", "needed_by": "soon"}, ["language", "constraints", "needed_by"]),
        ({"needed_by": "1999-01-01"}, ["needed_by"]),
        ({"needed_by": "9999-01-01"}, ["needed_by"]),
        ({"audience": "everybody"}, ["audience"]),
        ({"tags": ["a", "b", "c", "d", "e", "f", "g"], "platforms": ["y" * 61]}, ["platforms", "tags"]),
        ({"title": ["a", "b"], "body": {"x": 1}, "draft": "none"}, ["title", "body", "draft"]),
    ],
)
async def test_every_wrong_field_is_told_at_once(given: dict[str, object], fields: list[str]) -> None:
    base: dict[str, object] = {} if not given else {"title": TITLE, "body": BODY}
    with pytest.raises(Invalid) as wrong:
        Question.read(base | given)
    assert sorted(wrong.value.errors) == sorted(fields)
    assert all(sentence.endswith(".") for sentence in wrong.value.errors.values())


async def test_a_text_that_is_too_short_or_too_long_is_told_in_characters() -> None:
    with pytest.raises(Invalid) as wrong:
        Question.read({"title": "Too short", "body": "x" * 32_001})
    assert wrong.value.errors == {
        "title": "Title needs at least 15 characters.",
        "body": "Your text may have at most 32000 characters.",
    }


async def test_wrong_fields_and_unknown_labels_are_told_at_once(mara: Viewer) -> None:
    await make.platform("Instagram")
    given = {"title": "Short", "body": BODY, "platforms": "Instagramm", "category": "none", "tags": "x"}
    with pytest.raises(Invalid) as wrong:
        await read_opening(Question, mara, given)
    assert list(wrong.value.errors) == ["title", "category", "platforms", "tags"]
    assert "Near it: Instagram." in wrong.value.errors["platforms"]
    assert wrong.value.given == given


async def test_who_may_start_what() -> None:
    hospital = await make.organisation()
    leader = await make.member("Lucien")
    await make.grant(leader, "community_leader", "region", 3)
    people = {
        "visitor": VISITOR,
        "guest": await make.viewer(await make.member(trust=0)),
        "member": await make.viewer(await make.member(at=hospital)),
        "leader": await make.viewer(leader),
        "editor": await make.viewer(await make.editor()),
        "moderator": await make.viewer(await make.moderator()),
    }
    allowed = {
        ("ask", "public"): {"guest", "member", "leader", "editor", "moderator"},
        ("ask", "network"): {"member", "leader", "editor", "moderator"},
        ("discuss", "public"): {"member", "leader", "editor", "moderator"},
        ("discuss", "network"): {"member", "leader", "editor", "moderator"},
        ("discuss", "org:999"): {"moderator"},
        ("announce", "public"): {"leader", "editor", "moderator"},
    }
    for (act, audience), who in allowed.items():
        for name, viewer in people.items():
            given = {"title": TITLE, "body": BODY, "audience": audience}
            try:
                if act == "announce":
                    await announce(viewer, Announcement.read(given))
                elif act == "ask":
                    await ask(viewer, Question.read(given))
                else:
                    await discuss(viewer, Discussion.read(given))
            except (NotSignedIn, Refused):
                assert name not in who, (act, audience, name)
            else:
                assert name in who, (act, audience, name)


async def test_asking_takes_a_fixed_number_of_statements(mara: Viewer) -> None:
    for number in range(8):
        await make.platform(f"Platform number {number}")
    given = Question.read({"title": TITLE, "body": BODY, "platforms": [f"Platform number {n}" for n in range(8)]})
    with statements() as sent:
        await ask(mara, given)
    assert len(sent) <= 12, sent
