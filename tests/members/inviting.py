"""What tests of invitations share: an organisation with a confirmed domain, and who invites into it."""

from dataclasses import dataclass
from typing import Any

import httpx2

from base.clock import now
from members.models import Invitation, Member, Organisation, OrganisationDomain
from tests import builders as make
from tests.members.secrets_of import PASSWORD, letters, link_of

ACCOUNT = {"name": "Mara Visser", "role": "Nurse", "password": PASSWORD, "guidelines": "yes"}
MARA = "mara@elisabeth.example"


@dataclass
class Hospital:
    """An organisation, its administrator, and the address of its invitations."""

    organisation: Organisation
    grace: Member
    path: str


async def hospital(name: str = "St. Elisabeth", *, domain: str = "elisabeth.example", **more: Any) -> Hospital:
    made = await make.organisation(name, **more)
    if domain:
        await OrganisationDomain.create(organisation=made, domain=domain, verified_at=now())
    grace = await make.member(f"Grace of {name}", at=made, role="org_admin", trust=2)
    return Hospital(made, grace, f"/organisations/{made.slug}/invitations")


async def invite(client: httpx2.AsyncClient, at: Hospital, email: str = MARA, **more: str) -> tuple[Invitation, str]:
    """Invite somebody as the administrator; returns the invitation and the path of its link, and signs out."""
    await become(client, at.grace)
    answer = await client.post(f"{at.path}/one", data={"email": email, "role": "staff"} | more)
    assert answer.status_code == 303, answer.text
    client.cookies.clear()
    return await Invitation.get(email=email, revoked_at=None), link_of((await letters(email))[-1])


async def link_for_several(client: httpx2.AsyncClient, at: Hospital, uses: int = 10) -> tuple[Invitation, str]:
    """Make a link for several as the administrator; returns it with its path, and signs out."""
    await become(client, at.grace)
    answer = await client.post(f"/api/v1{at.path}/link", json={"most_uses": uses})
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    made = answer.json()
    return await Invitation.get(id=made["id"]), made["link"].removeprefix("http://commonplace.test")


async def become(client: httpx2.AsyncClient, who: Member) -> None:
    """Sign in as a member; whoever was signed in before, also by a door of the site, is no longer."""
    client.cookies.clear()
    await make.sign_in(client, who)
