"""Files in the forms, as a browser without scripts sends them: nothing typed is lost."""

import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from base.db import transaction
from base.errors import Invalid
from forum.actions.use_uploads import check_files, use_uploads
from forum.actions.write_reads import write_downloads
from forum.downloads import DOWNLOADS
from forum.models import Draft, Post, Thread, Upload
from forum.queries.uploads import files_in, own_upload
from tests import builders as make
from tests.forum.test_uploads import send
from tests.made_files import SVG, office, pdf, photograph, picture
from tests.members.outline import faults_of

pytestmark = pytest.mark.anyio
Client = httpx2.AsyncClient
TITLE = "How do you answer reviews without breaking privacy?"


async def post_form(client: Client, url: str, *files: tuple[str, bytes], **given: str) -> httpx2.Response:
    sent = [("file", one) for one in files] or [("file", ("", b""))]
    return await client.post(url, data=given, files=sent)


def text_of(page: str, name: str = "body") -> str:
    found = re.findall(rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return str(found[-1])


async def test_asking_with_a_picture_and_a_document(client: Client) -> None:
    await make.sign_in(client, await make.member())
    given = {"title": TITLE, "body": "What happens now is this, as you see below.", "tried": "Nothing yet."}
    page = await post_form(client, "/ask/question", ("chart.png", picture()), ("plan.pdf", pdf()), step="file", **given)
    assert page.status_code == 200
    first, second = await Upload.all().order_by("id")
    body = text_of(page.text)
    assert body.startswith(given["body"])
    assert f"![](/files/{first.id}/chart.png)" in body
    assert f"[plan.pdf](/files/{second.id}/plan.pdf)" in body
    assert "Nothing yet." in page.text
    assert f'name="file-{first.id}-alt"' in page.text
    assert f'name="file-{second.id}-alt"' not in page.text
    assert faults_of(page.text) == []

    page = await post_form(client, "/ask/question", **given | {"body": body})
    assert page.status_code == 422
    assert f'id="f-file-{first.id}-alt-error"' in page.text
    assert f'id="f-file-{first.id}-gate-error"' in page.text
    words = {f"file-{first.id}-alt": "A [bar] chart", f"file-{first.id}-gate": "none"}
    preview = await post_form(client, "/ask/question", step="preview", **given | {"body": body} | words)
    assert 'alt="A [bar] chart"' in preview.text
    done = await post_form(client, "/ask/question", **given | {"body": body} | words)
    assert done.status_code == 303, done.text
    post = await Post.get(number=1)
    assert f"![A \\[bar\\] chart](/files/{first.id}/chart.png)" in post.body
    assert 'alt="A [bar] chart"' in post.html
    assert (await Upload.get(id=first.id)).alt == "A [bar] chart"


async def test_a_file_chosen_and_sent_with_the_text_is_not_lost(client: Client) -> None:
    thread = await make.thread()
    await make.sign_in(client, await make.member())
    url = f"/t/{thread.id}/answer"
    page = await post_form(client, url, ("chart.png", picture()), body="We did it like this, and it works.")
    assert page.status_code == 422
    assert "Nothing is published yet: please say below what the picture shows" in page.text
    assert "/chart.png)" in text_of(page.text)
    assert not await Post.filter(number=2).exists()
    done = await post_form(client, url, ("plan.pdf", pdf()), body="We did it like this, and it works.")
    assert done.status_code == 303
    assert "plan.pdf" in (await Post.get(number=2)).html


async def test_a_refused_file_says_so_and_keeps_the_others_and_the_text(client: Client) -> None:
    thread = await make.thread()
    await make.sign_in(client, await make.member())
    url, words = f"/t/{thread.id}/answer", "We did it like this, and it works."
    page = await post_form(client, url, ("x.png", SVG), ("plan.pdf", pdf()), step="file", body=words)
    assert page.status_code == 422
    assert "“x.png”: Web pages, drawings (SVG)" in page.text
    assert words in text_of(page.text)
    assert "plan.pdf" in text_of(page.text)
    page = await post_form(client, url, step="file", body=words)
    assert "Please choose a file first." in page.text
    page = await post_form(client, url, *[("a.png", picture())] * 6, step="file", body=words)
    assert "at most 5 files at once" in page.text
    assert await Upload.all().count() == 1


async def test_removing_a_file(client: Client) -> None:
    thread = await make.thread()
    await make.sign_in(client, await make.member())
    page = await post_form(client, f"/t/{thread.id}/answer", ("a.png", photograph()), step="file", body="Look at this:")
    (one,) = await Upload.all()
    assert "the place, camera and time, names of authors" in re.sub(r"\s+", " ", page.text)
    page = await post_form(client, f"/t/{thread.id}/answer", drop_file=str(one.id), body=text_of(page.text))
    assert text_of(page.text) == "Look at this:"
    assert not await Upload.exists()


async def test_a_comment_takes_files_too(client: Client) -> None:
    thread = await make.thread()
    await make.post(thread)
    await make.sign_in(client, await make.member())
    given = {"body": "See this.", "parent": "2", "once": "c2.0"}
    page = await post_form(client, f"/t/{thread.id}/answer", ("a.png", picture()), step="file", **given)
    (one,) = await Upload.all()
    assert f'id="f-file-{one.id}-alt"' in page.text
    body = f"See this. ![A chart](/files/{one.id}/a.png)"
    wrong = await post_form(client, f"/t/{thread.id}/answer", **given | {"body": body})
    assert f'id="f-file-{one.id}-gate-error"' in wrong.text
    done = await post_form(client, f"/t/{thread.id}/answer", **given | {"body": body, f"file-{one.id}-gate": "none"})
    assert done.status_code == 303
    assert "<img" in (await Post.get(number=3)).html


async def test_editing_shows_and_takes_files(client: Client) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    made = await send(client, picture(), alt="A chart", gate="none")
    await client.post(f"/api/v1/threads/{thread.id}/posts", json={"body": f"This is how we do it. {made['markdown']}"})
    url = f"/t/{thread.id}/posts/2/edit"
    page = await client.get(url)
    assert f'data-file="{made["id"]}"' in page.text
    assert "no patient, badge, screen or chart" in page.text
    body = text_of(page.text)
    page = await post_form(client, url, ("b.pdf", pdf()), step="file", body=body, revision="1", reason="more")
    assert 'value="more"' in page.text
    assert (await post_form(client, url, body=text_of(page.text), revision="1")).status_code == 303
    assert "b.pdf" in (await Post.get(number=2)).html


async def test_a_draft_keeps_its_files(client: Client) -> None:
    member = await make.member()
    await make.sign_in(client, member)
    made = await send(client, picture())
    given = {"title": TITLE, "body": f"See {made['markdown']}", f"file-{made['id']}-alt": "Typed already"}
    await client.post("/drafts/save?place=ask.question", data=given)
    draft = await Draft.get(member_id=member.id)
    page = await client.get(f"/ask/question?draft={draft.id}")
    assert f'data-file="{made["id"]}"' in page.text
    assert 'value="Typed already"' in page.text


CASE = {
    "title": "Reminding people of appointments by text message", "summary": "We sent reminders; fewer missed.",
    "problem": "One in nine did not come.", "what_we_did": "A message two days before, in four languages.",
    "direction": "worked", "lessons": "Ask for the mobile number at every contact.", "sponsored": "no",
    "vendor_tie": "no", "tools": "The text we sent.", "platforms": "",
}  # fmt: skip


async def share(client: Client, **more: str) -> Any:
    page = await post_form(client, "/ask/case-study", ("letter.docx", office()), step="file", **CASE | more)
    one = (await Upload.all().order_by("-id"))[0]
    fields = {f"file-{one.id}-{name}": value for name, value in {
        "offered": "yes", "reusable": "yes", "title": "Reminder letter", "licence": "CC BY-SA 4.0",
    }.items()}  # fmt: skip
    done = await post_form(client, "/ask/case-study", **CASE | more | {"tools": text_of(page.text, "tools")} | fields)
    assert done.status_code == 303, done.text
    return await Upload.get(id=one.id)


async def test_templates_of_a_case_study_become_resources(client: Client) -> None:
    youtube = await make.platform("YouTube")
    await make.sign_in(client, await make.member("Ann Lee"))
    assert "No resources yet" in (await client.get("/resources")).text
    one = await share(client, platforms="YouTube")
    assert (one.reusable, one.title, one.licence) == (True, "Reminder letter", "CC BY-SA 4.0")
    page = await client.get("/resources")
    assert "Reminder letter" in page.text
    assert "CC BY-SA 4.0" in page.text
    assert CASE["title"] in page.text
    for query, there in (
        ("q=reminder", True), ("q=REMINDING+text", True), ("q=zebra", False), ("kind=office", True),
        ("kind=image", False), (f"platform={youtube.slug}", True), ("platform=none", False),
    ):  # fmt: skip
        page = await client.get(f"/resources?{query}")
        assert ("Reminder letter" in page.text) is there, query
        assert ("Nothing found" in page.text) is not there, query
    client.cookies.clear()
    DOWNLOADS.take()
    await client.get(f"/files/{one.id}/letter.docx", headers={"user-agent": "Firefox"})
    await write_downloads()
    found = (await client.get("/api/v1/resources")).json()
    assert (found["total"], found["resources"][0]["downloads"]) == (1, 1)
    await Thread.all().update(audience="org:99")
    assert (await client.get("/api/v1/resources")).json()["total"] == 0
    assert "YouTube" not in (await client.get("/resources")).text.partition("<main")[2]


async def test_who_writes_behind_a_mask_is_not_told_by_a_file(client: Client) -> None:
    author, thread = await make.member("Jan de Vries"), await make.thread()
    mask = await make.member("A member, nurse", state="mask", email=None)
    await make.sign_in(client, author)
    made = await send(client, picture(), alt="A", gate="none")
    viewer = replace(await make.viewer(author), masks={f"thread:{thread.id}": mask.id})
    post = await make.post(thread, author=mask)
    files = await files_in(viewer, made["markdown"])
    check_files(viewer, made["markdown"], files, author_id=mask.id)
    async with transaction():
        await use_uploads("post", post.id, files, author_id=mask.id)
    assert (await Upload.get(id=made["id"])).owner_id == mask.id  # type: ignore[attr-defined]
    assert (await own_upload(viewer, made["id"])).used
    # The same file under one's own name would tell who is behind the mask.
    files = await files_in(viewer, made["markdown"])
    with pytest.raises(Invalid, match="under another name of yours"):
        check_files(viewer, made["markdown"], files, author_id=author.id)


async def test_a_full_disk_loses_nothing_typed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_given: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("base.media.store.keep", no_room)
    await make.sign_in(client, await make.member())
    given = {"title": TITLE, "body": "What happens now is this, as you see below."}
    page = await post_form(client, "/ask/question", ("chart.png", picture()), step="file", **given)
    assert page.status_code == 422
    assert "no room for files" in page.text
    assert text_of(page.text) == given["body"]
    assert not await Upload.exists()
