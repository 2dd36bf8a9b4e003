"""What readers are told of a practice wherever it is named: that it is obsolete, and which post a number means."""

import httpx2
import pytest

from base.web.filters import short_links
from forum.queries.authors import Author
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.fill import Addition, put_in
from kb.actions.insert import insert
from kb.actions.retire import Reason, mark_obsolete
from kb.actions.revise import NewVersion, revise
from kb.chips import with_addresses, with_titles
from kb.models import Article
from kb.queries.sources import Source
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio

GONE = {"reason": "Platforms closed this way of posting."}


async def test_obsolete_is_told_wherever_the_practice_is_named(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, other = await scene.published(), await make.article("Posting today")
    made = await keep_collection(scene.editor, CollectionForm(title="Where to begin", state="published"))
    await put_in(scene.editor, made, Addition(address=f"/kb/{id_}"))
    thread, shelf = f"/t/{scene.thread.id}-{scene.thread.slug}", f"/collections/{made}"
    url = f"/kb/{id_}-governing-sub-brand-accounts"
    await make.sign_in(client, scene.mara)
    for path in (thread, shelf):
        assert "Verified until" in (await client.get(path, follow_redirects=True)).text
    assert "a reviewed practice" in (await client.get(thread)).text
    assert "Next check" in (await client.get(url)).text
    await mark_obsolete(scene.editor, id_, Reason.read(GONE | {"replaced_by": str(other.id)}))
    page = (await client.get(thread)).text
    assert "no longer holds" in page
    assert "a reviewed practice" not in page
    for path in (thread, shelf, url):
        page = (await client.get(path, follow_redirects=True)).text
        assert "Obsolete</span>" in page, path
        assert "Verified until" not in page, path
    assert "Next check" not in page
    text = (await client.get(f"{url}.md")).text
    assert (
        "- State: obsolete\n- Why: Platforms closed this way of posting.\n- Read instead: [Posting today](http" in text
    )
    assert "next check" not in text


async def test_a_thread_names_no_state_of_a_practice_one_may_not_read(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await Article.filter(id=id_).update(audience="staff")
    await make.sign_in(client, scene.mara)
    page = (await client.get(f"/t/{scene.thread.id}-{scene.thread.slug}")).text
    assert "Verified until" not in page


async def test_a_number_in_the_text_says_whose_post_it_is(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.draft()
    await insert(scene.editor, id_, await scene.insertion(2, section="examples"))
    await scene.publish(id_)
    await make.sign_in(client, scene.mara)
    url = f"/kb/{id_}-governing-sub-brand-accounts"
    twin = (await client.get(f"{url}.json")).json()
    cited = next(one["url"] for one in twin["sources"] if one["number"] == 2)
    page = (await client.get(url)).text
    assert f'<a href="{cited}" title="Post #2 by {scene.ana.name} in “{scene.thread.title}”">#2</a>' in page
    assert "Post #2</a>" in page
    assert f"](http://commonplace.test{cited})" in (await client.get(f"{url}.md")).text


async def test_the_history_says_why_nothing_can_be_restored(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await make.sign_in(client, scene.ruth)
    why = "no earlier one can be restored"
    assert "publish it yourself" in (await client.get(f"/kb/{id_}/revise")).text
    assert why not in (await client.get(f"/kb/{id_}/history")).text
    await revise(scene.editor, id_, NewVersion())
    assert why in (await client.get(f"/kb/{id_}/history")).text
    await make.sign_in(client, scene.mara)
    assert why not in (await client.get(f"/kb/{id_}/history")).text


async def test_crumbs_cut_a_long_title_short(client: httpx2.AsyncClient) -> None:
    made = await make.article("Long " * 40 + "title")
    page = (await client.get(f"/kb/{made.id}/sources")).text
    crumbs = page[page.index('class="crumbs"') : page.index("</nav>", page.index('class="crumbs"'))]
    assert f'title="{made.title}"' in crumbs
    assert f">{made.title}<" not in crumbs


def source(url: str, number: int, title: str, *, open_to_viewer: bool = True) -> Source:
    author = Author(1, "Ana", "ana")
    return Source(
        id=1, section="steps", thread_id=1, kind="question", title=title, url=url, thread_url=url, author=author,
        number=number, open_to_viewer=open_to_viewer,
    )  # fmt: skip


def test_chips_of_two_threads_are_told_apart() -> None:
    one = source("/t/18-a/2#post-2", 2, 'Say "yes" [now]')
    other = source("/t/19-b/2#post-2", 2, "Another")
    text = f"A [#2]({one.url}) and [#2]({other.url}), [#2](/t/20-c/2#post-2), [#3]({one.url})."
    told = with_titles(text, [one, other])
    assert r'[#2](/t/18-a/2#post-2 "Post #2 by Ana in “Say \"yes\" \[now\]”")' in told
    assert '[#2](/t/19-b/2#post-2 "Post #2 by Ana in “Another”")' in told
    assert told.endswith("[#2](/t/20-c/2#post-2), [#3](/t/18-a/2#post-2).")
    hidden = source("/t/18-a/2#post-2", 2, "Not for all", open_to_viewer=False)
    assert with_titles(text, [hidden]) == text


def test_links_within_the_site_name_it_outside() -> None:
    text = "[a](/t/1-x), [b](</kb/2>), [c](https://x.org/), [d](//y.org), ![e](/p.png), a/b\n\n[f]: /kb/3"
    assert with_addresses(text, "https://h.org") == (
        "[a](https://h.org/t/1-x), [b](<https://h.org/kb/2>), [c](https://x.org/), [d](//y.org), "
        "![e](https://h.org/p.png), a/b\n\n[f]: https://h.org/kb/3"
    )


def test_differences_shorten_links_to_posts() -> None:
    assert short_links("So it was. [#2](/t/18-how-do-you/2#post-2)") == "So it was. #2 (t/18)"
    for whole in ("[#2](/t/18-how-do-you/3#post-3)", "[here](/t/18-how/2#post-2)", "](/t/18-how/2#post-2)"):
        assert short_links(whole) == whole
