"""The logo of an organisation: a cleaned picture, given and taken away by who describes it, seen by who sees it."""

import httpx2
import pytest

from base.clock import now
from base.journal.models import Entry
from base.media.store import path_of
from forum.actions.purge_uploads import UNUSED, purge_uploads
from forum.models import Upload, UploadUse
from members.models import Member, Organisation
from tests import builders as make
from tests.made_files import pdf, photograph, picture

pytestmark = pytest.mark.anyio
PATH = "/organisations/st-elisabeth/logo"


async def scene(client: httpx2.AsyncClient, **more: str) -> Organisation:
    there = await make.organisation("St. Elisabeth", **more)
    await make.sign_in(client, await make.member("Olga", at=there, role="org_admin"))
    return there


def sent(data: bytes, words: str = "St. Elisabeth") -> dict[str, object]:
    return {"files": {"file": ("logo.jpg", data, "image/jpeg")}, "data": {"logo_alt": words}}


async def test_a_logo_is_cleaned_made_small_and_shown(client: httpx2.AsyncClient) -> None:
    there = await scene(client)
    page = (await client.get("/organisations/st-elisabeth")).text
    assert 'class="av' in page
    assert "logo-mark" not in page
    answer = await client.post(PATH, **sent(photograph((1200, 900)), 'The "elm"'))  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["location"]) == (303, "/organisations/st-elisabeth")
    made = await Upload.get()
    assert "location" in made.stripped
    assert b"Exif" not in path_of(made.sha256).read_bytes()
    page = (await client.get("/organisations/st-elisabeth")).text
    assert f'<img class="logo-mark" src="/files/{made.id}/thumb" alt="The &#34;elm&#34;">' in page
    client.cookies.clear()
    seen = await client.get(f"/files/{made.id}/thumb")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    from io import BytesIO

    from PIL import Image

    assert max(Image.open(BytesIO(seen.content)).size) == 480
    entry = await Entry.get(kind="organisation.logo_set")
    assert (entry.subject_id, entry.data["after"]) == (there.id, made.id)


async def test_another_logo_takes_its_place_and_it_is_taken_away(client: httpx2.AsyncClient) -> None:
    there = await scene(client)
    await client.post(PATH, **sent(picture()))  # type: ignore[arg-type]
    answer = await client.post(f"/api/v1{PATH}", **sent(picture(colour=(0, 0, 9))))  # type: ignore[arg-type]
    first, second = await Upload.all().order_by("id")
    assert (answer.status_code, answer.json()) == (201, {"url": f"/files/{second.id}/thumb"})
    assert [use.upload_id for use in await UploadUse.all()] == [second.id]  # type: ignore[attr-defined]
    await Upload.all().update(created_at=now() - 2 * UNUSED)
    await purge_uploads()
    assert [one.id for one in await Upload.all()] == [second.id], "the one before is thrown away, the shown one stays"
    assert first.id != second.id
    assert (await client.post(f"{PATH}/remove")).status_code == 303
    assert (await Organisation.get(id=there.id)).logo_id is None
    assert (await client.delete(f"/api/v1{PATH}")).status_code == 404
    client.cookies.clear()
    assert (await client.get(f"/files/{second.id}/thumb")).status_code == 404


@pytest.mark.parametrize(
    ("data", "words", "sentence"),
    [
        (pdf(), "Words", "A logo is a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "Words", "f-file"),
        (picture(), "", "What the logo shows is needed"),
        (b"", "Words", "f-file"),
    ],
)
async def test_what_is_no_logo(client: httpx2.AsyncClient, data: bytes, words: str, sentence: str) -> None:
    there = await scene(client)
    answer = await client.post(PATH, **sent(data, words))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (await Organisation.get(id=there.id)).logo_id is None


async def test_who_may(client: httpx2.AsyncClient) -> None:
    there = await scene(client)
    leader = await make.member("Lea")
    region = await make.region("Europe")
    await Organisation.filter(id=there.id).update(region_id=region.id)
    await make.grant(leader, "community_leader", "region", region.id)
    other = await make.organisation("Elsewhere")
    people: list[tuple[Member, int]] = [
        (await make.member("Colleague", at=there), 403),
        (await make.member("Other", at=other, role="org_admin"), 403),
        (await make.member("Guest"), 403),
        (leader, 303),
        (await make.moderator("Mo"), 303),
    ]
    for who, status in people:
        await make.sign_in(client, who)
        assert (await client.post(PATH, **sent(picture()))).status_code == status, who.name  # type: ignore[arg-type]
        assert (await client.get(PATH)).status_code == (200 if status == 303 else 403), who.name
        assert (await client.post(f"{PATH}/remove")).status_code == status, who.name
    client.cookies.clear()
    assert (await client.post(PATH, **sent(picture()))).status_code == 303  # type: ignore[arg-type]
    assert not await UploadUse.exists(), "a visitor is sent to sign in"


async def test_the_logo_of_what_one_may_not_see_is_missing(client: httpx2.AsyncClient) -> None:
    there = await scene(client)
    await client.post(PATH, **sent(picture()))  # type: ignore[arg-type]
    made = await Upload.get()
    await Organisation.filter(id=there.id).update(state="archived")
    assert (await client.get(f"/files/{made.id}/thumb")).status_code == 200, "its own people see it"
    await make.sign_in(client, await make.member("Guest"))
    assert (await client.get(f"/files/{made.id}/thumb")).status_code == 404
