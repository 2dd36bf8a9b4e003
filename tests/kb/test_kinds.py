"""Each kind of practice has words, hints, an interval and approvals of its own."""

import re
from typing import get_args

import httpx2
import pytest

from forum.evidence import Ceiling
from kb.actions.describe import Details, describe
from kb.actions.insert import insert
from kb.actions.promote import NewArticle, start
from kb.actions.rate import Rating, rate
from kb.actions.revise import NewVersion, revise
from kb.actions.send import Asked, send
from kb.actions.suggest import Proposal, suggest
from kb.actions.write import Changes, save
from kb.content import Content
from kb.models import Article
from kb.readiness import missing_for_review
from kb.sections import SECTIONS, TEMPLATES, Kind, interval_for
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio

# What a kind is called, what its main section is called, and how it hints at it; after how many days it is checked
# again, on a platform and without one; and how many people approve it.
KINDS = {
    "how_to": ("How-to", "Steps", "in order", 180, 90, 1),
    "policy": ("Policy", "The rule", "adopted as they stand", 180, 90, 2),
    "checklist": ("Checklist", "Checklist", "One point a line", 180, 90, 1),
    "guideline": ("Guideline", "Guidance", "principles", 365, 90, 1),
    "answer": ("Answer", "Answer", "whole answer", 365, 90, 1),
    "announcement": ("Announcement", "What changes", "from when on", 90, 90, 1),
}


def test_there_are_these_kinds() -> None:
    assert list(KINDS) == list(TEMPLATES) == list(get_args(Kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_drives_template_interval_and_approvals(kind: str) -> None:
    label, heading, hint, days, on_a_platform, approvals = KINDS[kind]
    template = TEMPLATES[kind]
    assert (template.label, template.label_of("steps"), template.approvals) == (label, heading, approvals)
    assert hint in template.hint_of("steps")
    assert (interval_for(kind, platform_specific=False), interval_for(kind, platform_specific=True)) == (
        days, on_a_platform,
    )  # fmt: skip
    known = {section.name for section in SECTIONS}
    assert {name for name, _ in (*template.labels, *template.hints)} <= known


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_missing_is_called_as_in_the_form(kind: str) -> None:
    missing = missing_for_review(kind, Content(title="x", sections={}), Ceiling("E1", "", ""))
    assert missing["steps"].startswith(f"“{KINDS[kind][1]}” is empty.")
    assert KINDS[kind][2] in missing["steps"]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_article_of_the_kind(client: httpx2.AsyncClient, scene: Scene, kind: Kind) -> None:
    label, heading, hint, days, _, _ = KINDS[kind]
    id_ = await start(scene.editor, NewArticle(title="What everybody has to know", kind=kind))
    assert (await Article.get(id=id_)).interval_days == days
    await make.sign_in(client, scene.ruth)
    bench = (await client.get(f"/kb/{id_}/edit")).text
    assert heading in bench
    assert hint in bench
    assert f'<option value="{kind}" selected>{label}</option>' in bench
    assert label in (await client.get("/kb/new")).text
    await Article.filter(id=id_).update(state="published", published_revision=1)
    assert f'name="kind" value="{kind}"' in (await client.get("/practices")).text
    listed = (await client.get("/api/v1/articles", params={"kind": kind})).json()
    assert [one["id"] for one in listed["articles"]] == [id_]


async def test_a_section_is_called_the_same_on_every_page(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.draft()
    await insert(scene.editor, id_, await scene.insertion(2))
    await describe(scene.editor, id_, Details.read({"kind": "checklist", "audience": "public"}))
    await scene.publish(id_)
    other = Proposal(section="steps", text="- [ ] Name two deputies.", why="One deputy is away too often.")
    await suggest(await make.viewer(scene.ana), id_, other)
    await rate(await make.viewer(scene.eva), id_, Rating(helpful=False, reason="unclear", section="steps"))
    await make.sign_in(client, scene.ruth)
    await revise(scene.editor, id_, NewVersion())
    form = {"do": "save", "edits": "0", "base": "", "steps": "- [ ] Mine."}
    await save(scene.editor, id_, Changes(steps="- [ ] Theirs."))
    merge = await client.post(f"/kb/{id_}/edit", data=form | {"strength": "strong"})
    assert merge.status_code == 409
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await make.sign_in(client, scene.tomasz)
    places = ("review", "diff?from=1&to=2", "recheck", "sources", "suggestions")
    for page in (merge.text, *[(await client.get(f"/kb/{id_}/{place}")).text for place in places]):
        main = page.partition("<main")[2]
        assert "Checklist" in main
        assert not re.search(r"\bSteps\b", main)


async def test_another_kind_is_another_interval(scene: Scene) -> None:
    id_ = await start(scene.editor, NewArticle(title="What everybody has to know"))
    found = []
    for kind in KINDS:
        await describe(scene.editor, id_, Details.read({"kind": kind}))
        found.append((await Article.get(id=id_)).interval_days)
    assert found == [one[3] for one in KINDS.values()]
    await make.platform("X")
    await describe(scene.editor, id_, Details.read({"platforms": "X"}))
    await describe(scene.editor, id_, Details.read({"kind": "guideline"}))
    assert (await Article.get(id=id_)).interval_days == 90
