"""Members write to each other by the site's mail: nobody's address is shown, and nobody is flooded."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

import anyio
import httpx2
import pytest

from base.errors import TooMany
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.limit_numbers import NUMBERS
from base.mail.compose import message_of
from base.mail.models import OutgoingMail
from members.actions import write_letter as write_letter_module
from members.actions.write_letter import NewLetter, write_letter
from members.models import Member, Organisation
from tests import builders as make

pytestmark = pytest.mark.anyio
PATH, DOOR = "/people/mara-visser/write", "/api/v1/people/mara-visser/letters"
LETTER: Final = {"subject": "Your case on reviews", "text": "Dear Mara,\nmay I ask you something?"}


async def two(**more: object) -> tuple[Member, Member]:
    """Make Mara, who is written to, and Jonas, who writes; each with an address of their own."""
    house = await make.organisation("St. Elisabeth")
    mara = await make.member("Mara Visser", at=house, email="mara@secret.example", **more)
    jonas = await make.member("Jonas Weber", at=await make.organisation("Nord"), email="jonas@own.example")
    return mara, jonas


async def messages() -> list[EmailMessage]:
    await deliver_all()
    found = [message_from_bytes(message_of(mail), policy=policy.default) for mail in await OutgoingMail.all()]
    return [one for one in found if isinstance(one, EmailMessage)]


def told(message: EmailMessage) -> str:
    return "\n".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")


async def test_a_letter_reaches_its_reader_and_shows_no_address(client: httpx2.AsyncClient) -> None:
    mara, jonas = await two()
    await make.sign_in(client, jonas)
    assert 'href="/people/mara-visser/write"' in (await client.get("/people/mara-visser")).text
    form = await client.get(PATH)
    assert form.status_code == 200
    assert "secret.example" not in form.text
    answer = await client.post(PATH, data=LETTER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/people/mara-visser")
    (message,) = await messages()
    assert (message["To"], message["Subject"]) == ("mara@secret.example", "Your case on reviews")
    assert message["Reply-To"] is None
    text = told(message)
    for words in ("Jonas Weber (Nord) writes to you", "may I ask you something?", "/people/jonas-weber/write"):
        assert words in text
    assert "own.example" not in text + str(message.items())
    assert "/unsubscribe?" in message["List-Unsubscribe"]
    entry = await Entry.get(kind="letter.written")
    assert (entry.actor_id, entry.subject_id, entry.data) == (jonas.id, mara.id, {"shows_address": False})
    assert "secret.example" not in answer.text


async def test_an_answer_goes_to_who_shows_their_address(client: httpx2.AsyncClient) -> None:
    _, jonas = await two()
    await make.sign_in(client, jonas)
    await client.post(PATH, data=LETTER | {"show_address": "yes"})
    (message,) = await messages()
    assert message["Reply-To"] == "jonas@own.example"
    assert "goes to the address of Jonas Weber" in told(message)
    assert (await client.post(DOOR, json=LETTER | {"show_address": True})).status_code == 204
    assert len(await messages()) == 2


async def test_no_header_can_be_slipped_in(client: httpx2.AsyncClient) -> None:
    _, jonas = await two()
    await make.sign_in(client, jonas)
    for line in ("\r\n", "\n", "\r", "\u2028", "\x00"):
        given = {"subject": f"Hello{line}Bcc: all@victim.example", "text": f"x{line}.{line}From: y", "once": ""}
        await client.post(DOOR, json=given)
    found = await messages()
    assert len(found) == 5
    for message in found:
        assert message["Bcc"] is None
        assert message["To"] == "mara@secret.example"
        assert len(message.get_all("Subject", [])) == 1


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"accepts_letters": False}, 403),
        ({"mail_notices": False}, 403),
        ({"email": None}, 403),
        ({"state": "gone"}, 404),
        ({"state": "suspended"}, 404),
        ({"state": "staged"}, 404),
        ({"state": "unverified"}, 404),
        ({"state": "mask"}, 404),
    ],
)
async def test_who_cannot_be_written_to(client: httpx2.AsyncClient, more: dict[str, object], status: int) -> None:
    mara, jonas = await two()
    await Member.filter(id=mara.id).update(**more)
    await make.sign_in(client, jonas)
    # Whatever stands in the form: a wrong one tells nobody more.
    for given in (LETTER, {}):
        assert (await client.post(PATH, data=given)).status_code == status
    assert (await client.get(PATH)).status_code == status
    assert (await client.post(DOOR, json=LETTER)).status_code == status
    assert PATH not in (await client.get("/people/mara-visser")).text
    assert not await OutgoingMail.all().exists()
    assert not await Entry.filter(kind="letter.written").exists()


async def test_nobody_gets_words_by_mail_whose_organisation_wants_none(client: httpx2.AsyncClient) -> None:
    _, jonas = await two()
    await make.sign_in(client, jonas)
    await Organisation.filter(name="St. Elisabeth").update(mail_content="none")
    await make.act("console.policies_set", (await Organisation.get(name="St. Elisabeth")).id)
    assert 'href="/people/mara-visser/write"' not in (await client.get("/people/mara-visser")).text
    assert (await client.get(PATH)).status_code == 403
    assert (await client.post(PATH, data=LETTER)).status_code == 403
    assert (await client.post(DOOR, json=LETTER)).status_code == 403
    assert not await messages()


async def test_who_cannot_write(client: httpx2.AsyncClient) -> None:
    mara, _ = await two()
    answer = await client.post(PATH, data=LETTER)
    assert (answer.status_code, 'href="/sign-in?' in answer.text, LETTER["text"] in answer.text) == (401, True, True)
    assert (await client.post(DOOR, json=LETTER)).status_code == 401
    guest = await make.member("Guest", trust=0)
    newcomer = await make.member("Newcomer", trust=0, at=await make.organisation())
    for who in (guest, newcomer, mara):
        await make.sign_in(client, who)
        assert (await client.post(PATH, data=LETTER)).status_code == 403
        assert (await client.post(DOOR, json=LETTER)).status_code == 403
        assert (await client.get(PATH)).status_code == 403
    assert not await OutgoingMail.all().exists()


async def test_a_wrong_letter_comes_back_as_typed(client: httpx2.AsyncClient) -> None:
    _, jonas = await two()
    await make.sign_in(client, jonas)
    for wrong, field in (({"subject": "x"}, "subject"), ({"text": ""}, "text"), ({"text": "x" * 4001}, "text")):
        answer = await client.post(PATH, data=LETTER | {"show_address": "yes"} | wrong)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert "checked" in answer.text
        assert ("may I ask you something?" in answer.text) == ("text" not in wrong)


async def test_a_form_that_is_sent_twice_is_one_letter(client: httpx2.AsyncClient) -> None:
    _, jonas = await two()
    await make.sign_in(client, jonas)
    form = (await client.get(PATH)).text
    once = form.partition('name="once" value="')[2].partition('"')[0]
    assert len(once) > 10
    for _ in range(2):
        assert (await client.post(PATH, data=LETTER | {"once": once})).status_code == 303
    assert len(await messages()) == 1
    assert await Entry.filter(kind="letter.written").count() == 1


def usual_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_letter_module, "limit_of", lambda name: NUMBERS[name])


async def many(number: int) -> list[str]:
    return [(await make.member(f"Reader {n}", at=await make.organisation())).handle for n in range(number)]


async def test_twenty_letters_a_day(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    _, jonas = await two()
    viewer, handles = await make.viewer(jonas), await many(22)
    given = NewLetter.read(LETTER)
    usual_limits(monkeypatch)
    for handle in handles[:20]:
        await write_letter(viewer, handle, given)
    with pytest.raises(TooMany) as held:
        await write_letter(viewer, handles[20], given)
    assert "20 letters within a day" in held.value.sentence
    assert await OutgoingMail.all().count() == 20
    await make.sign_in(client, jonas)
    answer = await client.post(f"/people/{handles[20]}/write", data=LETTER)
    assert answer.status_code == 429
    first = await Entry.filter(kind="letter.written").order_by("id").first()
    assert first is not None
    await Entry.filter(id=first.id).update(at=first.at - timedelta(days=2))
    await write_letter(viewer, handles[20], given)
    # Staff are not held up.
    moderator = await make.viewer(await make.moderator("Nia"))
    for handle in handles[:21]:
        await write_letter(moderator, handle, given)
    assert await OutgoingMail.all().count() == 42


async def test_the_limit_holds_for_letters_at_the_same_moment(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual_limits(monkeypatch)
    _, jonas = await two()
    viewer, handles = await make.viewer(jonas), await many(24)
    refused = []

    async def write(handle: str) -> None:
        try:
            await write_letter(viewer, handle, NewLetter.read(LETTER))
        except TooMany:
            refused.append(handle)

    async with anyio.create_task_group() as group:
        for handle in handles:
            group.start_soon(write, handle)
    assert (await OutgoingMail.all().count(), len(refused)) == (20, 4)


async def test_one_person_gets_five_letters_of_another_a_day(client: httpx2.AsyncClient) -> None:
    _, jonas = await two()
    viewer = await make.viewer(jonas)
    for _ in range(5):
        await write_letter(viewer, "mara-visser", NewLetter.read(LETTER))
    with pytest.raises(TooMany):
        await write_letter(viewer, "mara-visser", NewLetter.read(LETTER))
    assert await OutgoingMail.all().count() == 5


async def test_a_vendor_says_so_in_letters_as_well(client: httpx2.AsyncClient) -> None:
    await two()
    vera = await make.member("Vera", at=await make.organisation("Sell Ltd", kind="industry", type="vendor"))
    await write_letter(await make.viewer(vera), "mara-visser", NewLetter.read(LETTER))
    (message,) = await messages()
    assert "Vera (Industry: Sell Ltd) writes to you" in told(message)
