"""Measured outcomes across case studies: sorted, narrowed, side by side, as a file; only of what one may see."""

import csv
import io
import re
from decimal import Decimal
from html import unescape
from typing import Any

import httpx2
import pytest

from forum.measures import WIDTH, bars_of, dots_of, percent_change
from forum.queries.case_metrics import SORTS, MetricQuery, metric_groups, metric_list
from forum.queries.case_view import MetricView
from members.viewer import VISITOR
from tests import builders as make
from tests.forum.cases import make_case
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]


def measured(baseline: str | None, result: str, **more: Any) -> MetricView:
    given = {"name": "Calls", "kind": "other", "unit": "", "period": "", "source": "", "comparison": "none", "n": None}
    before = None if baseline is None else Decimal(baseline)
    return MetricView(**given | {"baseline": before, "result": Decimal(result)} | more)


@pytest.mark.parametrize(
    ("baseline", "result", "percent"),
    [
        ("11.2", "8.9", "-21"),
        ("100", "109", "9.0"),
        ("100", "100.04", "0.0"),
        ("4", "4", "0.0"),
        ("0", "41", None),
        (None, "41", None),
        ("-50", "-25", "50"),
        ("-50", "50", "200"),
        ("50", "-50", "-200"),
        ("0.0001", "9999999999999", "9999999999998999900"),
    ],
)
async def test_percent(baseline: str | None, result: str, percent: str | None) -> None:
    found = percent_change(None if baseline is None else Decimal(baseline), Decimal(result))
    assert found == (None if percent is None else Decimal(percent))


@pytest.mark.parametrize(
    ("baseline", "result"),
    [
        ("11.2", "8.9"), (None, "5"), ("0", "0"), ("-3", "4"), ("-3", "-9"), ("5", "-5"), ("0.0001", "9999999999999"),
        ("0", "-1"),
    ],
)  # fmt: skip
async def test_bars_stand_inside_the_picture(baseline: str | None, result: str) -> None:
    one = measured(baseline, result)
    drawn = bars_of(one)
    assert [bar.kind for bar in drawn.bars] == ([] if baseline is None else ["before"]) + ["after"]
    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.end < WIDTH
        if bar.value > 0:
            assert bar.x >= drawn.nought - 0.1
        elif bar.value < 0:
            assert bar.x + bar.width <= drawn.nought + 0.2
        else:
            assert bar.width == 0
    (dot,) = dots_of([one])
    assert 0 < dot.after < WIDTH
    assert (dot.before is None) is (baseline is None)


async def test_dots_share_one_scale() -> None:
    low, high, flat = dots_of([measured("10", "20"), measured("30", "15"), measured(None, "20")])
    assert low.before is not None
    assert high.before is not None
    assert low.before < high.after < low.after < high.before
    assert flat.after == low.after
    # 960 to 980 are not drawn from nought, or nobody would see what differs.
    assert dots_of([measured("960", "980")])[0].nought is None


ROWS = (
    {"name": "No-shows", "unit": "%", "baseline": Decimal("11.2"), "result": Decimal("8.9"), "sample": 14210,
     "comparison": "before_after", "kind": "service", "period": "Jan–Jun 2026", "source": "scheduling system"},
    {"name": "Hours", "unit": "h", "baseline": Decimal(4), "result": Decimal(16), "comparison": "control",
     "kind": "cost", "sample": 7},
    {"name": "Calls", "unit": "", "baseline": Decimal(0), "result": Decimal(-3), "comparison": "none"},
    {"name": "Rating", "unit": "stars", "result": Decimal("4.61"), "comparison": "benchmark"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["Calls", "Hours", "No-shows", "Rating"]),
        ("change", ["Hours", "No-shows", "Calls", "Rating"]),
        ("result", ["Hours", "No-shows", "Rating", "Calls"]),
        ("n", ["No-shows", "Hours", "Calls", "Rating"]),
        ("comparison", ["Hours", "Rating", "No-shows", "Calls"]),
    ],
)
async def test_sorting_and_what_has_no_value_stands_below(sort: str, names: list[str]) -> None:
    await make_case(metrics=ROWS)
    found = await metric_list(VISITOR, MetricQuery.read({"sort": sort}))
    assert [one.name for one in found.metrics] == names
    turned = {"up": "down", "down": "up"}[SORTS[sort]]
    found = await metric_list(VISITOR, MetricQuery.read({"sort": sort, "order": turned}))
    empty = {"change": 2, "n": 2}.get(sort, 0)
    assert [one.name for one in found.metrics] == [*names[: 4 - empty][::-1], *names[4 - empty :]]


