"""Send one letter at once, and say what the mail server answered at each step: for who sets it up."""

import asyncio
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final

import aiosmtplib

from base.clock import now
from base.settings import Settings

_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """Whether the letter was taken, and what was said on the way, a line for each step."""

    ok: bool
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return all that was said."""
        return "\n".join(self.lines)


async def try_mail(site: Settings, to: str) -> MailAnswer:
    """Send a letter to `to` with these settings, which need not be those in force; nothing is queued or kept."""
    if not site.mail_server:
        return MailAnswer(True, (f"No mail server is set: letters are written to {site.data_dir.resolve() / 'mail'}.",))
    said: list[str] = []
    try:
        async with asyncio.timeout(2 * _SECONDS):
            await _talk(site, to, said)
    except aiosmtplib.SMTPResponseException as error:
        return MailAnswer(False, (*said, f"{error.code} {error.message}"))
    except aiosmtplib.SMTPRecipientsRefused as error:
        return MailAnswer(False, (*said, *(f"{one.code} {one.message}" for one in error.recipients)))
    except TimeoutError:
        return MailAnswer(False, (*said, f"{site.mail_server} port {site.mail_port} does not answer."))
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return MailAnswer(False, (*said, str(error) or type(error).__name__))
    return MailAnswer(True, tuple(said))


async def _talk(site: Settings, to: str, said: list[str]) -> None:
    client = aiosmtplib.SMTP(
        hostname=site.mail_server, port=site.mail_port, use_tls=site.mail_tls == "tls", start_tls=False,
        timeout=_SECONDS,
    )  # fmt: skip
    said.append(f"→ {site.mail_server}, port {site.mail_port}{', TLS' if site.mail_tls == 'tls' else ''}")
    said.append(_answer(await client.connect()))
    try:
        if site.mail_tls == "starttls":
            said.append("→ STARTTLS")
            said.append(_answer(await client.starttls()))
        if site.mail_user:
            said.append(f"→ sign in as {site.mail_user}")
            said.append(_answer(await client.login(site.mail_user, site.mail_password)))
        said.append(f"→ letter from {site.mail_from} to {to}")
        said.append((await client.sendmail(site.mail_from, [to], _letter(site, to)))[1])
        await client.quit()
    finally:
        client.close()


def _answer(response: aiosmtplib.SMTPResponse) -> str:
    return f"{response.code} {response.message}"


def _letter(site: Settings, to: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=site.site_name, addr_spec=site.mail_from)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = f"A letter to try the mail of {site.site_name}"
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=site.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"If you can read this, {site.site_name} can send mail.\n\n{site.address}\n")
    return message.as_bytes()
