"""Letters: queued once, composed strictly, impossible to bend into other letters."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from base.mail import Letter, normal_address, send
from base.mail.compose import message_of
from base.mail.models import OutgoingMail
from base.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site")]

LONG = "http://commonplace.test/unsubscribe?token=" + "Ab-_" * 60


def letter(**more: object) -> Letter:
    given = {"key": "k", "to": "mara@example.org", "subject": "Hello", "text": "Zoë’s text\n"}
    return Letter(**given | more)  # type: ignore[arg-type]


async def composed() -> EmailMessage:
    found = message_from_bytes(message_of(await OutgoingMail.get()), policy=default)
    assert isinstance(found, EmailMessage)
    return found


async def test_a_key_is_sent_once() -> None:
    await send(letter(subject="First"))
    await send(letter(subject="Second"))
    assert [mail.subject for mail in await OutgoingMail.all()] == ["First"]


async def test_the_message_has_the_headers_that_mailboxes_ask_for() -> None:
    await send(letter(about="thread:17", unsubscribe=LONG, html="<p>Zoë</p>"))
    message = await composed()
    assert message["To"] == "mara@example.org"
    assert message["From"] == "Commonplace <commonplace@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<mail.commonplace.test>"
    assert message["List-Unsubscribe"] == f"<{LONG}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["In-Reply-To"] == message["References"] != message["Message-ID"]
    assert message["Date"]
    assert message.get_body(("plain",)).get_content().replace("\r", "") == "Zoë’s text\n"  # type: ignore[union-attr]
    assert message.get_body(("html",)).get_content().replace("\r", "") == "<p>Zoë</p>\n"  # type: ignore[union-attr]


async def test_a_long_link_in_a_header_is_neither_folded_nor_encoded() -> None:
    await send(letter(unsubscribe=LONG))
    wire = message_of(await OutgoingMail.get())
    assert f"List-Unsubscribe: <{LONG}>\r\n".encode() in wire
    assert all(len(line) < 998 for line in wire.split(b"\r\n"))
    assert b"\n" not in wire.replace(b"\r\n", b"")


async def test_the_message_id_is_stable_per_key_and_the_thread_id_per_subject() -> None:
    for key in ("a", "b"):
        await send(letter(key=key, about="thread:17"))
    first, second = [message_from_bytes(message_of(mail), policy=default) for mail in await OutgoingMail.all()]
    again = message_from_bytes(message_of(await OutgoingMail.get(key="a")), policy=default)
    assert first["Message-ID"] == again["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x00"])
async def test_a_subject_cannot_start_another_header(end: str) -> None:
    await send(letter(subject=f"Hi{end}Bcc: victim@example.org{end}{end}Body"))
    message = await composed()
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Hi")
    assert "victim" in message["Subject"]
    assert message.get_content().replace("\r", "") == "Zoë’s text\n"


async def test_only_one_whole_address_is_written_to() -> None:
    for address in [
        "mara@example.org\nBcc: x@example.org",
        "mara@example.org, other@example.org",
        "Mara <mara@example.org>",
        "mara@exa mple.org",
        "mara@@example.org",
        "mara",
        "@example.org",
        "mara@",
        "a" * 65 + "@example.org",
        "mara@-example.org",
        "mara@example..org",
        "mära@example.org",
        "mara@" + "a" * 64 + ".org",
        "",
    ]:
        with pytest.raises(ValueError, match="-mail address"):
            await send(letter(to=address))
        assert not await OutgoingMail.exists()


async def test_a_letter_cannot_bring_headers_of_its_own_that_matter() -> None:
    for headers in [
        {"Bcc": "x@example.org"},
        {"TO": "x@example.org"},
        {"X-A": "1\r\nBcc: x@example.org"},
        {"X-A\r\nBcc": "x@example.org"},
        {"X A": "1"},
        {"Message-Id": "<x@y>"},
    ]:
        with pytest.raises(ValueError, match="header"):
            await send(letter(headers=headers))


async def test_an_unsubscribe_link_with_a_line_end_is_refused() -> None:
    with pytest.raises(ValueError, match="header"):
        await send(letter(unsubscribe="http://x\r\nBcc: x@example.org"))


async def test_addresses_have_one_normal_form() -> None:
    for given, normal in [
        ("  Mara@Hospital.Example ", "mara@hospital.example"),
        ("o'neil+news@example.org", "o'neil+news@example.org"),
        ("info@münster.example", "info@xn--mnster-3ya.example"),
        ("root@localhost", "root@localhost"),
    ]:
        assert normal_address(given) == normal


async def test_the_site_name_may_hold_anything_and_stays_a_name(site: Settings, tmp_path: Path) -> None:
    site_name = 'Health "Net", <b>; x@y'
    from base import settings

    settings.use(site.model_copy(update={"site_name": site_name}))
    mail = OutgoingMail(key="k", to="mara@example.org", subject="s", text="t", headers={}, **_dates())
    message = message_from_bytes(message_of(mail), policy=default)
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (site_name, "commonplace@localhost")


def _dates() -> dict[str, object]:
    from base.clock import now

    return {"due": now(), "created_at": now()}