async def test_sorting_by_the_organisation_as_it_was() -> None:
    for country, beds in (("SE", "200–499"), ("IE", "under 200"), ("NL", "1000+"), ("", "")):
        await make_case(at=await make.organisation(country=country, beds_band=beds))
    by_size = await metric_list(VISITOR, MetricQuery.read({"sort": "size"}))
    assert [one.beds for one in by_size.metrics] == ["1000+", "200–499", "under 200", ""]
    by_country = await metric_list(VISITOR, MetricQuery.read({"sort": "country"}))
    assert [one.country for one in by_country.metrics] == ["IE", "NL", "SE", ""]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"q": "SHOW"}, ["No-shows"]),
        ({"q": "%"}, ["No-shows"]),
        ({"q": "star"}, ["Rating"]),
        ({"kind": "cost"}, ["Hours"]),
        ({"comparison": "benchmark"}, ["Rating"]),
        ({"direction": "mixed"}, []),
        ({"direction": "worked", "kind": "service"}, ["No-shows"]),
        ({"platform": "whatsapp", "sort": "name"}, ["Calls", "Hours", "No-shows", "Rating"]),
        ({"platform": "youtube"}, []),
        ({"country": "nl", "kind": "cost"}, ["Hours"]),
        ({"country": "SE"}, []),
        ({"name": "no-SHOWS", "unit": "%"}, ["No-shows"]),
        ({"name": "No-shows"}, []),
    ],
)
async def test_narrowing(asked: dict[str, str], names: list[str]) -> None:
    await make_case(metrics=ROWS, platforms=[await make.platform("WhatsApp")])
    found = await metric_list(VISITOR, MetricQuery.read(asked))
    assert ([one.name for one in found.metrics], found.page.total) == (names, len(names))
    assert MetricQuery.read(asked).narrowed


async def test_only_what_one_may_see_is_shown_and_counted(client: httpx2.AsyncClient) -> None:
    insider = await make.member(at=await make.organisation())
    await make_case(metrics=[ROWS[0]])
    await make_case(metrics=[ROWS[0] | {"source": "ZQSECRET"}], audience="network", title="ZQSECRET of the network")
    await make_case(metrics=[ROWS[0]], state="hidden", title="ZQSECRET hidden")
    assert (await metric_list(VISITOR, MetricQuery())).page.total == 1
    assert (await metric_groups(VISITOR, MetricQuery())).groups == ()
    for path in ("", "/side-by-side", ".csv", "?name=No-shows&unit=%25"):
        assert "ZQSECRET" not in (await client.get(f"/case-studies/metrics{path}")).text
    assert "ZQSECRET" not in (await client.get("/api/v1/metrics")).text
    member = await make.viewer(insider)
    assert (await metric_list(member, MetricQuery())).page.total == 2
    (group,) = (await metric_groups(member, MetricQuery())).groups
    assert (group.name, group.unit, group.cases, len(group.metrics)) == ("No-shows", "%", 2, 2)


async def test_the_same_thing_side_by_side(client: httpx2.AsyncClient) -> None:
    await make_case(metrics=[ROWS[0], ROWS[1]], title="Reminders by text message")
    worse = ROWS[0] | {"name": "no-shows", "baseline": None, "result": Decimal(12)}
    await make_case(metrics=[worse], title="Reminders by letter", direction="did_not_work")
    page = unescape((await client.get("/case-studies/metrics/side-by-side")).text)
    for words in (
        "No-shows",
        "(%)",
        "Reminders by letter",
        "from 11.2\u00a0% to 8.9\u00a0%, 21 % less",
        "2 case studies",
    ):
        assert words in page
    assert "12\u00a0%; there is nothing to compare it with" in page
    assert "Hours" not in page
    assert page.count('<svg viewBox="0 0 320 24" role="img"') == 2
    one = (await client.get("/case-studies/metrics?name=No-shows&unit=%25")).text
    assert one.count('<svg viewBox="0 0 320 24" role="img"') == 2
    assert "Hours" not in one


