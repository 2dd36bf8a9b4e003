"""What tests need to know of passwords and letters."""

import re
from typing import Final

import httpx2
from argon2 import PasswordHasher

from base.journal.deliver import deliver_all
from base.mail.models import OutgoingMail
from members.models import Member

PASSWORD: Final = "seven unrelated tulips"
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
JOINING: Final = {"name": "Mara Visser", "email": "mara@elisabeth.example", "password": PASSWORD}


async def letters(to: str = "") -> list[OutgoingMail]:
    """Do the journal's work and return the letters, the oldest first."""
    await deliver_all()
    found = OutgoingMail.filter(to=to) if to else OutgoingMail.all()
    return await found.order_by("id")


def link_in(mail: OutgoingMail, path: str) -> str:
    """Return the path and query of the link to `path` in a letter."""
    found = re.search(rf"http://commonplace\.test({re.escape(path)}\?\S+)", mail.text)
    assert found, mail.text
    return found[1]


def token_in(mail: OutgoingMail, path: str) -> str:
    """Return the token of the link to `path` in a letter."""
    return link_in(mail, path).partition("token=")[2]


def link_of(mail: OutgoingMail) -> str:
    """Return the path of the link to an invitation in a letter."""
    found = re.search(r"http://commonplace\.test(/invitation/\S+)", mail.text)
    assert found, mail.text
    return found[1]


async def whoami(client: httpx2.AsyncClient) -> str:
    """Return the handle of who the client is, or nothing."""
    answer = await client.get("/api/v1/me")
    return str(answer.json()["handle"]) if answer.status_code == 200 else ""


async def with_password(member: Member) -> Member:
    """Give a member the password of the tests."""
    from base.clock import now

    await Member.filter(id=member.id).update(password_hash=CHEAP, password_changed_at=now())
    return await Member.get(id=member.id)
