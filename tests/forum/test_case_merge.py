"""Two people edit the same case study at once: nothing of either is lost."""

from typing import Any

import httpx2
import pytest

from forum.case_merge import merge_case
from forum.models import CaseStudy, Metric, Post
from forum.queries.case_form import case_form
from tests import builders as make
from tests.forum.cases import make_case
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]

ROW = {"name": "No-shows", "kind": "service", "baseline": "11.2", "result": "8.9", "unit": "%", "period": "",
       "source": "", "comparison": "before_after", "n": ""}  # fmt: skip
CALLS = {**ROW, "name": "Calls", "result": "3", "unit": ""}
BASE = {
    "title": "Reminders by message", "summary": "In short.", "lessons": "One.\n\nTwo.\n\nThree.", "again": "",
    "direction": "worked", "approvals": ["legal"], "ongoing": "yes", "metrics": [ROW, CALLS],
}  # fmt: skip


def given(**more: Any) -> dict[str, Any]:
    return BASE | more


async def test_different_places_go_together() -> None:
    mine = given(lessons="One, I say.\n\nTwo.\n\nThree.", direction="mixed", metrics=[ROW | {"result": "7"}, CALLS])
    theirs = given(lessons="One.\n\nTwo.\n\nThree, they say.", summary="In fewer words.", again="no", approvals=[])
    del theirs["ongoing"]
    theirs["metrics"] = [ROW, CALLS | {"result": "4"}, {**ROW, "name": "Hours"}]
    merged = merge_case(BASE, mine, theirs)
    assert merged.clashes == ()
    assert merged.given["lessons"] == "One, I say.\n\nTwo.\n\nThree, they say."
    told = [merged.given[name] for name in ("summary", "direction", "again", "approvals")]
    assert told == ["In fewer words.", "mixed", "no", ""]
    assert "ongoing" not in merged.given
    assert [(row["name"], row["result"]) for row in merged.given["metrics"]] == [
        ("No-shows", "7"), ("Calls", "4"), ("Hours", "8.9")
    ]  # fmt: skip
    assert [name for name, _ in merged.theirs] == ["summary", "lessons"]


async def test_the_same_place_stays_mine_and_is_told() -> None:
    mine = given(summary="Mine.", direction="mixed", metrics=[ROW | {"result": "7"}])
    theirs = given(summary="Theirs.", direction="did_not_work", metrics=[ROW | {"result": "6"}, CALLS | {"n": "5"}])
    merged = merge_case(BASE, mine, theirs)
    assert (merged.given["summary"], merged.given["direction"]) == ("Mine.", "mixed")
    assert [(one.field, one.row) for one in merged.clashes] == [
        ("summary", None), ("direction", None), ("metrics", 0), ("metrics", 1)
    ]  # fmt: skip
    assert merged.clashes[2].theirs["result"] == "6"
    # What I took out and they changed is back: taking out is easier than typing again.
    assert merged.clashes[3].mine is None
    assert merged.given["metrics"][1]["n"] == "5"


async def test_both_did_the_same() -> None:
    same = given(summary="Both.", metrics=[CALLS], direction="mixed")
    merged = merge_case(BASE, same, same)
    assert (merged.clashes, merged.given["summary"], len(merged.given["metrics"])) == ((), "Both.", 1)


async def test_two_rows_of_one_name_stay_two() -> None:
    base = given(metrics=[ROW, ROW | {"period": "later"}])
    merged = merge_case(base, given(metrics=[ROW, ROW | {"period": "later", "n": "9"}]), base)
    assert [(row["period"], row["n"]) for row in merged.given["metrics"]] == [("", ""), ("later", "9")]


def _form(html: str) -> dict[str, Any]:
    """Return the hidden fields that the form carries."""
    from html import unescape

    return {
        name: unescape(html.partition(f'name="{name}" value="')[2].partition('"')[0]) for name in ("revision", "base")
    }