async def test_every_measurement_leads_to_the_others(client: httpx2.AsyncClient) -> None:
    thread = await make_case(metrics=ROWS)
    page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    links = re.findall(r'href="(/case-studies/metrics\?name=[^"]*)"', page)
    assert len(links) == 4
    for link, row in zip(links, ROWS, strict=True):
        answer = await client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert "1 result<" in answer.text
        assert f"/t/{thread.id}-" in answer.text, row
    assert "/case-studies/metrics" in (await client.get("/case-studies")).text


async def test_columns_are_sorted_by_links_that_turn(client: httpx2.AsyncClient) -> None:
    await make_case(metrics=ROWS)
    page = (await client.get("/case-studies/metrics?sort=change&kind=cost")).text
    assert page.count("aria-sort") == 1
    assert (
        '<th scope="col" aria-sort="descending"><a href="/case-studies/metrics?kind=cost&amp;sort=change&amp;order=up"'
        in page
    )
    page = (await client.get("/case-studies/metrics?sort=change&order=up")).text
    assert 'aria-sort="ascending"' in page


async def test_pages_are_full_and_end(client: httpx2.AsyncClient) -> None:
    await make_case(metrics=[{"name": f"Thing {number}", "result": Decimal(number)} for number in range(55)])
    assert "Thing 54<" in (await client.get("/case-studies/metrics?sort=result")).text
    second = (await client.get("/case-studies/metrics?sort=result&page=2")).text
    assert "Thing 4<" in second
    assert "Thing 5<" not in second
    assert (await client.get("/case-studies/metrics?page=3")).status_code == 404
    assert (await client.get("/case-studies/metrics?sort=magic")).status_code == 422


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "Nothing measured yet"),
        ("?q=tulips", "Nothing was measured that fits"),
        ("/side-by-side", "Nothing to compare yet"),
    ],
)
async def test_empty(client: httpx2.AsyncClient, path: str, words: str) -> None:
    assert words in (await client.get(f"/case-studies/metrics{path}")).text


async def test_a_file_for_spreadsheets_runs_no_formula(client: httpx2.AsyncClient) -> None:
    evil = {"name": '=HYPERLINK("https://evil.example")', "unit": "@SUM(A1)", "period": "+1", "source": "-2+3"}
    await make_case(metrics=[ROWS[2], ROWS[0] | evil], title="=cmd|' /C calc'!A0 and so on")
    answer = await client.get("/case-studies/metrics.csv?sort=name")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    head, hostile, calls = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    told, calm = dict(zip(head, hostile, strict=True)), dict(zip(head, calls, strict=True))
    assert not [cell for cell in hostile if cell.startswith(("=", "@", "+", "\t"))]
    assert (told["measured"], told["source"]) == ('\'=HYPERLINK("https://evil.example")', "'-2+3")
    # Numbers stay numbers, those below nought too.
    assert (calm["before"], calm["after"], calm["change in %"], calm["n"]) == ("0", "-3", "", "")
    assert (told["before"], told["after"], told["change in %"], told["n"]) == ("11.2", "8.9", "-21", "14210")


async def test_programs_read_the_same(client: httpx2.AsyncClient) -> None:
    await make_case(metrics=ROWS)
    told = (await client.get("/api/v1/metrics?sort=change&limit=1")).json()
    assert told["total"] == 4
    (one,) = told["metrics"]
    assert (one["metric"]["name"], one["metric"]["change"], one["country"]) == ("Hours", "300", "NL")


@pytest.mark.parametrize("path", ["/case-studies/metrics", "/case-studies/metrics/side-by-side"])
async def test_statements_do_not_grow(client: httpx2.AsyncClient, path: str) -> None:
    await make_case(metrics=ROWS)
    with statements() as few:
        await client.get(path)
    for _ in range(5):
        await make_case(metrics=ROWS)
    with statements() as many:
        await client.get(path)
    assert len(few) == len(many) <= 3
