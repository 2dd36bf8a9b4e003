"""What people type, and what they must find: judged by hand on the demonstration, asked as the site asks."""

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.demo.fill import fill_demo
from app.wiring import SOURCES, wire
from base import db
from base.db import rows
from base.journal.subscribers import forget_all
from members.queries.viewer import viewer_of_member
from members.viewer import VISITOR, Viewer
from search_index.engine import running
from search_index.keep_up import rebuild
from search_index.queries.asked import Asked
from search_index.queries.results import results
from tests.databases import Databases, on_postgres
from tests.search_index.engines import EMBEDDED, POSTGRES, Place
from tests.site import settings_for

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Judged:
    """One query with the beginnings of titles: the first, some of the first three, none at all."""

    asked: str
    who: str = ""
    first: str = ""
    among: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    nothing: bool = False


def _read() -> list[Judged]:
    text = Path(__file__).with_name("judged.toml").read_text()
    found: list[dict[str, Any]] = tomllib.loads(text)["queries"]
    return [Judged(**one) for one in found]


JUDGED = _read()


@pytest.fixture(scope="module", params=[EMBEDDED, POSTGRES])
async def viewers(
    request: pytest.FixtureRequest,
    databases: Databases,
    whole_schema_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[dict[str, Viewer]]:
    """Fill one site with the demonstration, index it, and give those who look."""
    if request.param == POSTGRES and not on_postgres():
        pytest.skip("the engine in PostgreSQL is tested with COMMONPLACE_TEST_DATABASE=postgres")
    url, folder = databases.copy(whole_schema_url), tmp_path_factory.mktemp("judged")
    settings_for(folder, url)
    forget_all()
    wire()
    await db.connect(url)
    await fill_demo()
    async with running(Place(request.param, folder / "index", url).engine()):
        await rebuild(SOURCES)
        mara = await viewer_of_member((await rows("SELECT id FROM members WHERE handle = 'mara'"))[0]["id"])
        assert mara is not None
        yield {"": VISITOR, "mara": mara}
    await db.close()
    databases.drop(url)


@pytest.mark.parametrize("judged", JUDGED, ids=lambda one: one.asked)
async def test_people_find_what_they_mean(viewers: dict[str, Viewer], judged: Judged) -> None:
    found = await results(viewers[judged.who], Asked(text=judged.asked, limit=50))
    titles = [hit.title for hit in found.hits]
    if judged.nothing:
        assert not titles
    else:
        assert titles, f"{judged.asked} finds nothing"
    if judged.first:
        assert titles[0].startswith(judged.first), titles[:3]
    for wanted in judged.among:
        assert any(title.startswith(wanted) for title in titles[:3]), (wanted, titles[:5])
    for unwanted in judged.never:
        assert not any(title.startswith(unwanted) for title in titles), (unwanted, titles)


def test_there_are_enough_of_every_sort() -> None:
    assert len(JUDGED) >= 40
    assert len({one.asked for one in JUDGED}) == len(JUDGED)
    assert all(one.first or one.among or one.never or one.nothing for one in JUDGED)
