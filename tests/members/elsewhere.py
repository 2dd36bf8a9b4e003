"""What tests of signing in at a provider have in common."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from base.clock import now
from members.models import Organisation, OrganisationDomain, Provider
from members.oidc.exchange import sealed_secret
from tests import builders as make
from tests.members.provider_elsewhere import CLIENT, SECRET, Idp


async def provider(idp: Idp, *, of: Organisation | None = None, slug: str = "clinic-id", **more: Any) -> Provider:
    """Keep the provider as one of the site that is believed about addresses, or of an organisation."""
    given = {
        "slug": slug, "name": "Clinic ID", "issuer": idp.address, "client_id": CLIENT, "secret": sealed_secret(SECRET),
        "organisation": of, "trusts_addresses": of is None, "is_on": True, "created_at": now(),
    }  # fmt: skip
    return await Provider.create(**given | more)


async def elisabeth(domain: str = "elisabeth.example", **more: Any) -> Organisation:
    made = await make.organisation("Elisabeth", slug="elisabeth", **more)
    await OrganisationDomain.create(organisation=made, domain=domain, verified_at=now())
    return made


def path_of(url: str) -> str:
    """Return path and query of an address of the site."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == "http://commonplace.test", url
    return f"{parts.path}?{parts.query}"


async def go(client: httpx2.AsyncClient, slug: str = "clinic-id", after: str = "/questions") -> str:
    """Leave for the provider, and return the address there."""
    answer = await client.get(f"/sign-in/with/{slug}", params={"next": after})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def asked_in(url: str) -> dict[str, str]:
    """Return what the provider is asked for."""
    return {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}


async def there_and_back(
    client: httpx2.AsyncClient, idp: Idp, slug: str = "clinic-id", after: str = "/questions"
) -> httpx2.Response:
    """Go to the provider, sign in there, and return what the site says when the browser comes back."""
    return await come_back(client, idp, await go(client, slug, after))


async def come_back(client: httpx2.AsyncClient, idp: Idp, url: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as elsewhere:
        answer = await elsewhere.get(url)
    assert answer.status_code == 302, answer.text
    return await client.get(path_of(str(answer.headers["location"])))
