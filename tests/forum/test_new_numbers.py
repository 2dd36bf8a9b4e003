"""New numbers of a case study, long after it was shared: the old ones stay, and who was slower loses nothing."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.errors import Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.case_input import NewNumbers
from forum.actions.new_numbers import NumbersChanged, new_numbers
from forum.models import CaseStudy, Metric, Post, PostRevision, Thread
from forum.queries.case_changes import case_changes
from members.viewer import VISITOR
from tests import builders as make
from tests.forum.cases import make_case
from tests.members.outline import faults_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]

LONG_AGO = timedelta(days=800)


def given(**more: Any) -> NewNumbers:
    rows = [{"name": "No-shows", "baseline": "11.2", "result": "7.5", "unit": "%", "comparison": "before_after"}]
    return NewNumbers.read({"metrics": rows, "direction": "worked", "reason": "After two years", "revision": 1} | more)


async def _old(**more: Any) -> tuple[Any, Thread]:
    author = await make.member()
    thread = await make_case(author=author, at_time=now() - LONG_AGO, **more)
    return author, thread


async def test_the_author_tells_new_numbers_at_any_time() -> None:
    author, thread = await _old()
    viewer = await make.viewer(author)
    assert await new_numbers(viewer, thread.id, given(direction="mixed", ongoing="yes")) == 2
    case = await CaseStudy.get()
    assert (case.direction, case.ongoing, case.updated_at is not None) == ("mixed", True, True)
    assert [one.result for one in await Metric.all()] == [Decimal("7.5")]
    first, second = await PostRevision.filter(post__thread_id=thread.id).order_by("number")
    assert (second.body, second.reason, second.editor_id) == (first.body, "After two years", author.id)
    (update,) = await case_changes(thread.id)
    assert (update.reason, update.direction) == ("After two years", ("worked", "mixed"))
    assert [(one.name, one.before, one.after) for one in update.numbers] == [
        ("No-shows", "11.2 → 8.9 %", "11.2 → 7.5 %")
    ]
    rows = [{"name": "Calls", "result": "3"}]
    await new_numbers(viewer, thread.id, given(direction="mixed", metrics=rows, revision=2, reason="Counted anew"))
    newest, _ = await case_changes(thread.id)
    assert [(one.name, one.before, one.after) for one in newest.numbers] == [
        ("No-shows", "11.2 → 7.5 %", ""), ("Calls", "", "3")
    ]  # fmt: skip
    assert (await Entry.filter(kind="thread.updated").first()).data["touches"] == {"thread": [thread.id]}  # type: ignore[union-attr]
    assert (await Thread.get(id=thread.id)).version > thread.version


async def test_who_may() -> None:
    author, thread = await _old()
    with pytest.raises(NotSignedIn):
        await new_numbers(VISITOR, thread.id, given())
    for who in (await make.member(), await make.editor()):
        with pytest.raises(Refused):
            await new_numbers(await make.viewer(who), thread.id, given())
    await Post.filter(thread_id=thread.id).update(state="hidden")
    with pytest.raises(Missing):
        await new_numbers(await make.viewer(author), thread.id, given())
    assert await new_numbers(await make.viewer(await make.moderator()), thread.id, given()) == 2
    question = await make.thread(author=author)
    with pytest.raises(Missing):
        await new_numbers(await make.viewer(author), question.id, given())


async def test_two_at_once() -> None:
    author, thread = await _old()
    await new_numbers(await make.viewer(author), thread.id, given())
    with pytest.raises(NumbersChanged):
        await new_numbers(await make.viewer(await make.moderator()), thread.id, given(direction="mixed"))
    assert (await CaseStudy.get()).direction == "worked"


def _hidden(html: str) -> dict[str, Any]:
    return {
        name: unescape(html.partition(f'name="{name}" value="')[2].partition('"')[0]) for name in ("revision", "base")
    }


async def test_the_page_with_its_form(client: httpx2.AsyncClient) -> None:
    author, thread = await _old(title="Reminders by text message")
    address = f"/t/{thread.id}/numbers"
    page = await client.get(address)
    assert "The numbers are those of the beginning" in page.text
    assert "<textarea" not in page.text
    assert "Save the new numbers" not in page.text
    await make.sign_in(client, author)
    assert f'href="{address}"' in (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    opened = _hidden((await client.get(address)).text)
    form = {
        "metrics.name": ["No-shows"], "metrics.baseline": ["11.2"], "metrics.result": ["many"], "metrics.unit": ["%"],
        "metrics.comparison": ["before_after"], "direction": "worked", "reason": "Measured again",
    }  # fmt: skip
    wrong = await client.post(address, data=form | opened)
    assert wrong.status_code == 422
    assert 'href="#f-metrics-0-result"' in wrong.text
    assert 'value="Measured again"' in wrong.text
    more = await client.post(address, data=form | opened | {"add_row": "metrics"})
    assert more.text.count('<fieldset class="line"') == 2
    fewer = await client.post(address, data=form | opened | {"remove_row": "0"})
    assert 'value="many"' not in fewer.text
    assert (await client.post(address, data=form | opened | {"metrics.result": ["7"]})).status_code == 303
    shown = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert "Updated" in shown
    assert "Updated" in (await client.get("/case-studies")).text
    page_of_all = (await client.get(address)).text
    assert "Measured again" in page_of_all
    assert "11.2 → 8.9 %" in page_of_all

    late = form | opened | {"metrics.result": ["8.9"], "direction": "mixed", "reason": "From the other window"}
    stale = await client.post(address, data=late)
    assert stale.status_code == 409
    assert "You changed different places" in stale.text
    assert 'value="7"' in stale.text
    assert 'value="mixed" checked' in stale.text
    again = late | _hidden(stale.text) | {"metrics.result": ["7"]}
    assert (await client.post(address, data=again)).status_code == 303
    assert (await CaseStudy.get()).direction == "mixed"


async def test_the_same_by_program(client: httpx2.AsyncClient) -> None:
    author, thread = await _old()
    body = {"metrics": [{"name": "Calls", "result": 3}], "direction": "mixed", "reason": "Counted anew", "revision": 1}
    address = f"/api/v1/threads/{thread.id}/numbers"
    assert (await client.put(address, json=body)).status_code == 401
    headers = await make.token(author)
    assert (await client.put(address, json=body, headers=headers)).json()["revision"] == 2
    assert (await client.put(address, json=body, headers=headers)).status_code == 409
    assert (await client.put(address, json={}, headers=headers)).status_code == 422


async def test_pages_offer_only_what_one_may(client: httpx2.AsyncClient) -> None:
    author, thread = await _old()
    await new_numbers(await make.viewer(author), thread.id, given())
    assert faults_of((await client.get(f"/t/{thread.id}/numbers")).text) == []
    for who, offered in ((await make.editor(), False), (await make.moderator(), True)):
        await make.sign_in(client, who)
        page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
        assert "Look after this thread" in page
        assert (f'href="/t/{thread.id}/case"' in page) is offered
        assert ((await client.get(f"/t/{thread.id}/case")).status_code == 200) is offered
        assert faults_of((await client.get(f"/t/{thread.id}/numbers")).text) == []
