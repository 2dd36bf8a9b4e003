"""How strong the evidence of a case study is: the computed ceiling, the editor's grade, what others change in it."""

import random
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.db import rows
from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from forum.actions.grade_case import Grading, grade_case
from forum.evidence import Case, case_ceiling
from forum.models import CaseStudy, Metric, Thread
from forum.queries.case_evidence import Evidence, grades_of, grades_sql
from forum.queries.case_view import case_view
from forum.queries.listing import Wanted, listing
from members.models import Organisation
from members.viewer import VISITOR
from tests import builders as make
from tests.builders import sign_in
from tests.forum.cases import make_case

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]

PRACTICE = 4_711


def own(*comparisons: str, **more: Any) -> Case:
    given = {"thread_id": 1, "title": "", "organisation_id": 1, "direction": "worked"}
    return Case(**given | {"comparisons": frozenset(comparisons)} | more)


def other(organisation: int, *comparisons: str, **more: Any) -> Case:
    return own(*comparisons, **{"thread_id": organisation, "organisation_id": organisation} | more)


@pytest.mark.parametrize(
    ("case", "others", "grade", "raised_by"),
    [
        (own(), [], "E4", "A measured result would make it Suggestive."),
        (own(), [other(2, "control"), other(3, "control")], "E4", "A measured result"),
        (own("none"), [], "E3", "Numbers from before and after"),
        (own("none"), [other(2, "before_after"), other(3, "before_after")], "E3", "Numbers from before and after"),
        (own("before_after"), [], "E3", "One more organisation with numbers from before and after would make it Mod"),
        (own("before_after"), [other(1, "before_after")], "E3", "One more organisation"),
        (own("before_after"), [other(2, "none")], "E3", "One more organisation"),
        (own("before_after"), [other(2, "benchmark")], "E2", "A result against a control group"),
        (own("before_after"), [other(2, "benchmark", industry=True)], "E3", "One more organisation"),
        (own("before_after"), [other(2, "benchmark", direction="mixed")], "E3", "One more organisation"),
        (own("control"), [], "E3", "Two more organisations"),
        (own("control"), [other(2)], "E3", "One more organisation that adopted it"),
        (own("control"), [other(2), other(3)], "E1", ""),
        (own("before_after"), [other(2, "control"), other(3)], "E1", ""),
        (own("control", industry=True), [other(2), other(3)], "E4", "A hospital that measures the same"),
        (own("control", organisation_id=None), [other(2), other(3)], "E3", "A case study of a named organisation"),
        (own("before_after"), [other(2, "none", direction="did_not_work")], "E4", "An editor who grades it"),
        (own("before_after"), [other(2, direction="did_not_work", addressed=True)], "E3", "One more organisation"),
        (own("before_after", direction="mixed"), [other(2, direction="did_not_work")], "E3", "One more organisation"),
        (
            own("before_after", direction="did_not_work"),
            [other(2, "before_after", direction="did_not_work")],
            "E2",
            "A result against a control group",
        ),
    ],
)
async def test_the_ceiling(case: Case, others: list[Case], grade: str, raised_by: str) -> None:
    found = case_ceiling(case, others)
    assert found.grade == grade
    assert found.raised_by.startswith(raised_by)
    assert bool(raised_by) is bool(found.raised_by)
    assert found.reason


async def _evidence(thread: Thread) -> Evidence:
    return (await case_view(thread.id)).evidence


async def test_lists_and_the_case_itself_never_differ() -> None:
    chance = random.Random(7)
    places: list[Organisation | None] = [await make.organisation() for _ in range(4)]
    places += [await make.organisation(kind="industry"), None]
    threads = []
    for _ in range(60):
        thread = await make_case(
            at=chance.choice(places),
            direction=chance.choice(["worked", "worked", "did_not_work", "mixed"]),
            comparisons=chance.choices(["none", "before_after", "control", "benchmark"], k=chance.randint(0, 2)),
            practice=chance.choice([None, 1, 2, 3, 4, 5, 6]),
            audience=chance.choice(["public", "public", "network"]),
            state=chance.choice(["published", "published", "published", "hidden"]),
        )
        if chance.random() < 0.3:
            graded = {"evidence": chance.choice(["E1", "E2", "E3", "E4"]), "evidence_why": "So it is."}
            await CaseStudy.filter(thread_id=thread.id).update(**graded, evidence_at=now())
        threads.append(thread)
    told = {row["id"]: row["grade"] for row in await rows(grades_sql())}
    shown = [thread for thread in threads if thread.state == "published"]
    assert told == {thread.id: (await _evidence(thread)).grade for thread in shown}
    assert await grades_of([thread.id for thread in shown[:9]]) == {one.id: told[one.id] for one in shown[:9]}
    assert set(told.values()) == {"E1", "E2", "E3", "E4"}


async def test_a_case_that_not_everybody_may_see_raises_nothing_for_others() -> None:
    public = await make_case(practice=PRACTICE)
    secret = await make_case(practice=PRACTICE, audience="network")
    assert (await _evidence(public)).grade == "E3"
    assert (await _evidence(secret)).grade == "E2"


async def test_an_editor_grades_with_a_sentence_and_never_above() -> None:
    thread, editor = await make_case(), await make.viewer(await make.editor())
    with pytest.raises(Invalid) as wrong:
        await grade_case(editor, thread.id, Grading(grade="E2", why="It convinces me altogether."))
    assert wrong.value.errors["grade"].startswith("Moderate is above what the numbers allow: Suggestive at most.")
    with pytest.raises(Invalid) as wrong:
        await grade_case(editor, thread.id, Grading(grade="E4", why="No."))
    assert list(wrong.value.errors) == ["why"]
    assert (await _evidence(thread)).given == ""
    found = await grade_case(editor, thread.id, Grading(grade="E4", why="Two weeks are too short to tell."))
    assert (found.grade, found.reason, found.by) == ("E4", "Two weeks are too short to tell.", editor.name)
    assert (await grades_of([thread.id]))[thread.id] == "E4"
    again = await grade_case(editor, thread.id, Grading())
    assert (again.grade, again.given, again.why, again.at) == ("E3", "", "", None)


