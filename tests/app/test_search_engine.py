"""Which engine a site searches with."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.create import create_app
from app.search import engine_for
from base.settings import Settings
from search_index.engine import current
from search_index.engines.postgres import PostgresEngine
from search_index.engines.whoosh import WhooshEngine
from tests.databases import apart, on_postgres
from tests.search_index.engines import at_server
from tests.site import settings_for

ELSEWHERE = "postgres://somebody@database.example/name"


@pytest.mark.parametrize(
    ("chosen", "database", "wanted"),
    [
        ("auto", "", WhooshEngine),
        ("auto", ELSEWHERE, WhooshEngine),
        ("embedded", ELSEWHERE, WhooshEngine),
        ("postgres", ELSEWHERE, PostgresEngine),
    ],
)
def test_settings_choose_the_engine(tmp_path: Path, chosen: str, database: str, wanted: type) -> None:
    assert type(engine_for(Settings(data_dir=tmp_path, database_url=database, search_engine=chosen))) is wanted


@pytest.mark.parametrize("command", ["serve", "reindex", "doctor"])
def test_an_index_in_postgres_beside_sqlite_is_refused_at_start(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMONPLACE_SEARCH_ENGINE", "postgres")
    done = CliRunner().invoke(main, ["--data", str(tmp_path), command])
    assert done.exit_code == 2
    assert "needs a database_url that begins with postgres://" in done.output


@pytest.mark.anyio
async def test_a_site_with_its_index_in_postgres_builds_it_by_itself(database_url: str, tmp_path: Path) -> None:
    if not on_postgres():
        pytest.skip("the engine in PostgreSQL is tested with COMMONPLACE_TEST_DATABASE=postgres")
    apart(at_server(database_url, "DROP SCHEMA IF EXISTS search CASCADE"))
    settings_for(tmp_path, database_url, search_engine="postgres")
    app = create_app()
    before = asyncio.all_tasks()
    for _ in range(2):  # the second time it is there
        async with app.router.lifespan_context(app), asyncio.timeout(20):
            while not current().usable:
                await asyncio.sleep(0.02)
            assert (await current().check()).state == "ready"
    assert asyncio.all_tasks() == before, "nothing goes on after the end"
