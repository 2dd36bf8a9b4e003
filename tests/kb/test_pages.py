"""The pages of practices: who sees what, their twins, their addresses, their cost."""

import json
import re
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from kb.actions.attach import Attached, attach
from kb.actions.decide import Decision, decide
from kb.actions.retire import Reason, mark_obsolete, retire
from kb.actions.revise import NewVersion, revise
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from kb.models import (
    Adoption,
    Article,
    ArticlePlatform,
    ArticleRevision,
    ArticleTag,
    Contributor,
    Nomination,
    Review,
    SourceLink,
    Verification,
)
from members.models import Member
from search_index.models import SearchLog
from tests import builders as make
from tests.kb.conftest import Scene
from tests.members.outline import faults_of
from tests.site import ADDRESS
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def heavy(author: Member, revisions: int, sources: int) -> Article:
    """Make an article with a long history, many sources, contributors and adopters."""
    made = await make.article("A practice with a long life", author=author)
    at = now()
    await ArticleRevision.bulk_create(
        [
            ArticleRevision(
                article_id=made.id, number=number, title=made.title, sections={"steps": "1. One"}, author_id=author.id,
                last_editor_id=author.id, state="superseded", created_at=at, changed_at=at, published_at=at,
            )
            for number in range(2, revisions + 1)
        ]
    )  # fmt: skip
    await ArticleRevision.filter(article_id=made.id).update(state="superseded")
    await ArticleRevision.filter(article_id=made.id, number=revisions).update(state="published")
    await Article.filter(id=made.id).update(
        published_revision=revisions, latest_revision=revisions, verified_revision=revisions
    )
    for number in range(sources):
        thread = await make.thread(f"Source thread number {number}", author=author)
        link = {"article_id": made.id, "revision": revisions, "thread_id": thread.id, "created_at": at}
        await SourceLink.create(**link)
        await SourceLink.create(**link, section="steps", post_number=1, post_revision=1, text="Words")
    await Contributor.bulk_create(
        [
            Contributor(article_id=made.id, member_id=(await make.member()).id, role="answered")
            for _ in range(min(sources, 20))
        ]
    )
    for _ in range(min(sources, 10)):
        place = await make.organisation()
        await Adoption.create(article_id=made.id, organisation_id=place.id, state="adopted", at=at)
    return made


PAGES = {
    "": 4, ".json": 4, ".md": 4, "/history": 4, "/sources": 4, "?rev=1": 4, "/diff?from=1&to=2": 3,
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_costs_the_same_whatever_the_article_has_seen(client: httpx2.AsyncClient, page: str) -> None:
    author, sent = await make.editor(), []
    for revisions, sources in ((2, 1), (200, 50)):
        made = await heavy(author, revisions, sources)
        base = f"/kb/{made.id}" if page.startswith("/") else f"/kb/{made.id}-{made.slug}"
        with statements() as counted:
            answer = await client.get(base + page)
        assert answer.status_code == 200
        sent.append(len(counted))
    assert sent == [PAGES[page], PAGES[page]], counted


@pytest.mark.parametrize(("path", "most"), [("/practices", 3), ("/practices?state=verified&kind=how_to", 3)])
async def test_lists_cost_the_same_however_long_they_are(client: httpx2.AsyncClient, path: str, most: int) -> None:
    author = await make.editor()
    for turn in range(2):
        for number in range(30):
            await make.article(f"Practice number {number}", author=author)
        with statements() as counted:
            # Another address each time: what was drawn for the first is kept.
            answer = await client.get(path + ("&" if "?" in path else "?") + f"turn={turn}")
            assert answer.status_code == 200
        assert len(counted) == most, counted


async def test_the_desk_and_the_workbench_cost_the_same_however_much_waits(
    client: httpx2.AsyncClient, scene: Scene
) -> None:
    await make.sign_in(client, scene.ruth)
    id_, counts = await scene.ready(), []
    for _ in range(2):
        for number in range(12):
            thread = await make.thread(f"Another source {number}")
            await attach(scene.editor, id_, Attached(thread=thread.id))
            await Nomination.create(thread_id=thread.id, member_id=scene.ana.id, why="It helps.", at=now())
            await make.article(f"Due {number}", author=scene.ruth, due_at=now() + timedelta(days=3))
            for days in (0, 1):
                day = (now() - timedelta(days=days)).date()
                await SearchLog.create(query=f"nothing {thread.id}", day=day, searches=3, total=0)
        for path in ("/desk", "/desk?lane=nominated", f"/kb/{id_}/edit", f"/kb/{id_}/review"):
            with statements() as counted:
                assert (await client.get(path)).status_code == 200
            counts.append(len(counted))
    half = len(counts) // 2
    assert counts[:half] == counts[half:]
    assert max(counts) <= 16


async def test_addresses_lead_to_the_one_address(client: httpx2.AsyncClient) -> None:
    made = await make.article("Replying to reviews")
    url = f"/kb/{made.id}-replying-to-reviews"
    for path, where in ((f"/kb/{made.id}", url), (f"/kb/{made.id}-wrong?rev=1", f"{url}?rev=1")):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, where)
    assert (await client.get(url)).status_code == 200
    for path in (
        "/kb/999", "/kb/999-x", "/kb/999.json", f"{url}?rev=2", f"{url}?rev=x", f"{url}?rev=0", f"/kb/{made.id}/diff",
        f"/kb/{made.id}/diff?from=1&to=9", "/kb/999/history", "/kb/999/sources", "/practices?page=99",
    ):  # fmt: skip
        assert (await client.get(path)).status_code == 404, path


