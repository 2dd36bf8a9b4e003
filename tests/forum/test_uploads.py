"""Files from the form to the reader: taken in, described, shown to who may read, gone when that ends."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from base.journal.deliver import deliver_all
from base.limit_numbers import NUMBERS
from base.media import store
from base.settings import Settings
from forum.models import Post, Thread, Upload, UploadUse
from tests import builders as make
from tests.made_files import CSV, HTML, SVG, office, pdf, photograph, picture, png_of_size
from tests.site import settings_for

pytestmark = pytest.mark.anyio
Client = httpx2.AsyncClient


async def send(client: Client, data: bytes, name: str = "chart.png", **words: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/uploads", files={"file": (name, data)}, data=words)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: Client, data: bytes, name: str = "chart.png") -> str:
    answer = await client.post("/api/v1/uploads", files={"file": (name, data)})
    assert answer.status_code == 422, answer.text
    sentence: str = answer.json()["errors"]["file"]
    return sentence


async def answered(
    client: Client, thread: Thread, *files: dict[str, Any], words: str = "This is how we do it."
) -> Post:
    body = "\n\n".join([words, *(one["markdown"] for one in files)])
    answer = await client.post(f"/api/v1/threads/{thread.id}/posts", json={"body": body})
    assert answer.status_code == 201, answer.text
    return await Post.get(id=answer.json()["id"])


async def test_a_picture_from_form_to_reader(client: Client, site: Settings) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    made = await send(client, photograph((900, 600)), "../../etc/My chart.png", alt="A chart", gate="none")
    assert made["name"] == "My chart.jpg"
    assert made["url"] == f"/files/{made['id']}/my-chart.jpg"
    assert set(made["stripped"]) == {"location", "camera", "author", "description"}
    assert made["markdown"] == f"![A chart](/files/{made['id']}/my-chart.jpg)"
    assert (await client.get(made["url"])).status_code == 200  # its owner
    post = await answered(client, thread, made)
    assert f'srcset="/files/{made["id"]}/thumb 480w' in post.html

    client.cookies.clear()
    page = await client.get(f"/t/{thread.id}-{thread.slug}")
    assert 'width="900" height="600"' in page.text
    answer = await client.get(made["url"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert b"Canon" not in answer.content
    for name, value in {
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, no-cache",
        "content-disposition": 'inline; filename="My chart.jpg"',
    }.items():
        assert answer.headers[name].replace("filename*=utf-8''My%20chart.jpg", 'filename="My chart.jpg"') == value
    again = await client.get(made["url"], headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.head(made["url"])).headers["content-length"] == str(len(answer.content))
    part = await client.get(made["url"], headers={"range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    thumb = await client.get(f"/files/{made['id']}/thumb")
    assert thumb.headers["content-type"] == "image/webp"
    assert (await client.get(f"/files/{made['id']}/display")).headers["content-type"] == "image/jpeg"


async def test_documents_are_saved_and_never_shown(client: Client) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    for data, name, media in (
        (pdf(script=True), "a.png", "application/pdf"),
        (office(), "b.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (CSV, "c.html", "text/csv; charset=utf-8"),
        (b"Only words\nand more", "d.svg", "text/plain; charset=utf-8"),
    ):
        made = await send(client, data, name)
        post = await answered(client, thread, made)
        assert (
            f"({made['name'].rpartition('.')[2].upper()}, " in post.html
            or "(Word, " in post.html
            or "(Text, " in post.html
        )
        answer = await client.get(made["url"])
        assert answer.headers["content-type"] == media
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert (await client.get(f"/files/{made['id']}/thumb")).status_code == 404


async def test_what_is_not_taken_says_why(client: Client) -> None:
    await make.sign_in(client, await make.member())
    assert "SVG" in await refused(client, SVG, "a.png")
    assert "Web pages" in await refused(client, HTML, "a.png")
    assert "million pixels" in await refused(client, png_of_size(50_000, 50_000))
    assert "macros" in await refused(client, office(word__vbaProject_dot_bin=b"x"), "a.docx")
    assert "larger than 4 MB" in await refused(client, b"\xff\xd8\xff" + b"x" * 4_200_000)
    assert "not whole" in await refused(client, picture(size=(600, 600))[:400])
    assert not await Upload.exists()
    missing = await client.post("/api/v1/uploads", data={"alt": "x"})
    assert missing.status_code == 422


async def test_a_body_that_is_far_too_large_is_refused_at_once(client: Client) -> None:
    await make.sign_in(client, await make.member())
    for path in ("/api/v1/uploads", "/ask/question"):
        answer = await client.post(path, files={"file": ("a.png", b"x" * 50_000_000)})
        assert answer.status_code == 413
        assert "at most 22 MB" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    small = await client.post("/drafts/save?place=ask.question", data={"body": "x" * 3_000_000})
    assert (small.status_code, "at most 2 MB" in small.text) == (413, True)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\x\\photo.JPG", "photo.png"),
        ("a\u202egnp.exe", "agnp.png"),
        ("x" * 300 + ".png", "x" * 100 + ".png"),
        ("...", "file.png"),
        ("Überblick 2026.png", "Überblick 2026.png"),
        ('"><script>.png', '"_script_.png'),
    ],
)
async def test_names_are_clean(client: Client, given: str, shown: str) -> None:
    await make.sign_in(client, await make.member())
    made = await send(client, picture(), given)
    if "script" not in given:
        assert made["name"] == shown
    assert re.fullmatch(r"/files/\d+/[a-z0-9-]+\.png", made["url"])
    answer = await client.get(made["url"])
    assert "\n" not in answer.headers["content-disposition"]
    assert "/" not in made["name"]


async def test_only_who_may_read_the_post_may_fetch_the_file(client: Client) -> None:
    author, other, moderator = await make.member(), await make.member(), await make.moderator()
    thread = await make.thread(author=await make.member())
    await make.sign_in(client, author)
    made = await send(client, picture(), alt="A", gate="none")

    async def who() -> list[int]:
        seen = []
        for one in (author, other, moderator, None):
            client.cookies.clear()
            if one is not None:
                await make.sign_in(client, one)
            codes = {(await client.get(f"/files/{made['id']}/{name}")).status_code for name in ("chart.png", "thumb")}
            assert len(codes) == 1
            seen.append(codes.pop())
        return seen

    assert await who() == [200, 404, 404, 404]
    await make.sign_in(client, author)
    post = await answered(client, thread, made)
    assert await who() == [200, 200, 200, 200]
    await Thread.filter(id=thread.id).update(audience="org:999")
    assert await who() == [404, 404, 200, 404]
    await Thread.filter(id=thread.id).update(audience="public")
    await make.sign_in(client, author)
    await client.delete(f"/api/v1/threads/{thread.id}/posts/{post.number}")
    assert await who() == [200, 404, 200, 404]
    await client.delete(f"/api/v1/uploads/{made['id']}")
    await Post.filter(id=post.id).update(state="deleted", deleted_by_id=moderator.id)
    assert await who() == [404, 404, 200, 404]


async def test_who_quotes_a_picture_may_show_it_and_who_guesses_may_not(client: Client) -> None:
    home = await make.organisation()
    author, other = await make.member(at=home), await make.member(at=home)
    here, there = await make.thread(audience="network"), await make.thread()
    await make.sign_in(client, author)
    shown = await send(client, picture(), alt="A", gate="none")
    await answered(client, here, shown)
    hidden = await send(client, picture(), alt="B", gate="none")
    await make.sign_in(client, other)
    post = await answered(client, there, hidden)
    assert "cannot be shown here" in post.html
    assert "<img" not in post.html
    assert not await UploadUse.filter(upload_id=hidden["id"]).exists()
    post = await answered(client, there, shown, words="As they said here:")
    assert "<img" in post.html
    assert await UploadUse.filter(upload_id=shown["id"]).count() == 2
    assert (await Upload.get(id=shown["id"])).owner_id == author.id  # type: ignore[attr-defined]


async def test_a_picture_says_what_it_shows_before_it_is_published(client: Client) -> None:
    thread = await make.thread()
    await make.sign_in(client, await make.member())
    made = await send(client, picture())
    key = f"file-{made['id']}"

    async def wrong() -> set[str]:
        answer = await client.post(
            f"/api/v1/threads/{thread.id}/posts", json={"body": f"This is how. {made['markdown']}"}
        )
        return set() if answer.status_code == 201 else set(answer.json()["errors"])

    async def said(**words: Any) -> httpx2.Response:
        return await client.patch(f"/api/v1/uploads/{made['id']}", json=words)

    assert await wrong() == {f"{key}-alt", f"{key}-gate"}
    await said(alt="A chart")
    assert await wrong() == {f"{key}-gate"}
    await said(gate="authorised")
    assert await wrong() == {f"{key}-gate_ref", f"{key}-gate_on"}
    assert (await said(gate_ref="DPO 17", gate_on="2999-01-01")).status_code == 422
    assert (await said(gate="perhaps")).status_code == 422
    assert (await said(gate_ref="DPO 17", gate_on="2026-01-31")).status_code == 200
    assert await wrong() == set()
    assert (await said(gate="none")).status_code == 403
    assert (await said(alt="A better chart")).status_code == 200
    assert (await client.delete(f"/api/v1/uploads/{made['id']}")).status_code == 403


async def test_a_doubtful_picture_waits_for_a_moderator(client: Client) -> None:
    author, moderator, thread = await make.member(), await make.moderator(), await make.thread()
    await make.sign_in(client, author)
    made = await send(client, picture(), alt="A ward", gate="unsure")
    post = await answered(client, thread, made)
    assert "looked at by a moderator" in post.html
    assert "<img" not in post.html
    assert (await client.get(made["url"])).status_code == 200
    assert (await client.get("/moderate/uploads")).status_code == 403
    client.cookies.clear()
    assert (await client.get(made["url"])).status_code == 404

    await make.sign_in(client, moderator)
    await deliver_all()
    assert "A picture waits" in (await client.get("/inbox")).text
    assert "A ward" in (await client.get("/moderate/uploads")).text
    assert (await client.get(made["url"])).status_code == 200
    base = f"/moderate/uploads/{made['id']}"
    assert (await client.post(f"{base}/refuse", data={"reason": "x"})).status_code == 422
    assert (await client.post(f"{base}/other")).status_code == 404
    assert (await client.post(f"{base}/approve")).status_code == 303
    assert (await client.post(f"{base}/approve")).status_code == 409
    assert "Nothing waits" in (await client.get("/moderate/uploads")).text
    await deliver_all()
    assert "<img" in (await Post.get(id=post.id)).html
    client.cookies.clear()
    assert (await client.get(made["url"])).status_code == 200
    await make.sign_in(client, author)
    assert "is shown now" in (await client.get("/inbox")).text

    await make.sign_in(client, moderator)
    await client.post(f"{base}/refuse", data={"reason": "A name badge can be read."})
    client.cookies.clear()
    assert (await client.get(made["url"])).status_code == 404  # at once
    await make.sign_in(client, author)
    assert (await client.get(made["url"])).status_code == 404
    await deliver_all()
    assert "taken away by a moderator" in (await Post.get(id=post.id)).html
    assert "A name badge can be read." in (await client.get("/inbox")).text


async def test_newcomers_add_one_picture(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forum.rules.uploads.limit_of", NUMBERS.__getitem__)
    newcomer = await make.member(trust=0)
    thread = await make.thread(author=newcomer)  # elsewhere guests write nothing
    await make.sign_in(client, newcomer)
    assert "no other files" in await refused(client, pdf(), "a.pdf")
    one = await send(client, picture(), alt="A", gate="none")
    two = await send(client, picture(colour=(0, 9, 0)), alt="B", gate="none")
    body = f"This is how. {one['markdown']} {two['markdown']}"
    answer = await client.post(f"/api/v1/threads/{thread.id}/posts", json={"body": body})
    assert "one picture" in answer.json()["errors"]["file"]
    await answered(client, thread, one)
    monkeypatch.setattr("forum.rules.uploads.limit_of", {"newcomer_images": 0, "newcomer_files": 2}.__getitem__)
    await send(client, pdf(), "a.pdf")


async def test_a_post_has_at_most_five_files(client: Client) -> None:
    thread = await make.thread()
    await make.sign_in(client, await make.member())
    made = [await send(client, CSV + bytes([number + 65]), f"{number}.csv") for number in range(6)]
    body = "This is how. " + " ".join(one["markdown"] for one in made)
    answer = await client.post(f"/api/v1/threads/{thread.id}/posts", json={"body": body})
    assert "at most 5 files; this has 6" in answer.json()["errors"]["file"]
    await answered(client, thread, *made[:5])


async def test_the_same_bytes_lie_there_once(client: Client) -> None:
    await make.sign_in(client, await make.member())
    made = await asyncio.gather(*(send(client, picture()) for _ in range(5)))
    assert len({one["id"] for one in made}) == 5
    (sha256,) = {one.sha256 for one in await Upload.all()}
    assert await asyncio.to_thread(store.is_sound, sha256)
    assert [path.name for path in Path(store.folder()).rglob("*") if path.is_file() and "." not in path.name] == [
        sha256[2:]
    ]


async def test_editing_a_picture_out_takes_it_away_and_back_again(client: Client) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    made = await send(client, picture(), alt="A", gate="none")
    post = await answered(client, thread, made)
    url = f"/api/v1/threads/{thread.id}/posts/{post.number}"
    await client.patch(url, json={"body": "Without the picture it is better.", "revision": 1})
    client.cookies.clear()
    assert (await client.get(made["url"])).status_code == 404
    await make.sign_in(client, author)
    await client.patch(url, json={"body": f"With it after all. {made['markdown']}", "revision": 2})
    client.cookies.clear()
    assert (await client.get(made["url"])).status_code == 200
    assert await UploadUse.all().count() == 1


async def test_others_do_not_touch_files_that_are_not_theirs(client: Client) -> None:
    await make.sign_in(client, await make.member())
    made = await send(client, picture())
    await make.sign_in(client, await make.member())
    url = f"/api/v1/uploads/{made['id']}"
    assert (await client.get(url)).status_code == 404
    assert (await client.patch(url, json={"alt": "Mine"})).status_code == 404
    assert (await client.delete(url)).status_code == 404
    client.cookies.clear()
    assert (await client.post("/api/v1/uploads", files={"file": ("a.png", picture())})).status_code == 401
    assert (await client.get("/files/999/x.png")).status_code == 404


async def test_an_edit_by_who_may_not_see_a_picture_keeps_it(client: Client) -> None:
    region = await make.region()
    author, leader, moderator = await make.member(), await make.member(), await make.moderator()
    await make.grant(leader, "community_leader", "region", region.id)
    thread = await make.thread(region_id=region.id)
    await make.sign_in(client, author)
    made = await send(client, picture(), alt="A ward", gate="unsure")
    post = await answered(client, thread, made)
    await make.sign_in(client, leader)
    assert (await client.get(made["url"])).status_code == 404
    url = f"/api/v1/threads/{thread.id}/posts/{post.number}"
    body = f"This is how we do it, in better words. {made['markdown']}"
    assert (await client.patch(url, json={"body": body, "revision": 1})).status_code == 200
    assert "looked at by a moderator" in (await Post.get(id=post.id)).html
    await make.sign_in(client, moderator)
    await client.post(f"/moderate/uploads/{made['id']}/approve")
    await deliver_all()
    assert "<img" in (await Post.get(id=post.id)).html


@pytest.mark.parametrize(("command", "status", "words"), [
    ("true", 201, ""), ("false", 422, "found something wrong"), ("/no/such/scanner", 429, "cannot be checked"),
])  # fmt: skip
async def test_a_scanner_has_its_say(client: Client, site: Settings, command: str, status: int, words: str) -> None:
    settings_for(site.data_dir, site.database_url, upload_scanner=command)
    await make.sign_in(client, await make.member())
    answer = await client.post("/api/v1/uploads", files={"file": ("a.png", picture())})
    assert answer.status_code == status
    assert words in answer.text
