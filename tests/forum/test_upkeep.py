"""Changing the labels of a thread, and editing a case study with its data."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from base.text.numbers import read_number, write_number
from forum.actions.case_input import Case
from forum.actions.opening import Labelled
from forum.actions.share_case import share_case
from forum.actions.tag import tag
from forum.models import CaseStudy, Metric, Post, PostRevision, Thread, ThreadPlatform, ThreadTag
from members.models import Member
from members.viewer import VISITOR
from tests import builders as make

pytestmark = pytest.mark.anyio

TEXT = "Long enough to be a text of a case."
ROW = {"name": "No-shows", "baseline": "11.2", "result": "8.9", "unit": "%", "kind": "service", "n": 14210}


async def _case(author: Member, **more: Any) -> Thread:
    given = {
        "title": "Reminders by text message", "summary": TEXT, "problem": TEXT, "what_we_did": TEXT, "lessons": TEXT,
        "direction": "mixed", "sponsored": "no", "vendor_tie": "yes", "vendor_ties": "A gift.", "approvals": "legal",
        "metrics": [ROW], "started_on": "2026-01-01", "ongoing": "yes",
    }  # fmt: skip
    started = await share_case(await make.viewer(author), Case.read(given | more))
    return await Thread.get(id=started.id)


async def test_who_may_change_labels(site: object) -> None:
    region = await make.region()
    leader, author = await make.member(), await make.member()
    await make.grant(leader, "community_leader", "region", region.id)
    thread = await make.thread(author=author, region_id=region.id)
    hidden = await make.thread(audience="staff")
    people = {
        "visitor": VISITOR, "author": await make.viewer(author), "other": await make.viewer(await make.member(trust=3)),
        "leader": await make.viewer(leader), "editor": await make.viewer(await make.editor()),
        "moderator": await make.viewer(await make.moderator()),
    }  # fmt: skip
    for name, viewer in people.items():
        try:
            await tag(viewer, thread.id, Labelled())
        except (NotSignedIn, Refused):
            assert name in ("visitor", "other")
        else:
            assert name in ("author", "leader", "editor", "moderator")
    with pytest.raises(Missing):
        await tag(people["author"], hidden.id, Labelled())


async def test_labels_are_exchanged(client: httpx2.AsyncClient) -> None:
    x, youtube = await make.platform("X", "Twitter"), await make.platform("YouTube")
    reviews, video = await make.tag("reviews"), await make.tag("video")
    place = await make.category("Reputation")
    author = await make.member(at=await make.organisation())
    thread = await make.thread(author=author, tags=[reviews], platforms=[x])
    await make.sign_in(client, author)
    address = f"/t/{thread.id}/labels"
    page = (await client.get(address)).text
    assert 'value="x" checked' in page
    assert 'value="reviews"' in page
    assert (await client.post(address, data={"platforms": "Nowhere", "tags": "unheard"})).status_code == 422
    answer = await client.post(
        address, data={"platforms": ["youtube", "twitter"], "tags": "video", "category": "reputation"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/t/{thread.id}")
    assert await ThreadTag.all().values_list("tag_id", flat=True) == [video.id]
    assert sorted(await ThreadPlatform.all().values_list("platform_id", flat=True)) == [x.id, youtube.id]
    changed = await Thread.get(id=thread.id)
    assert changed.category_id == place.id  # type: ignore[attr-defined]
    assert changed.version > thread.version
    entry = await Entry.get(kind="thread.labelled")
    assert entry.data["before"] == {"tags": [reviews.id], "platforms": [x.id]}
    await client.post(address, data={})
    assert await ThreadTag.all().count() == await ThreadPlatform.all().count() == 0


def _form(**more: Any) -> dict[str, Any]:
    return {
        "title": "Reminders by text message", "summary": TEXT, "problem": TEXT, "what_we_did": TEXT, "lessons": TEXT,
        "direction": "worked", "sponsored": "no", "vendor_tie": "no", "again": "yes", "revision": 1,
        "metrics.name": ["No-shows", "Complaints"], "metrics.baseline": ["11,2", ""],
        "metrics.result": ["7,5", "1.200"], "metrics.unit": ["%", ""],
    } | more  # fmt: skip


async def test_a_case_is_edited_with_its_data(client: httpx2.AsyncClient) -> None:
    author = await make.member("Dr Lindqvist", locale="nl")
    thread = await _case(author)
    await make.sign_in(client, author)
    address = f"/t/{thread.id}/case"
    assert (await client.get(f"/t/{thread.id}/posts/1/edit")).headers["location"] == address
    page = (await client.get(address)).text
    for part in (
        'value="11,2"',
        'value="8,9"',
        'value="14210"',
        'value="2026-01-01"',
        'value="mixed" checked',
        "A gift.",
    ):
        assert part in page, part
    assert page.count(f"{TEXT}</textarea>") == 4
    wrong = await client.post(
        address, data=_form(**{"metrics.result": ["7,5", "many"], "direction": "", "lessons": "x"})
    )
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    for name in ("metrics-1-result", "direction", "lessons"):
        assert f'href="#f-{name}"' in wrong.text
    more = await client.post(address, data=_form(add_row="metrics"))
    assert more.text.count("data-line-number") == 6
    shown = await client.post(address, data=_form(step="preview", lessons="A **new** lesson for all."))
    assert "A <strong>new</strong> lesson" in shown.text
    assert (await Post.get()).revision == 1

    assert (
        await client.post(address, data=_form(lessons="A new lesson for everybody.", reason="Half a year later"))
    ).status_code == 303
    case, post = await CaseStudy.get(), await Post.get()
    assert (case.direction, case.again, case.vendor_tie, case.ongoing, case.approvals) == (
        "worked",
        "yes",
        False,
        False,
        "",
    )
    assert (case.lessons, case.updated_at is not None) == ("A new lesson for everybody.", True)
    assert "## Lessons\n\nA new lesson for everybody." in post.body
    assert (post.revision, (await PostRevision.get(number=2)).reason) == (2, "Half a year later")
    results = await Metric.all().order_by("position").values_list("result", flat=True)
    assert results == [Decimal("7.5"), Decimal(1200)]
    entry = await Entry.get(kind="thread.updated")
    assert (entry.data["before"]["metrics"][0]["result"], entry.data["before"]["direction"]) == ("8.9", "mixed")


async def test_numbers_alone_make_a_version_too(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    thread = await _case(author)
    await make.sign_in(client, author)
    given = _form(**{"metrics.result": ["7.5", "3"]}, reason="The count was wrong")
    address = f"/t/{thread.id}/case"
    assert (await client.post(address, data=given)).status_code == 303
    assert (await Post.get()).revision == 2
    assert (await CaseStudy.get()).direction == "worked"
    assert (await Thread.get()).version > thread.version
    assert (await Entry.get(kind="thread.updated")).data["reason"] == "The count was wrong"
    history = (await client.get(f"/t/{thread.id}/posts/1/history")).text
    assert "The count was wrong" in history
    assert "No word changed; the data of the case study did." in history
    # What changes nothing at all makes no version.
    assert (await client.post(address, data=given | {"revision": 2})).status_code == 303
    assert (await Post.get()).revision == 2


async def test_two_editors_of_the_numbers_see_each_other(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    thread = await _case(author)
    address = f"/t/{thread.id}/case"
    await make.sign_in(client, author)
    mine = _form(**{"metrics.result": ["7.5", "3"], "metrics.baseline": ["11.2", ""]}, vendor_tie="yes")
    assert (await client.post(address, data=mine | {"vendor_ties": "A gift."})).status_code == 303
    await make.sign_in(client, await make.moderator())
    theirs = _form(**{"metrics.result": ["6.25", "3"], "metrics.baseline": ["11.2", ""]}, staff_hours="under_40")
    answer = await client.post(address, data=theirs)
    assert answer.status_code == 409
    assert 'name="revision" value="2"' in answer.text
    assert 'value="6.25"' in answer.text
    differing = answer.text.partition('id="both-changed"')[2].partition("</section>")[0]
    for part in ("<b>7.5&nbsp;%</b>", "<b>6.25&nbsp;%</b>", "Ties to a vendor"):
        assert part in differing, part
    for same in ("Would you do it again", "Licence", "Who approved"):
        assert same not in differing, same
    assert Decimal("7.5") in await Metric.all().values_list("result", flat=True)
    assert (await client.post(address, data=theirs | {"revision": 2})).status_code == 303
    assert Decimal("6.25") in await Metric.all().values_list("result", flat=True)
    headers = await make.token(author)
    program = _form(metrics=[{**ROW, "result": 5}])
    assert (
        await client.put(f"/api/v1{address}".replace("/t/", "/threads/"), json=program, headers=headers)
    ).status_code == 409


async def test_two_editors_of_a_case_see_each_other(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    thread = await _case(author)
    address = f"/t/{thread.id}/case"
    await make.sign_in(client, author)
    await client.post(address, data=_form(lessons="The lesson of the author, at length."))
    await make.sign_in(client, await make.moderator())
    answer = await client.post(address, data=_form(problem="The problem as the moderator sees it."))
    assert answer.status_code == 409
    assert "The problem as the moderator sees it.</textarea>" in answer.text
    assert "<ins>" in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert (await CaseStudy.get()).problem == TEXT
    assert (
        await client.post(address, data=_form(problem="The problem as the moderator sees it.", revision=2))
    ).status_code == 303
    assert (await CaseStudy.get()).problem == "The problem as the moderator sees it."


async def test_the_text_of_a_case_is_not_edited_behind_its_back(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    thread = await _case(author)
    plain = await make.thread(kind="case_study", author=author)
    headers = await make.token(author)
    edited = {"body": "Something else, long enough to stand.", "revision": 1}
    assert (await client.patch(f"/api/v1/threads/{thread.id}/posts/1", json=edited, headers=headers)).status_code == 403
    assert (await client.patch(f"/api/v1/threads/{plain.id}/posts/1", json=edited, headers=headers)).status_code == 200


async def test_only_who_may_edit_changes_a_case(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    thread = await _case(author)
    plain = await make.thread(author=author)
    address = f"/t/{thread.id}/case"
    await make.sign_in(client, await make.editor())
    assert (await client.get(address)).status_code == (await client.post(address, data=_form())).status_code == 403
    await make.sign_in(client, author)
    assert (await client.get(f"/t/{plain.id}/case")).status_code == 404
    await Post.filter(thread_id=thread.id).update(created_at=now() - timedelta(days=60))
    assert (await client.post(address, data=_form())).status_code == 403
    assert (await CaseStudy.get()).direction == "mixed"
    await make.sign_in(client, await make.moderator())
    assert (await client.post(address, data=_form())).status_code == 303
    assert (await CaseStudy.get()).direction == "worked"


async def test_a_case_as_a_whole_has_an_end() -> None:
    long = dict.fromkeys(("problem", "what_we_did", "planning", "lessons", "results"), "x" * 8000)
    with pytest.raises(Invalid) as wrong:
        Case.read(_form(**long))
    assert "32,000" in wrong.value.errors["form"]


@pytest.mark.parametrize("locale", ["en", "nl", "fr", "sv", "pt_BR"])
@pytest.mark.parametrize("number", ["0", "8.9", "-3.125", "14210", "1.234", "1234567.5", "0.001"])
async def test_a_number_is_read_back_as_it_was_written(number: str, locale: str) -> None:
    assert read_number(write_number(Decimal(number), locale), locale) == Decimal(number)


async def test_the_same_by_program(client: httpx2.AsyncClient) -> None:
    author = await make.member(trust=2)
    thread = await _case(author)
    headers, other = await make.token(author), await make.token(await make.member())
    address = f"/api/v1/threads/{thread.id}"
    data = _form(direction="did_not_work", metrics=[{**ROW, "result": 12}])
    for path, body in (("labels", {"tags": ["brand new"]}), ("case", data)):
        assert (await client.put(f"{address}/{path}", json=body, headers=other)).status_code == 403
        assert (await client.put(f"{address}/{path}", json=body, headers=headers)).status_code in (200, 204)
    assert (await CaseStudy.get()).direction == "did_not_work"
    assert await ThreadTag.all().count() == 1
    assert (await client.put(f"{address}/case", json={}, headers=headers)).status_code == 422