TEXT = "Long enough to say what happened."
FIELDS = {
    "title": "Reminders by text message", "summary": TEXT, "problem": TEXT, "what_we_did": TEXT, "lessons": TEXT,
    "direction": "worked", "sponsored": "no", "vendor_tie": "no", "metrics.name": ["No-shows"],
    "metrics.baseline": ["11,2"], "metrics.result": ["8,9"], "metrics.unit": ["%"],
    "metrics.comparison": ["before_after"],
}  # fmt: skip


async def test_a_stale_form_becomes_one_with_both(client: httpx2.AsyncClient) -> None:
    author = await make.member(locale="nl")
    thread = await make_case(author=author, **dict.fromkeys(("summary", "problem", "what_we_did", "lessons"), TEXT))
    address = f"/t/{thread.id}/case"
    await make.sign_in(client, author)
    opened = _form((await client.get(address)).text)
    await make.sign_in(client, await make.moderator())
    theirs = FIELDS | opened | {"metrics.result": ["7.5"], "problem": "Another problem than we thought.", "reason": "x"}
    assert (await client.post(address, data=theirs)).status_code == 303

    await make.sign_in(client, author)
    mine = FIELDS | opened | {"lessons": "Another lesson than we thought.", "direction": "mixed", "reason": "Later"}
    with statements() as sent:
        answer = await client.post(address, data=mine)
    assert answer.status_code == 409
    assert "Somebody saved while you were writing" in answer.text
    assert "You changed different places" in answer.text
    for kept in (
        "Another lesson than we thought.</textarea>",
        "Another problem than we thought.</textarea>",
        'value="7,5"',
    ):
        assert kept in answer.text
    assert 'value="Later"' in answer.text
    assert len(sent) < 16
    again = mine | _form(answer.text) | {"problem": "Another problem than we thought.", "metrics.result": ["7,5"]}
    assert again["revision"] == "2"
    assert (await client.post(address, data=again)).status_code == 303
    case = await CaseStudy.get()
    assert (case.problem, case.lessons, case.direction) == (
        "Another problem than we thought.", "Another lesson than we thought.", "mixed",
    )  # fmt: skip
    assert [str(one.result.normalize()) for one in await Metric.all()] == ["7.5"]
    assert (await Post.get(number=1)).revision == 3


@pytest.mark.parametrize("base", ["", "{", "[]", '{"metrics": 3}', '{"metrics": [4, null]}', "null"])
async def test_a_form_whose_beginning_is_lost_shows_everything_that_differs(
    client: httpx2.AsyncClient, base: str
) -> None:
    author = await make.member()
    thread = await make_case(author=author, **dict.fromkeys(("summary", "problem", "what_we_did", "lessons"), TEXT))
    await make.sign_in(client, author)
    address = f"/t/{thread.id}/case"
    assert (
        await client.post(address, data=FIELDS | {"revision": 1, "problem": "They say so, at length."})
    ).status_code == 303
    answer = await client.post(address, data=FIELDS | {"revision": 1, "problem": "I say so, at length.", "base": base})
    assert answer.status_code == 409
    assert "I say so, at length.</textarea>" in answer.text
    assert "They say so, at length.</blockquote>" in answer.text


async def test_a_row_is_taken_out_without_scripts(client: httpx2.AsyncClient) -> None:
    author = await make.member()
    await make.sign_in(client, author)
    rows = {"metrics.name": ["First", "Second", "Third"], "metrics.result": ["1", "2", "3"]}
    answer = await client.post("/ask/case-study", data=FIELDS | rows | {"remove_row": "1"})
    assert answer.status_code == 200
    assert 'value="First"' in answer.text
    assert 'value="Third"' in answer.text
    assert 'value="Second"' not in answer.text
    for odd in ("9", "-1", "x", ""):
        answer = await client.post("/ask/case-study", data=FIELDS | rows | {"remove_row": odd})
        assert 'value="Second"' in answer.text
    thread = await make_case(author=author)
    answer = await client.post(f"/t/{thread.id}/case", data=FIELDS | rows | {"remove_row": "0", "revision": 1})
    assert 'value="First"' not in answer.text
    assert 'value="Second"' in answer.text
    assert (await case_form(thread.id)).revision == 1
