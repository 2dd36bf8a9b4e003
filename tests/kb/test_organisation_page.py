"""What the knowledge base adds to an organisation: the practices it uses, and what its people look after there."""

import pytest

from base.clock import now
from kb.models import Adoption
from kb.queries.adopted import adopted_by
from kb.queries.duties import duties_in_practices
from members.viewer import VISITOR
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]


async def test_practices_it_uses() -> None:
    there, other = await make.organisation("St. Elisabeth"), await make.organisation("Other")
    states = {"adopted": True, "trying": True, "stopped": True, "not_for_us": True, "planning": False}
    for state, visible in states.items():
        article = await make.article(f"Practice {state}")
        await Adoption.create(article=article, organisation=there, state=state, name_visible=visible, at=now())
    inside = await make.article("For the network", audience="network")
    await Adoption.create(article=inside, organisation=there, state="adapted", at=now())

    async def titles(viewer: object) -> set[str]:
        (shelf,) = await adopted_by(viewer, "organisation", there.id)  # type: ignore[arg-type]
        assert shelf.total == len(shelf.items)
        return {one.title for one in shelf.items}

    assert await titles(VISITOR) == {"Practice adopted", "Practice trying"}
    colleague = await make.viewer(await make.member(at=there))
    everything = {"Practice adopted", "Practice trying", "Practice planning", "For the network"}
    assert await titles(colleague) == everything
    member = await make.viewer(await make.member(at=other))
    assert await titles(member) == everything - {"Practice planning"}, "a name that is hidden stays so"
    assert await adopted_by(VISITOR, "member", there.id) == []


async def test_what_a_leaver_looks_after() -> None:
    there = await make.organisation()
    mara = await make.member(at=there)
    boss = await make.viewer(await make.member(at=there, role="org_admin"))
    shown = await make.article("How to answer reviews", owner=mara)
    draft = await make.article("Not out yet", owner=mara, state="draft")
    await make.article("Somebody else's")
    found = await duties_in_practices(boss, mara.id)
    assert [(one.title, one.what, one.url) for one in found.seen] == [
        ("How to answer reviews", "owner", f"/kb/{shown.id}-{shown.slug}")
    ]
    assert found.others == 1, "a draft is counted, and not named"
    editor = await make.viewer(await make.editor())
    seen = (await duties_in_practices(editor, mara.id)).seen
    assert {one.title for one in seen} == {"How to answer reviews", draft.title}