async def test_the_page_says_everything_a_reader_is_told(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    page = (await client.get(f"/kb/{id_}-governing-sub-brand-accounts")).text
    assert not faults_of(page)
    for words in (
        "Verified until", "Consider", "conditional recommendation", "E4", "Two hospitals told us the same",
        "One case study with a measured result would make it Suggestive.", "Ruth Ames", "Tomasz Nowak", "Mara Visser",
        "1 minute to read", "CC BY 4.0", "How did you govern sub-brand accounts?", 'href="#steps"', 'id="privacy"',
        "(Version 1; verified", f"@misc{{practice{id_}v1", "No organisation has said yet", "First version",
    ):  # fmt: skip
        assert words in page, words
    assert "Begin a new version" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["@type"] == ["Article", "WebPage"]
    assert data["lastReviewed"] == f"{now():%Y-%m-%d}"
    assert data["reviewedBy"]["name"] == "Tomasz Nowak"
    assert data["isBasedOn"] == [f"{ADDRESS}/t/{scene.thread.id}-{scene.thread.slug}"]


async def test_twins_say_the_same(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    found = (await client.get(f"/kb/{id_}.json")).json()
    assert (found["title"], found["verification"], found["evidence"], found["revision"]) == (
        "Governing sub-brand accounts", "verified", "E4", 1,
    )  # fmt: skip
    assert [section["name"] for section in found["sections"]] == ["steps", "privacy"]
    assert found["sources"][0]["title"] == scene.thread.title
    text = await client.get(f"/kb/{id_}-governing-sub-brand-accounts.md")
    assert text.headers["content-type"].startswith("text/markdown")
    assert text.text.startswith("# Governing sub-brand accounts\n")
    assert "## Steps\n\n1. List every account." in text.text
    by_api = (await client.get(f"/api/v1/articles/{id_}")).json()
    assert by_api == found


async def test_older_versions_stay_readable_and_say_so(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await revise(scene.editor, id_, NewVersion())
    await save(scene.editor, id_, Changes(steps="1. Quite another way."))
    url = f"/kb/{id_}-governing-sub-brand-accounts"
    assert "List every account" in (await client.get(url)).text
    assert (await client.get(f"{url}?rev=2")).status_code == 404
    await make.sign_in(client, scene.ruth)
    draft = (await client.get(f"{url}?rev=2")).text
    assert "Quite another way" in draft
    assert "This is version 2." in draft
    assert "Version 2 is being worked on" in (await client.get(url)).text
    await save(scene.editor, id_, Changes(note="Another way"))
    await send(scene.editor, id_, Asked(reviewer=scene.tomasz.handle))
    await decide(scene.reviewer, id_, Decision(decision="approved"))
    client.cookies.clear()
    old = (await client.get(f"{url}?rev=1")).text
    assert "This is version 1." in old
    assert "List every account" in old
    assert 'content="noindex"' in old
    assert "Quite another way" in (await client.get(f"/kb/{id_}/diff?from=1&to=2")).text


async def test_a_draft_is_nobodys_but_the_editors(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.ready()
    paths = [
        f"/kb/{id_}", f"/kb/{id_}-governing-sub-brand-accounts", f"/kb/{id_}.json", f"/kb/{id_}.md", f"/kb/{id_}/edit",
        f"/kb/{id_}/history", f"/kb/{id_}/sources", f"/api/v1/articles/{id_}", f"/api/v1/articles/{id_}/revisions",
    ]  # fmt: skip
    for path in paths:
        assert (await client.get(path)).status_code == 404, path
    await make.sign_in(client, scene.mara)
    for path in [*paths, f"/kb/{id_}/review", f"/kb/{id_}/credit", f"/kb/{id_}/verify"]:
        assert (await client.get(path)).status_code == 404, path
    await make.sign_in(client, scene.tomasz)
    for path in paths[1:]:
        assert (await client.get(path, follow_redirects=True)).status_code == 200, path
    assert "Not published." in (await client.get(paths[1])).text


async def test_titles_and_people_of_hidden_sources_are_not_told(client: httpx2.AsyncClient, scene: Scene) -> None:
    secret = await make.thread(
        "A secret of the network", author=scene.ana, audience="network", body="Secret words " * 3
    )
    made = await make.article("Open to everybody", threads=[secret])
    await SourceLink.create(
        article_id=made.id, revision=1, thread_id=secret.id, post_number=1, post_revision=1, text="Secret words",
        section="steps", created_at=now(),
    )  # fmt: skip
    for path in (f"/kb/{made.id}-open-to-everybody", f"/kb/{made.id}/sources", f"/kb/{made.id}.md"):
        text = (await client.get(path)).text
        assert "A secret of the network" not in text, path
        assert "Ana Ribeiro" not in text, path
        assert "Secret words" not in text, path
        assert secret.slug not in text, path
    assert "not open to" in text
    found = (await client.get(f"/kb/{made.id}.json")).text
    for words in ("A secret of the network", "Ana Ribeiro", secret.slug, "Secret words"):
        assert words not in found, words


BANNERS = [
    ({}, "Verified until", ""),
    ({"due_at": timedelta(days=10)}, "Check due", "Its next check is due on"),
    ({"due_at": timedelta(days=-1)}, "Check overdue", "This practice is due to be checked again."),
    ({"due_at": timedelta(days=-91)}, "Out of date", "Nobody has confirmed this practice for a long time."),
    ({"verified_revision": 0}, "Not verified", "Nobody has confirmed this version yet."),
    ({"state": "obsolete", "state_reason": "Closed in 2019."}, "Obsolete", "This practice is obsolete."),
]


@pytest.mark.parametrize(("columns", "badge", "banner"), BANNERS)
async def test_each_state_is_told_to_reader_list_and_api(
    client: httpx2.AsyncClient, columns: dict[str, object], badge: str, banner: str
) -> None:
    given = {name: now() + value if isinstance(value, timedelta) else value for name, value in columns.items()}
    made = await make.article("One practice", **given)
    page = (await client.get(f"/kb/{made.id}-one-practice")).text
    assert badge in page
    assert banner in page
    assert not faults_of(page)
    state = (await client.get(f"/kb/{made.id}.json")).json()["verification"]
    listed = (await client.get(f"/api/v1/articles?state={state}")).json()
    assert [one["id"] for one in listed["articles"]] == [made.id]
    assert badge in (await client.get(f"/practices?state={state}")).text


async def test_obsolete_stays_and_retired_goes(client: httpx2.AsyncClient, scene: Scene) -> None:
    made, other = await make.article("Posting on a closed platform"), await make.article("What to do instead")
    url = f"/kb/{made.id}-posting-on-a-closed-platform"
    reason = Reason(reason="The platform is closed.", replaced_by=str(other.id))
    await mark_obsolete(scene.editor, made.id, reason)
    page = (await client.get(url)).text
    assert "The platform is closed." in page
    assert f'href="/kb/{other.id}-what-to-do-instead"' in page
    assert "Posting on" not in (await client.get("/practices")).text
    assert "Posting on" in (await client.get("/practices?state=obsolete")).text
    await retire(scene.editor, made.id, reason)
    moved = await client.get(url)
    assert (moved.status_code, moved.headers["location"]) == (301, f"/kb/{other.id}-what-to-do-instead")
    await retire(scene.editor, made.id, Reason(reason="It was wrong from the start."))
    gone = await client.get(url)
    assert gone.status_code == 410
    assert "It was wrong from the start." in gone.text
    assert not faults_of(gone.text)
    assert (await client.get(f"/kb/{made.id}.json")).status_code == 404
    await make.sign_in(client, scene.ruth)
    assert "Retired: readers no longer find" in (await client.get(url)).text


async def test_a_practice_is_retired_with_nothing_to_read_instead(client: httpx2.AsyncClient, scene: Scene) -> None:
    made = await make.article("Posting on a closed platform")
    await make.sign_in(client, scene.ruth)
    form = {"state": "retired", "reason": "It was wrong from the start.", "replaced_by": ""}
    assert (await client.post(f"/kb/{made.id}/retire", data=form)).status_code == 303
    client.cookies.clear()
    assert (await client.get(f"/kb/{made.id}-posting-on-a-closed-platform")).status_code == 410


async def test_filters_narrow_and_count(client: httpx2.AsyncClient) -> None:
    platform = await make.platform("YouTube")
    first = await make.article("Recruiting nurses on video", kind="how_to", evidence="E2")
    await ArticlePlatform.create(article_id=first.id, platform_id=platform.id)
    await make.article("Rules for comments", kind="policy")
    await make.article("Only for the network", audience="network")
    await make.article("A draft", state="draft")
    everything = (await client.get("/practices")).text
    assert "2 practices" in everything
    assert "Only for the network" not in everything
    for query, title in (
        ("platform=youtube", "Recruiting"),
        ("kind=policy", "Rules for"),
        ("evidence=E2", "Recruiting"),
    ):
        page = (await client.get(f"/practices?{query}")).text
        assert "1 practice" in page
        assert title in page
        assert not faults_of(page)
    tag = await make.tag("50%(off) & more")
    await ArticleTag.create(article_id=first.id, tag_id=tag.id)
    assert "50%(off) &amp; more" in (await client.get(f"/practices?tag={tag.slug}")).text
    empty = (await client.get("/practices?kind=answer")).text
    assert "No practice matches these filters" in empty


async def test_the_empty_list_says_how_to_fill_it(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/practices")).text
    assert "No practices yet" in page
    assert not faults_of(page)


async def test_every_page_of_an_editor_is_whole(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, draft = await scene.published(), await scene.in_review()
    await Review.all().update(note="A note")
    await Verification.all().update(note="Checked")
    await make.sign_in(client, scene.tomasz)
    lanes = ("nominated", "drafts", "review", "mine", "due", "overdue", "gaps")
    for path in (
        "/desk", *(f"/desk?lane={lane}" for lane in lanes), "/review", "/kb/new", f"/kb/promote/{scene.thread.id}",
        f"/kb/nominate/{scene.thread.id}", f"/kb/{id_}/revise", f"/kb/{id_}/retire", f"/kb/{id_}/verify",
        f"/kb/{id_}/credit", f"/kb/{id_}/history", f"/kb/{draft}/review", "/practices",
    ):  # fmt: skip
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert not faults_of(answer.text), path
    assert (await client.get("/desk?lane=none")).status_code == 404
    client.cookies.clear()
    await make.sign_in(client, scene.mara)
    assert (await client.get("/desk")).headers["location"] == "/review"
    for path in ("/kb/new", f"/kb/promote/{scene.thread.id}", f"/kb/{id_}/retire", f"/kb/{id_}/revise"):
        assert (await client.get(path)).status_code == 403, path