async def test_two_editors_at_once_do_not_write_over_each_other() -> None:
    thread, one = await make_case(), await make.viewer(await make.editor())
    two = await make.viewer(await make.editor())
    await grade_case(one, thread.id, Grading(grade="E4", why="Two weeks are too short."), check_seen=True)
    with pytest.raises(Conflict):
        await grade_case(two, thread.id, Grading(grade="E3", why="It is measured well."), check_seen=True)
    seen = (await _evidence(thread)).at
    await grade_case(two, thread.id, Grading(grade="E3", why="It is measured well.", seen=seen), check_seen=True)
    assert (await _evidence(thread)).why == "It is measured well."


async def test_the_lower_counts_when_the_ceiling_falls() -> None:
    thread, editor = await make_case(practice=PRACTICE), await make.viewer(await make.editor())
    contrary = await make_case(practice=PRACTICE, direction="did_not_work", at_time=now() - timedelta(days=1))
    assert (await _evidence(thread)).grade == "E4"
    # The sentence of who grades it deals with what contradicts it.
    graded = await grade_case(editor, thread.id, Grading(grade="E3", why="The other clinic sent letters only."))
    assert (graded.grade, graded.fallen) == ("E3", False)
    await CaseStudy.filter(thread_id=contrary.id).update(updated_at=now() + timedelta(seconds=5))
    fallen = await _evidence(thread)
    assert (fallen.grade, fallen.given, fallen.fallen) == ("E4", "E3", True)
    assert "which lowers the grade by one" in fallen.reason


async def test_who_may_grade() -> None:
    thread, hidden = await make_case(), await make_case(state="hidden")
    given = Grading(grade="E4", why="Two weeks are too short.")
    with pytest.raises(NotSignedIn):
        await grade_case(VISITOR, thread.id, given)
    with pytest.raises(Refused):
        await grade_case(await make.viewer(await make.member()), thread.id, given)
    with pytest.raises(Missing):
        await grade_case(await make.viewer(await make.editor()), hidden.id, given)
    question = await make.thread()
    with pytest.raises(Missing):
        await grade_case(await make.viewer(await make.editor()), question.id, given)


async def test_lists_are_narrowed_and_sorted_by_evidence() -> None:
    weak = await make_case(comparisons=[])
    middle = await make_case()
    strong = await make_case(practice=PRACTICE)
    await make_case(practice=PRACTICE)
    found = await listing(VISITOR, Wanted(kind="case_study", sort="evidence"))
    assert [one.evidence for one in found.threads] == ["E2", "E2", "E3", "E4"]
    assert found.threads[-1].id == weak.id
    found = await listing(VISITOR, Wanted(kind="case_study", evidence="E3"))
    assert [(one.id, one.evidence) for one in found.threads] == [(middle.id, "E3")]
    found = await listing(VISITOR, Wanted(kind="case_study", evidence="E2", sort="evidence"))
    assert strong.id in [one.id for one in found.threads]
    assert found.page.total == 2


async def test_it_is_on_every_page_of_the_case(client: httpx2.AsyncClient) -> None:
    thread = await make_case(title="Reminders against no-shows")
    url = f"/t/{thread.id}-{thread.slug}"
    text = (await client.get(url)).text
    for words in (
        "Suggestive",
        "One organisation measured a result.",
        "What would raise it:",
        "would make it Moderate",
    ):
        assert words in text
    assert "/evidence" not in text
    told = (await client.get(f"{url}.json")).json()
    assert told["case"]["evidence"]["grade"] == "E3"
    assert told["case"]["evidence"]["raised_by"].startswith("One more organisation")
    assert "- Evidence: Suggestive. One organisation measured a result." in (await client.get(f"{url}.md")).text
    listed = (await client.get("/api/v1/threads?kind=case_study")).json()["threads"]
    assert [one["evidence"] for one in listed] == ["E3"]
    assert "Suggestive" in (await client.get("/case-studies")).text


async def test_the_form_of_editors(client: httpx2.AsyncClient) -> None:
    thread, editor = await make_case(), await make.editor()
    await sign_in(client, editor)
    page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert f'action="/t/{thread.id}/evidence"' in page
    answer = await client.post(f"/t/{thread.id}/evidence", data={"grade": "E1", "why": "I like it a lot."})
    assert answer.status_code == 422
    assert "Strong is above what the numbers allow" in answer.text
    assert "I like it a lot." in answer.text
    answer = await client.post(f"/t/{thread.id}/evidence", data={"grade": "E4", "why": "Only two weeks long."})
    assert answer.status_code == 303
    assert "Only two weeks long." in (await client.get(answer.headers["location"], follow_redirects=True)).text
    stale = await client.post(f"/t/{thread.id}/evidence", data={"grade": "E3", "why": "Long enough for me."})
    assert stale.status_code == 409
    assert "Long enough for me." in stale.text
    api = f"/api/v1/threads/{thread.id}/evidence"
    assert (await client.put(api, json={"grade": "E2", "why": "Very good indeed."})).status_code == 422
    done = await client.put(api, json={"grade": "E3", "why": "Very good indeed."})
    assert done.json()["grade"] == "E3"
    assert await Metric.filter(case__thread_id=thread.id).count() == 1
