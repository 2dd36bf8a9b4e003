"""What a visitor or guest may not know changes nothing of what they are told: no count, no order, no suggestion."""

import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Final

import pytest

from app.wiring import SOURCES
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests.databases import Databases, fold_up
from tests.hostile.cast import build
from tests.hostile.conftest import Filled, Site
from tests.hostile.test_rights_of_routes import table
from tests.site import settings_for

# What differs from one answer to the next by itself: moments, one-time keys, and how long it took.
_CHANGING: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:\d\d)?|(?<=name=\"once\" value=\")[^\"]+"
    r"|(?<=name=\"opened\" value=\")[^\"]+"
    r"|(?<=\"took_ms\":)[\d.]+|(?<=\"score\":)[\d.]+"
)


@pytest.fixture(scope="module")
def plain(databases: Databases, whole_schema_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Fill a database with what everybody may know, and nothing else."""
    url, folder = databases.copy(whole_schema_url), tmp_path_factory.mktemp("plain")
    settings_for(folder, url)
    world = build(url, with_secrets=False)
    fold_up(url)
    yield Filled(url, folder, world)
    databases.drop(url)


async def _answers(databases: Databases, filled: Filled, who: str, paths: list[str], folder: Path) -> dict[str, str]:
    site = Site(databases, filled)
    await site.begin()
    try:
        async with running(WhooshEngine(folder, memory_mb=32)):
            await rebuild(SOURCES)
            told = {path: await site.ask(who, "GET", path) for path in paths}
    finally:
        await site.end()
    return {path: _CHANGING.sub("…", f"{one.status_code}\n{one.text}") for path, one in told.items()}


@pytest.mark.parametrize("who", ["visitor", "guest"])
async def test_the_site_is_the_same_with_and_without_what_they_may_not_know(
    databases: Databases, filled: Filled, plain: Filled, who: str, tmp_path: Path
) -> None:
    rows = [row for name in ("pages", "doors") for row in table(f"rights_of_{name}.txt")] + list(
        table("rights_to_read.txt")
    )
    # Things that are missing in one of the two have no number there.
    known = set(plain.world.places)
    asked = {row.path for row in rows if row.method == "GET" and set(re.findall(r"{(\w+)}", row.path)) <= known}
    paths = sorted(plain.world.path(path) for path in asked)
    assert len(paths) > 200
    without = await _answers(databases, plain, who, paths, tmp_path / "without")
    beside = await _answers(databases, filled, who, paths, tmp_path / "beside")
    differing = [
        "\n".join([path, *unified_diff(without[path].split("\n"), beside[path].split("\n"), lineterm="", n=0)])
        for path in paths
        if without[path] != beside[path]
    ]
    assert not differing, "\n\n".join(differing)
