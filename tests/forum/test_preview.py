"""The preview is the result, byte for byte: by script, by the button of the form, and as it is published."""

import html
import re

import httpx2
import pytest

from forum.models import Post
from tests import builders as make
from tests.forum.test_share_case import NO_SHOWS, given

pytestmark = pytest.mark.anyio
TEXT = """# A heading

We asked @mara-lind and @nobody; half replied.[^1] See https://example.org/a?b=1&c=2, **now** <b>or</b> never.

> [!WARNING] Before you copy this
> Ask first.

> [Ann, post 1](/t/1-x/1#post-1)
>
> What Ann wrote.

- [x] done

| a | b |
|---|--:|
| 1 | 2 |

[^1]: Survey of 2025.
"""
TITLE = "How do you answer reviews in the evening?"


def _shown(page: str) -> str:
    """Return what the preview box of a page holds."""
    return re.findall(
        r'<div class="prose">(.*?)</div></(?:section|div)>', page[page.index("preview-box") :], re.DOTALL
    )[0]


async def test_what_is_previewed_is_what_is_published(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.member("Mara Lind"))
    by_script = (await client.post("/preview", data={"text": TEXT})).text
    assert "/people/mara-lind" in by_script
    assert "/people/nobody" not in by_script

    given = {"title": TITLE, "body": TEXT}
    by_form = _shown((await client.post("/ask/discussion", data=given | {"step": "preview"})).text)
    await client.post("/ask/discussion", data=given)
    opening = await Post.get(number=1)
    assert by_script == by_form == opening.html

    path = f"/t/{opening.thread_id}/answer"  # type: ignore[attr-defined]
    assert _shown((await client.post(path, data={"body": TEXT, "step": "preview"})).text) == opening.html
    await client.post(path, data={"body": TEXT})
    reply = await Post.get(number=2)
    assert reply.html == by_script
    there = (await client.get(f"/t/{opening.thread_id}", follow_redirects=True)).text  # type: ignore[attr-defined]
    assert there.count(by_script.strip()) == 2

    edited = {"body": f"{TEXT}\nMore[^1].", "revision": "1"}
    here = f"/t/{opening.thread_id}/posts/2/edit"  # type: ignore[attr-defined]
    shown = _shown((await client.post(here, data=edited | {"step": "preview"})).text)
    await client.post(here, data=edited)
    assert (await Post.get(number=2)).html == shown
    door = await client.post("/api/v1/preview", json={"body": edited["body"]})
    assert html.unescape(door.json()["html"]) == html.unescape(shown)


async def test_a_case_study_is_previewed_with_its_numbers(client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, await make.member())
    rows = {f"metrics.{name}": value for name, value in NO_SHOWS.items()}
    sent = given(**rows, unintended="More calls.")
    box = (await client.post("/ask/case-study", data=sent | {"step": "preview"})).text
    done = await client.post("/ask/case-study", data=sent)
    there = (await client.get(done.headers["location"])).text
    section = re.compile(r'<section class="measured".*?</section>', re.DOTALL)
    assert section.findall(box) == section.findall(there) != []
    assert box.index("fewer people stayed away") < box.index('class="measured"') < box.index("What we did not expect")
    thread = done.headers["location"].split("-")[0]
    again = sent | {"revision": "1", "step": "preview", "metrics.result": "7"}
    edited = (await client.post(f"{thread}/case", data=again)).text
    assert "from 11.2&nbsp;% to 7&nbsp;%" in edited
