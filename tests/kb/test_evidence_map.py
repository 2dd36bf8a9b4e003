"""The evidence map: recommendation, sources, organisations, results, as a picture and as a table."""

import httpx2
import pytest

from forum.queries.passages import passages
from kb.actions.attach import Attached, attach
from kb.actions.insert import Insertion, insert
from kb.adoptions import Adoption
from kb.evidence_map import MOST, Evidence, evidence_rows, picture
from kb.pages.evidence import map_of
from kb.queries.article import show_article
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


async def test_a_passage_is_of_the_organisation_of_who_wrote_it(client: httpx2.AsyncClient, scene: Scene) -> None:
    lake, hill = await make.organisation("Lakeview"), await make.organisation("Hillside")
    joel, nia = await make.member("Joel Carter", at=lake), await make.member("Nia Thompson", at=hill)
    thread = await make.thread("Who answers at night?", author=scene.mara, organisation=scene.hospital)
    case = await case_study("It failed with us", scene.hospital, "did_not_work")
    answers = [
        await make.post(thread, "The switchboard answers.", author=joel),
        await make.post(thread, "Nobody does.", author=nia),
        await make.post(thread, "It works.", author=joel),
    ]
    id_ = await scene.draft()
    await attach(scene.editor, id_, Attached(thread=case.id))
    for post in (*answers, await make.post(case, "With us, too.", author=nia)):
        found = next(one for one in (await passages(scene.editor, post.thread_id)).posts if one.number == post.number)
        span = {"thread": post.thread_id, "number": post.number, "revision": found.revision}
        span |= {"start": found.paragraphs[0].start, "end": found.paragraphs[0].end}
        await insert(scene.editor, id_, Insertion.read({"section": "steps", "passages": [span]}))
    shown = await show_article(scene.editor, id_)
    assert [(one.source, one.organisation, one.passages, one.result) for one in map_of(shown)] == [
        (scene.thread.title, "St. Elisabeth Hospital", 0, ""),
        ("It failed with us", "St. Elisabeth Hospital", 0, "did_not_work"),
        ("#2: It failed with us", "Hillside", 1, ""),
        ("#2, #4: Who answers at night?", "Lakeview", 2, ""),
        ("#3: Who answers at night?", "Hillside", 1, ""),
    ]


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
    assert len(counted) == 4
