"""Words that mean the same: how they join a query, who keeps them, and that no table of them does harm."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.clock import now
from base.db import execute, rows
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from base.settings import Settings
from members.actions.keep_platform import PlatformForm, keep_platform
from members.viewer import Grant, Viewer
from search_index import rules
from search_index.actions.keep_synonyms import SynonymForm, keep_synonyms, remove_synonyms
from search_index.engine import Engine, running
from search_index.models import SearchSynonym
from search_index.queries import guards
from search_index.queries import synonyms as kept
from search_index.query import Choice, Phrase, Query, Word
from search_index.synonyms import LONGEST_TERM, MOST_ADDED, MOST_TERMS, Group, Synonyms
from search_index.wording import MOST_WORDS, read
from tests import builders as make
from tests.patience import ends
from tests.search_index.documents import document
from tests.search_index.engines import Place
from tests.statements import statements

pytestmark = pytest.mark.anyio
ADMIN = Viewer(id=1, grants=(Grant("admin"),))
HCP = Group(("HCP", "clinician", "health care professional"))


@pytest.fixture(autouse=True)
def _wired() -> None:
    from app.wiring import wire
    from base.journal.subscribers import forget_all

    forget_all()
    wire()


def leaves(typed: str, *groups: Group, languages: tuple[str, ...] = ()) -> list[list[str]]:
    """Return what is looked for, choice by choice; phrases in quotation marks."""
    query = Synonyms(groups).widen(read(typed).query, languages).query
    return [
        [f'"{leaf.text}"' if isinstance(leaf, Phrase) else leaf.text for leaf in choice.leaves]
        for choice in query.choices
    ]


CARE = '"health care professional"'
TYPED = {
    "clinicians": [["clinicians", "HCP", CARE]],
    "hcp training": [["hcp", "clinician", CARE], ["training"]],
    "health care professionals": [
        ["health", "HCP", "clinician"],
        ["care", "HCP", "clinician"],
        ["professionals", "HCP", "clinician"],
    ],
    "health care": [["health"], ["care"]],
    "hcp OR nurse": [["hcp", "nurse", "clinician", CARE]],
    '"clinician"': [['"clinician"']],
    '"health care professional"': [[CARE]],
    "clinic*": [["clinic"]],
    "title:hcp": [["hcp", "clinician", CARE]],
    "title:health care professional": [["health"], ["care"], ["professional"]],
}


@pytest.mark.parametrize("typed", TYPED)
def test_what_else_is_looked_for(typed: str) -> None:
    assert leaves(typed, HCP) == TYPED[typed]


def test_what_was_asked_for_in_the_title_is_looked_for_in_the_title() -> None:
    query = Synonyms([HCP]).widen(read("title:hcp").query).query
    assert query.choices[0].required
    assert {leaf.field for leaf in query.choices[0].leaves} == {"title"}


def test_unwanted_words_stay_what_they_are() -> None:
    assert Synonyms([HCP]).widen(read("-hcp nurse").query).query == read("-hcp nurse").query


def test_one_way_does_not_come_back() -> None:
    group = Group(("social media", "Instagram", "TikTok"), one_way=True)
    assert leaves("instagram", group) == [["instagram"]]
    assert leaves("social media", group) == [["social", "Instagram", "TikTok"], ["media", "Instagram", "TikTok"]]


def test_groups_are_not_chained_and_may_go_round() -> None:
    loop = (Group(("a1", "b1")), Group(("b1", "c1")), Group(("c1", "a1")))
    assert leaves("a1", *loop) == [["a1", "b1", "c1"]]
    assert leaves("b1", *loop[:2]) == [["b1", "a1", "c1"]]
    assert leaves("a1", *loop[:2]) == [["a1", "b1"]]


def test_a_language_is_for_those_who_read_or_search_it() -> None:
    group = Group(("arts", "dokter"), language="nl")
    assert leaves("arts", group) == [["arts"]]
    assert leaves("arts", group, languages=("nl",)) == [["arts", "dokter"]]
    assert leaves("dokters", group, languages=("en", "nl")) == [["dokters", "arts"]]


def test_common_words_inside_a_term_count_as_written() -> None:
    group = Group(("out of office", "absent"))
    assert leaves("office", group) == [["office"]]
    assert leaves("out of office", group) == [["out"], ["of"], ["office", "absent"]]


def test_forms_of_one_word_need_no_second_search() -> None:
    assert leaves("podcast", Group(("podcast", "Podcasts", "audio series"))) == [["podcast", '"audio series"']]
    assert leaves("podcasts", Group(("podcast", "Podcasts"))) == [["podcasts"]]


def test_single_letters_stand_for_nothing_but_themselves() -> None:
    assert leaves("emergency", Group(("emergency", "A&E", "e/r"))) == [["emergency"]]
    assert leaves("twitter", Group(("X", "Twitter"))) == [["twitter", "X"]]


def test_words_with_synonyms_are_not_misspelt() -> None:
    assert Synonyms([HCP]).widen(read("hcp xyz").query).known == {"hcp"}


HOSTILE = {
    "thousands of groups with one word": [Group(("word", f"other{n}")) for n in range(3_000)],
    "long words": [Group(("x" * 500, "word")), Group(("word", "y " * 300)), Group(("word", "z" * 60))],
    "nothing but signs": [Group(("", "!!!", "***", "word")), Group(()), Group(("word",))],
    "everything means everything": [Group(tuple(f"w{n + m}" for m in range(12))) for n in range(500)],
    "words that are read over": [Group(("the", "a")), Group(("of the", "word"))],
    "control characters": [Group(("a\x00b", "word\x1b", "\ud800"))],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_table_makes_a_query_too_big(name: str) -> None:
    with ends():
        table = Synonyms(HOSTILE[name])
        for typed in ("word " * MOST_WORDS, " ".join(f"w{n}" for n in range(40)), "the of the a", ""):
            query = read(typed).query
            wide = table.widen(query)
            more = sum(len(one.leaves) for one in wide.query.choices) - sum(len(one.leaves) for one in query.choices)
            assert 0 <= more <= MOST_ADDED
            assert len(wide.query.choices) == len(query.choices) <= MOST_WORDS
            assert all(len(leaf.text) <= LONGEST_TERM for one in wide.query.choices for leaf in one.leaves)


@given(st.lists(st.lists(st.text(max_size=20), max_size=5), max_size=8), st.text(max_size=60))
def test_no_table_breaks_a_search(table: list[list[str]], typed: str) -> None:
    Synonyms(Group(tuple(terms)) for terms in table).widen(read(typed).query, ("nl",))


WRONG = {
    "alone": "at least two different words",
    "Night = night": "at least two different words",
    "= , ;": "at least two different words",
    "night = !!!": "no letter or digit",
    "emergency = A&E": "single letters",
    "the = ward": "so common",
    f"night = {'x' * (LONGEST_TERM + 1)}": "too long",
    "night = one two three four five six seven eight nine": "too many words",
    " = ".join(f"w{n}" for n in range(MOST_TERMS + 1)): f"at most {MOST_TERMS}",
}


@pytest.mark.parametrize("terms", WRONG)
def test_what_cannot_be_kept_is_told_in_a_sentence(terms: str) -> None:
    with pytest.raises(Invalid) as wrong:
        SynonymForm.read({"terms": terms})
    assert WRONG[terms] in wrong.value.errors["terms"]
    assert wrong.value.errors["terms"].endswith(".")


def test_terms_come_with_signs_lines_or_as_a_list() -> None:
    expected = ["HCP", "clinician", "health care professional"]
    for terms in (
        "HCP = clinician = health  care professional",
        "HCP\r\nclinician\r\nhealth care professional\r\n",
        "HCP, clinician; health care professional, hcp",
        expected,
    ):
        assert SynonymForm.read({"terms": terms}).terms == expected
    for terms in (None, 7, [7, 8], {"a": 1}, "x" * 100_000, ["x\n" * 5_000]):
        with pytest.raises(Invalid):
            SynonymForm.read({"terms": terms})


WHO = {
    "visitor": Viewer(),
    "member": Viewer(id=1),
    "leader": Viewer(id=1, grants=(Grant("community_leader", "region", 7),)),
    "editor": Viewer(id=1, grants=(Grant("editor"),)),
    "moderator": Viewer(id=1, grants=(Grant("moderator"),)),
    "admin": ADMIN,
}
MAY = {rules.check_may_keep_synonyms: {"admin"}, rules.check_may_read_gaps: {"editor", "admin"}}


@pytest.mark.parametrize("who", WHO)
def test_who_may(who: str) -> None:
    for check, allowed in MAY.items():
        if who in allowed:
            check(WHO[who])
        else:
            with pytest.raises(NotSignedIn if who == "visitor" else Refused):
                check(WHO[who])


# With a database


async def _found(typed: str) -> list[str]:
    wide = await kept.widened(read(typed).query, Viewer())
    return [leaf.text for choice in wide.query.choices for leaf in choice.leaves]


async def test_a_change_is_known_to_the_next_search(database: str) -> None:
    assert await _found("ward") == ["ward"]
    one = await keep_synonyms(ADMIN, SynonymForm.read({"terms": "ward = unit"}))
    assert await _found("ward") == ["ward", "unit"]
    await keep_synonyms(ADMIN, SynonymForm.read({"terms": "ward = section"}), one)
    assert await _found("ward") == ["ward", "section"]
    await keep_synonyms(ADMIN, SynonymForm.read({"terms": "unit = section"}))
    await remove_synonyms(ADMIN, one)
    assert await _found("ward") == ["ward"]
    assert await _found("section") == ["section", "unit"]
    kinds = [entry.kind for entry in await Entry.all().order_by("id")]
    assert kinds == ["synonyms.added", "synonyms.changed", "synonyms.added", "synonyms.removed"]


async def test_what_another_process_writes_is_known_too(database: str) -> None:
    assert await _found("ward") == ["ward"]
    insert = "INSERT INTO search_synonyms (terms, one_way, language, edits, changed_at) VALUES (?, ?, '', 0, ?)"
    await execute(insert, "ward\nunit", False, now())
    assert await _found("ward") == ["ward", "unit"]
    await execute("UPDATE search_synonyms SET terms = ?, edits = edits + 1", "ward\nfloor")
    assert await _found("ward") == ["ward", "floor"]
    await execute("DELETE FROM search_synonyms")
    assert await _found("ward") == ["ward"]


async def test_platforms_go_by_all_their_names(database: str) -> None:
    made = await keep_platform(ADMIN, PlatformForm(name="X", aliases=["Twitter", "X/Twitter"]))
    assert await _found("twitter") == ["twitter", "X", "X Twitter"]
    assert await _found("x") == ["x", "Twitter", "X Twitter"]
    await keep_platform(ADMIN, PlatformForm(name="X", aliases=["Tweets"]), made)
    assert await _found("twitter") == ["twitter"]
    await make.platform("Alone")
    assert await _found("alone") == ["alone"]


async def test_looking_them_up_takes_one_statement(database: str) -> None:
    await make.platform("X", "Twitter")
    await _found("ward")
    for _ in range(3):
        await SearchSynonym.create(terms="a2\nb2", changed_at=now())
    await _found("ward")
    with statements() as sent:
        await _found("ward nurse")
    assert len(sent) == 1
    with statements() as sent:
        await _found("is:solved")
    assert not sent


async def test_there_is_an_end_to_groups(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_index.actions.keep_synonyms.MOST_GROUPS", 2)
    for n in range(2):
        await keep_synonyms(ADMIN, SynonymForm.read({"terms": f"a{n} = b{n}"}))
    with pytest.raises(Invalid, match="2 groups already"):
        await keep_synonyms(ADMIN, SynonymForm.read({"terms": "c = d"}))


async def test_what_is_not_there_is_missing(database: str) -> None:
    for work in (
        keep_synonyms(ADMIN, SynonymForm.read({"terms": "c1 = d1"}), 7),
        remove_synonyms(ADMIN, 7),
        kept.synonym(ADMIN, 7),
    ):
        with pytest.raises(Missing):
            await work
    assert await rows("SELECT id FROM journal_entries") == []


# Pages


@pytest.fixture
async def engine(site: Settings, place: Place) -> AsyncIterator[Engine]:
    async with running(place.engine()) as made:
        fresh = await made.fresh()
        await fresh.add(
            [
                document(1, "Rota for clinicians", "Who is on duty?"),
                document(2, "A rota for nurses", "Who is on duty?"),
                document(3, "Leaving X", "It was quiet.", kind="article", type="article"),
            ]
        )
        await fresh.swap()
        yield made


@pytest.fixture
async def admin(client: httpx2.AsyncClient, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> httpx2.AsyncClient:
    monkeypatch.setattr(guards, "_guards", {})
    who = await make.member("Keeper")
    await make.grant(who, "admin")
    await make.sign_in(client, who)
    return client


async def test_an_administrator_adds_changes_tries_and_removes(admin: httpx2.AsyncClient) -> None:
    assert "No words yet" in (await admin.get("/admin/search")).text
    refused = await admin.post("/admin/search/new", data={"terms": "alone"})
    assert refused.status_code == 422
    assert "at least two different words" in refused.text
    assert "alone</textarea>" in refused.text
    assert (await admin.get("/api/v1/search?q=hcp")).json()["total"] == 0
    saved = await admin.post("/admin/search/new", data={"terms": "HCP = clinician", "one_way": "yes"})
    assert saved.status_code == 303
    told = (await admin.get("/api/v1/search?q=hcp")).json()
    assert [hit["title"] for hit in told["hits"]] == ["Rota for clinicians"]
    assert told["also"] == {"hcp": ["clinician"]}
    assert "HCP → clinician" in (await admin.get("/admin/search")).text
    page = (await admin.get("/search?q=hcp")).text
    assert "Also searched:" in page
    assert "/search?q=hcp&amp;exact=1" in page
    assert (await admin.get("/api/v1/search?q=hcp&exact=1")).json()["total"] == 0
    tried = (await admin.get("/admin/search/try?q=HCP+rotas+-night+is:solved+the")).text
    for words in ("<code>rota</code>", "Not this", "State: Solved", "read over: too common"):
        assert words in tried
    (group,) = await SearchSynonym.all()
    form = (await admin.get(f"/admin/search/{group.id}")).text
    assert "checked" in form
    await admin.post(f"/admin/search/{group.id}", data={"terms": "HCP\r\nnurse", "language": "nl"})
    assert "Dutch" in (await admin.get("/admin/search")).text
    assert (await admin.post(f"/admin/search/{group.id}/remove")).status_code == 303
    assert await SearchSynonym.all().count() == 0
    assert (await admin.get("/admin/search/7")).status_code == 404
    assert (await admin.get("/admin/search?page=2")).status_code == 404


async def test_the_box_shows_what_synonyms_change(admin: httpx2.AsyncClient) -> None:
    await admin.post("/api/v1/admin/synonyms", json={"terms": ["HCP", "clinician"]})
    page = (await admin.get("/admin/search/try?q=hcp")).text
    assert "Only with synonyms" in page
    assert "Nothing is found." in page
    told = (await admin.get("/api/v1/admin/synonyms/try?q=hcp+by:@mara+after:2025")).json()
    assert told["words"] == [{"typed": "hcp", "sort": "word", "stems": ["hcp"], "also": ["clinician"], "must": False}]
    assert told["narrowed"] == [["By", "@mara"], ["After", "2025-01-01"]]
    assert told["without_synonyms"] == []
    assert (await admin.get("/admin/search/try")).status_code == 200
    assert "A quotation mark is missing" in (await admin.get('/admin/search/try?q="a')).text


async def test_the_box_says_when_search_is_away(admin: httpx2.AsyncClient, engine: Engine, place: Place) -> None:
    await place.forget()
    assert (await engine.check()).state == "unusable"
    page = await admin.get("/admin/search/try?q=hcp")
    assert page.status_code == 200
    assert "being rebuilt" in page.text


async def test_programs_keep_them_too(admin: httpx2.AsyncClient) -> None:
    made = await admin.post("/api/v1/admin/synonyms", json={"terms": ["ward", "unit"], "language": "en"})
    assert made.status_code == 201
    one = made.json()
    assert one == {"id": one["id"], "terms": ["ward", "unit"], "one_way": False, "language": "en"}
    url = f"/api/v1/admin/synonyms/{one['id']}"
    assert (await admin.put(url, json={"terms": "ward = floor"})).json()["terms"] == ["ward", "floor"]
    assert (await admin.put(url, json={"terms": "ward = floor", "language": "xx"})).status_code == 422
    await make.platform("X", "Twitter")
    listed = (await admin.get("/api/v1/admin/synonyms")).json()
    assert listed["platforms"] == [["X", "Twitter"]]
    assert [group["terms"] for group in listed["groups"]] == [["ward", "floor"]]
    assert (await admin.delete(url)).status_code == 204
    assert (await admin.delete(url)).status_code == 404


async def test_a_word_with_synonyms_is_not_corrected(admin: httpx2.AsyncClient) -> None:
    # "clinicans" would be read as "clinicians"; as soon as it means something, it is what was meant.
    assert (await admin.get("/api/v1/search?q=clinicans")).json()["corrected"] == "clinicians"
    await admin.post("/api/v1/admin/synonyms", json={"terms": ["clinicans", "nurse"]})
    told = (await admin.get("/api/v1/search?q=clinicans")).json()
    assert told["corrected"] is None
    assert [hit["title"] for hit in told["hits"]] == ["A rota for nurses"]


def test_a_query_of_words_alone_is_left_as_it_is(tmp_path: Path) -> None:
    query = Query(choices=(Choice((Word("a"),)),))
    assert Synonyms().widen(query).query == query
