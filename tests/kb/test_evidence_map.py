"""The evidence map: recommendation, sources, organisations, results, as a picture and as a table."""

import httpx2
import pytest

from kb.actions.attach import Attached, attach
from kb.actions.insert import insert
from kb.adoptions import Adoption
from kb.evidence_map import MOST, Evidence, evidence_rows, picture
from tests import builders as make
from tests.kb.conftest import Scene, case_study
from tests.statements import statements

pytestmark = pytest.mark.anyio

WORDS = {"": "No result told", "worked": "It worked", "nobody": "No organisation", "control": "control group"}


def test_the_picture_grows_with_its_rows_and_leaves_the_rest_to_the_table() -> None:
    rows = [Evidence(f"Source {number}", "/t/1", "Hospital", "worked", ("control",)) for number in range(MOST + 3)]
    drawn = picture("Do: govern accounts", rows, WORDS)
    assert drawn.left_out == 3
    assert len(drawn.boxes) == 1 + 3 * MOST
    assert len(drawn.lines) == 3 * MOST
    assert drawn.height > picture("Do", rows[:1], WORDS).height
    assert any("It worked: control" in " ".join(one.lines) for one in drawn.boxes)


def test_adopters_who_report_a_result_stand_in_it() -> None:
    use = {"organisation": "St. Mary", "slug": "st-mary", "country": "IE", "organisation_id": 4}
    uses = [
        Adoption(**use, state="adopted", result="worked"),  # type: ignore[arg-type]
        Adoption(**use, state="adopted"),  # type: ignore[arg-type]
        Adoption(**use, state="stopped", result="did_not_work"),  # type: ignore[arg-type]
    ]
    assert [(one.source, one.organisation) for one in evidence_rows((), (), uses, "did_not_work")] == [
        ("Adoption ledger", "St. Mary")
    ]  # fmt: skip


async def test_the_page_draws_and_tells_the_same(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.draft()
    await insert(scene.editor, id_, await scene.insertion(2))
    home = await make.organisation("Zürich General")
    case = await case_study("Register of accounts, measured", home, comparison="before_after")
    failed = await case_study("It failed with us", await make.organisation("Lake Clinic"), "did_not_work")
    for one in (case, failed):
        await attach(scene.editor, id_, Attached(thread=one.id))
    await scene.publish(id_)
    page = (await client.get(f"/kb/{id_}/evidence")).text
    drawing, table = (
        page.partition('class="map"')[2].partition("</figure>")[0],
        page.partition("The same as a table")[2],
    )
    for words in ("Zürich General", "Lake Clinic"):
        assert words in drawing
        assert words in table
    assert "before and after" in table
    assert "Contradicts" in table
    assert "1 passage" in table


async def test_it_tells_nothing_of_what_one_may_not_see(client: httpx2.AsyncClient, scene: Scene) -> None:
    home = await make.organisation("Secret Clinic")
    inside = await make.thread("Inside the network", organisation=home, audience="network")
    id_ = await scene.draft()
    await attach(await make.viewer(scene.ruth), id_, Attached(thread=scene.thread.id))
    made = await make.article("An open one", threads=[inside])
    page = (await client.get(f"/kb/{made.id}/evidence")).text
    assert "Secret Clinic" not in page
    assert "Inside the network" not in page
    with statements() as counted:
        await client.get(f"/kb/{made.id}/evidence")
    assert len(counted) == 3
