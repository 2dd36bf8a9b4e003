"""Lists of threads: who sees what, filters, sorts, pages, counts, statements."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Invalid, Missing
from forum.actions.case_input import Case
from forum.actions.share_case import share_case
from forum.models import Thread
from forum.queries.listing import Wanted, listing
from forum.queries.thread_head import thread_head
from members.viewer import NETWORK, PUBLIC, VISITOR, Viewer
from tests import builders as make
from tests.statements import statements

pytestmark = pytest.mark.anyio

MEMBER = Viewer(id=9_999, audiences=frozenset({PUBLIC, NETWORK}))


async def _titles(viewer: Viewer = VISITOR, *, page: int = 1, size: int = 20, **wanted: str) -> list[str]:
    found = await listing(viewer, Wanted.read(wanted), page=page, size=size)
    return [thread.title for thread in found.threads]


@pytest.mark.usefixtures("database")
class TestListing:
    async def test_everybody_sees_what_is_published_for_them(self) -> None:
        author = await make.member()
        for audience in ("public", "network", "org:3", "staff"):
            await make.thread(f"For {audience}", audience=audience, author=author)
        await make.thread("Hidden from all", state="hidden", author=author)
        await make.thread("Deleted by its author", state="deleted", author=author)
        staff = await make.viewer(await make.moderator())
        seen = {
            VISITOR: ["For public"],
            MEMBER: ["For network", "For public"],
            Viewer(id=8, audiences=frozenset({PUBLIC, NETWORK, "org:3"})): ["For network", "For org:3", "For public"],
            await make.viewer(author): ["For public"],
            staff: ["For network", "For org:3", "For public", "For staff"],
        }
        for viewer, titles in seen.items():
            found = await listing(viewer, Wanted())
            assert sorted(thread.title for thread in found.threads) == titles
            assert found.page.total == len(titles)

    async def test_labels_stand_in_the_order_of_the_page_of_their_thread(self) -> None:
        tags = [await make.tag(name) for name in ("video", "Ads", "reviews", "YouTube")]
        thread = await make.thread(tags=tags)
        row, head = (await listing(VISITOR, Wanted())).threads[0], await thread_head(VISITOR, thread.id, 1, now())
        assert [tag.name for tag in row.tags] == ["Ads", "reviews", "video", "YouTube"]
        assert row.tags == head.tags

    async def test_filters_narrow_and_go_together(self) -> None:
        x, youtube = await make.platform("X"), await make.platform("YouTube")
        reviews = await make.tag("reviews")
        place = await make.category("Reputation")
        swedish = await make.organisation("Akademiska", country="SE")
        await make.thread("About X in Sweden", platforms=[x], organisation=swedish, tags=[reviews], language="sv")
        await make.thread("About X elsewhere", platforms=[x, youtube], resolution="solved", category_id=place.id)
        await make.thread("A discussion of X", platforms=[x], kind="discussion")
        both = ["About X elsewhere", "About X in Sweden"]
        assert sorted(await _titles(platform="x")) == ["A discussion of X", *both]
        assert sorted(await _titles(platform="x", kind="question")) == both
        assert await _titles(platform="youtube") == ["About X elsewhere"]
        assert await _titles(tag="reviews") == await _titles(country="se") == ["About X in Sweden"]
        assert await _titles(organisation="akademiska") == await _titles(language="sv") == ["About X in Sweden"]
        assert await _titles(category="reputation") == await _titles(state="solved") == ["About X elsewhere"]
        assert await _titles(platform="x", country="NL") == await _titles(platform="none") == []

    async def test_a_closed_question_and_a_duplicate_are_closed(self) -> None:
        await make.thread("Closed", resolution="closed")
        await make.thread("Twice", resolution="duplicate")
        await make.thread("Open")
        assert sorted(await _titles(state="closed")) == ["Closed", "Twice"]

    async def test_sorts(self) -> None:
        at = now()
        await make.thread("Old but active", at=at - timedelta(days=9), active_at=at, votes=3)
        await make.thread("Useful", at=at - timedelta(days=5), active_at=at - timedelta(days=5), votes=9)
        await make.thread("New", at=at - timedelta(days=1), active_at=at - timedelta(days=1))
        assert await _titles(sort="active") == ["Old but active", "New", "Useful"]
        assert await _titles(sort="new") == ["New", "Useful", "Old but active"]
        assert await _titles(sort="votes") == ["Useful", "Old but active", "New"]
        with pytest.raises(Invalid):
            Wanted.read({"sort": "random"})

    @pytest.mark.parametrize("pinned", [0, 1, 3, 5])
    async def test_pages_show_every_thread_once_pinned_ones_first(self, pinned: int) -> None:
        at, author = now(), await make.member()
        for number in range(8):
            until = at + timedelta(days=1) if number < pinned else at - timedelta(days=1) if number == 7 else None
            await make.thread(f"{number}", author=author, at=at - timedelta(hours=9 - number), pinned_until=until)
        found = [await listing(VISITOR, Wanted(), page=page, size=5) for page in (1, 2)]
        shown = [thread.title for one in found for thread in one.threads]
        assert sorted(shown) == [str(number) for number in range(8)]
        assert all(int(title) < pinned for title in shown[:pinned])
        assert found[0].page.total == found[1].page.total == 8
        with pytest.raises(Missing):
            await listing(VISITOR, Wanted(), page=3, size=5)

    async def test_a_case_shows_its_result_and_its_key_metric(self) -> None:
        author = await make.viewer(await make.member())
        rows = [{"name": "No-shows", "baseline": "11.2", "result": "8.9", "unit": "%"}, {"name": "Calls", "result": 3}]
        text = "Long enough to be a text of a case."
        given = {"title": "Reminders by text message", "summary": text, "problem": text, "what_we_did": text}
        given |= {"lessons": text, "direction": "did_not_work", "sponsored": "no", "vendor_tie": "no"}
        await share_case(author, Case.read({**given, "metrics": rows}))
        await make.thread(kind="case_study")
        [case] = (await listing(VISITOR, Wanted.read({"direction": "did_not_work"}))).threads
        assert case.result == "did_not_work"
        assert case.metric is not None
        assert (case.metric.name, float(case.metric.result), case.metric.unit) == ("No-shows", 8.9, "%")

    @pytest.mark.parametrize("count", [5, 500])
    async def test_a_list_is_one_statement_whatever_its_length(self, count: int) -> None:
        tags, platforms = [await make.tag() for _ in range(3)], [await make.platform() for _ in range(2)]
        first = await make.thread(tags=tags, platforms=platforms)
        given = {"kind": "question", "slug": "x", "created_at": now(), "active_at": now()}
        author = first.author_id  # type: ignore[attr-defined]
        more = [Thread(**given, title=f"{number}", author_id=author) for number in range(count - 1)]
        await Thread.bulk_create(more)
        with statements() as sent:
            found = await listing(VISITOR, Wanted(), size=20)
        assert found.page.total == count
        assert len(found.threads) == min(20, count)
        assert len(sent) == 1


@pytest.mark.parametrize("path", ["/questions", "/case-studies", "/discussions", "/announcements", "/latest"])
class TestPages:
    async def test_an_empty_list_says_what_to_do(self, client: httpx2.AsyncClient, path: str) -> None:
        page = await client.get(path)
        assert page.status_code == 200
        assert 'class="empty"' in page.text
        filtered = await client.get(path, params={"platform": "x"})
        assert f'href="{path}">Show all' in filtered.text

    async def test_the_network_is_not_shown_to_visitors(self, client: httpx2.AsyncClient, path: str) -> None:
        kinds = {"/questions": "question", "/case-studies": "case_study", "/announcements": "announcement"}
        kind = kinds.get(path, "discussion")
        country = await make.organisation(country="IS")
        await make.thread("Seen by members only", kind=kind, audience="network", organisation=country)
        page = (await client.get(path)).text
        assert "Seen by members only" not in page
        assert "Iceland" not in page
        await make.sign_in(client, await make.member(at=await make.organisation()))
        page = (await client.get(path)).text
        assert "Seen by members only" in page
        assert "Members only" in page
        assert "Iceland" in page

    async def test_statements_do_not_grow(self, client: httpx2.AsyncClient, path: str) -> None:
        counts = []
        for turn in range(2):
            for _ in range(6):
                await make.thread(
                    kind="question" if path == "/questions" else "discussion", platforms=[await make.platform()]
                )
            with statements() as sent:
                # Another address each time: what was drawn for the first is kept.
                await client.get(path, params={"country": "NL", "turn": turn})
            counts.append(len(sent))
        assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=1", 200),
        ("page=0", 404),
        ("page=x", 404),
        ("page=2", 404),
        ("page=99999999999999999999", 404),
        ("sort=random", 422),
        ("state=lost", 422),
        ("platform=%00", 200),
        ("platform=x%27%20OR%201=1--", 200),
        ("language=" + "x" * 50, 422),
        ("country=S&organisation=" + "y" * 80, 200),
    ],
)
async def test_odd_addresses(client: httpx2.AsyncClient, query: str, status: int) -> None:
    await make.thread()
    assert (await client.get(f"/questions?{query}")).status_code == status


async def test_filters_are_links_and_can_be_taken_away(client: httpx2.AsyncClient) -> None:
    x = await make.platform("X")
    await make.thread(platforms=[x], organisation=await make.organisation(country="SE"))
    page = (await client.get("/questions", params={"state": "unanswered", "sort": "new"})).text
    assert 'href="/questions?state=unanswered&amp;platform=x&amp;sort=new"' in page
    narrowed = (await client.get("/questions", params={"platform": "x", "country": "SE"})).text
    assert 'class="chip on" href="/questions?country=SE">X' in narrowed
    assert 'class="chip on" href="/questions?platform=x">Sweden' in narrowed


async def test_hostile_titles_are_text(client: httpx2.AsyncClient) -> None:
    await make.thread("<script>alert(1)</script> " + "x" * 220, tags=[await make.tag("<b>bold</b>")])
    page = (await client.get("/latest")).text
    assert "<script>alert(1)" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;alert(1)" in page
