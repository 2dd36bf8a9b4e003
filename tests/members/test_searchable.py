"""People and organisations as the search index sees them."""

import pytest

from app.people_searchable import BATCH, SOURCES
from members.models import Member
from search_index.document import Document, Source
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]
SOURCE: dict[str, Source] = {source.kind: source for source in SOURCES}


async def load(kind: str, *ids: int) -> list[Document]:
    return [document async for document in SOURCE[kind].load(ids)]


async def load_all(kind: str) -> list[Document]:
    return [document async for document in SOURCE[kind].load_all()]


async def test_a_person_is_for_the_network() -> None:
    there = await make.organisation("St. Elisabeth", country="NL")
    tube = await make.platform("YouTube")
    mara = await make.member(
        "Mara Visser", at=there, platforms=[tube], title="Officer", bio="I do **reviews**.", email="secret@example.org"
    )
    (found,) = await load("member", mara.id)
    assert (found.audience, found.title, found.url) == ("network", "Mara Visser", "/people/mara-visser")
    assert found.body == "Officer\nSt. Elisabeth\nI do reviews."
    assert (found.organisation, found.country, found.platforms) == ("St. Elisabeth", "NL", ("YouTube",))
    assert "secret" not in repr(found)


@pytest.mark.parametrize("state", ["unverified", "staged", "suspended", "gone"])
async def test_who_is_not_here_is_not_found(state: str) -> None:
    gone = await make.member("Gone", state=state)
    assert await load("member", gone.id, 999) == []
    assert await load_all("member") == []


async def test_organisations_are_public_while_they_take_part() -> None:
    region = await make.region("Europe")
    there = await make.organisation("St. Elisabeth", region=region, about="Our *house*.")
    await make.organisation("Closed", state="archived")
    (found,) = await load_all("organisation")
    assert (found.id, found.audience, found.url) == (there.id, "public", "/organisations/st-elisabeth")
    assert found.body == "hospital\nNetherlands\nEurope\nOur house."


async def test_all_come_once_in_few_statements() -> None:
    at = (await make.member("First")).created_at
    await Member.bulk_create(
        [Member(handle=f"m{n}", name=f"M {n}", state="active", created_at=at) for n in range(BATCH + 10)]
    )
    with statements() as sent:
        found = await load_all("member")
    assert len({document.id for document in found}) == len(found) == BATCH + 11
    assert len(sent) == 4
