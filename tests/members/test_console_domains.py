"""Mail domains of an organisation: claimed, proven in the DNS or by the staff, one organisation's only."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import httpx2
import pytest

from base import name_texts
from base.clock import now
from base.errors import Conflict
from base.name_texts import NoAnswer, texts_at
from members.actions.claim_domain import Claim, claim_domain
from members.actions.prove_domain import check_claim, look_for_domains
from members.domains import mail_domain
from members.models import DomainClaim, Membership, OrganisationDomain
from tests import builders as make
from tests.members.inviting import Hospital, become, hospital
from tests.members.outline import faults_of

pytestmark = pytest.mark.anyio


def domains(there: Hospital) -> str:
    return f"/organisations/{there.organisation.slug}/console/domains"


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, ...]]:
    """Answer for the DNS."""
    known: dict[str, tuple[str, ...]] = {}

    async def answer(name: str) -> tuple[str, ...]:
        if known.get(name) == ("silent",):
            raise NoAnswer(name)
        return known.get(name, ())

    monkeypatch.setattr("members.actions.prove_domain.texts_at", answer)
    return known


async def test_a_domain_is_claimed_shown_and_proven(
    client: httpx2.AsyncClient, texts: dict[str, tuple[str, ...]]
) -> None:
    there = await hospital(domain="")
    guest = await make.member("Mara", email="mara@elisabeth.example", email_confirmed_at=now(), trust=0)
    elsewhere = await make.member("Eve", email="eve@not-elisabeth.example", email_confirmed_at=now())
    await become(client, there.grace)
    answer = await client.post(domains(there), data={"domain": "Info@Elisabeth.example."})
    assert answer.status_code == 303
    claim = await DomainClaim.get()
    assert claim.domain == "elisabeth.example"
    page = (await client.get(domains(there))).text
    assert "_commonplace.elisabeth.example" in page
    assert f"commonplace-proof={claim.token}" in page
    assert "Confirm without the DNS" not in page
    assert faults_of(page) == []
    assert not await Membership.filter(member=guest).exists(), "unproven gives nothing"
    look = f"/api/v1{domains(there)}/{claim.id}/check"
    name = "_commonplace.elisabeth.example"
    for found, known in (
        ("missing", ()),
        ("other", ("v=spf1 -all", f"commonplace-proof={claim.token}x")),
        ("silent", ("silent",)),
    ):
        texts[name] = known
        assert (await client.post(look)).json() == {"found": found}
        assert (await DomainClaim.get()).found == found
    texts[name] = ("v=spf1 -all", f"commonplace-proof={claim.token}")
    answer = await client.post(f"{domains(there)}/{claim.id}/check")
    assert answer.headers["location"] == domains(there)
    assert not await DomainClaim.exists()
    assert (await OrganisationDomain.get()).verified_at is not None
    place = await Membership.get(member=guest)
    assert (place.role, place.state) == ("staff", "active"), "guests with an address there belong now"
    assert not await Membership.filter(member=elsewhere).exists()
    assert "1 person" in (await client.get(domains(there))).text
    assert "elisabeth.example" in (await client.get(f"/organisations/{there.organisation.slug}")).text
    assert (await client.post(look)).status_code == 404, "a proof counts once"
    assert (await client.post(f"{domains(there)}/give-up", data={"domain": "elisabeth.example"})).status_code == 303
    assert not await OrganisationDomain.exists()
    assert await Membership.filter(member=guest, state="active").exists()
    assert (await client.delete(f"/api/v1{domains(there)}/elisabeth.example")).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        "gmail.com",
        "someone@gmx.de",
        "localhost",
        "127.0.0.1",
        "a b.example",
        "-x.example",
        "",
        "x" * 130 + ".example",
        "co.uk",
        "nhs.uk",
        "org.au.",
        "mara@ac.at",
        "hotmail.co.uk",
        "yahoo.fr",
        "outlook.com.br",
        "xn--.",
        "a..example",
    ],
)
async def test_what_proves_nothing_is_refused(client: httpx2.AsyncClient, given: str) -> None:
    there = await hospital(domain="")
    await become(client, there.grace)
    answer = await client.post(domains(there), data={"domain": given})
    assert answer.status_code == 422
    assert "f-domain-error" in answer.text
    assert not await DomainClaim.exists()


def test_domains_have_one_form() -> None:
    assert mail_domain(" Ärzte-Köln.example ") == "xn--rzte-kln-zza0q.example"
    assert mail_domain("someone@Mail.Hospital.Example.") == "mail.hospital.example"


async def test_one_domain_is_one_organisations(client: httpx2.AsyncClient, texts: dict[str, tuple[str, ...]]) -> None:
    one, two = await hospital(domain=""), await hospital("Two", domain="two.example")
    await become(client, one.grace)
    assert (await client.post(domains(one), data={"domain": "two.example"})).status_code == 422
    assert (await client.post(domains(one), data={"domain": "shared.example"})).status_code == 303
    assert (await client.post(domains(one), data={"domain": "shared.example"})).status_code == 422
    await become(client, two.grace)
    assert (await client.post(domains(two), data={"domain": "shared.example"})).status_code == 303, (
        "a claim blocks nobody"
    )
    mine, theirs = [await DomainClaim.get(organisation=there.organisation) for there in (one, two)]
    assert mine.token != theirs.token
    texts["_commonplace.shared.example"] = tuple(f"commonplace-proof={claim.token}" for claim in (mine, theirs))
    assert (await client.post(f"{domains(two)}/{mine.id}/check")).status_code == 404, "nobody proves another's claim"
    first, second = await asyncio.gather(
        check_claim(await make.viewer(one.grace), one.organisation.id, mine.id),
        check_claim(await make.viewer(two.grace), two.organisation.id, theirs.id),
        return_exceptions=True,
    )
    assert sorted([str(first), str(second)]) != ["proven", "proven"]
    assert isinstance(first, Conflict) or isinstance(second, Conflict)
    assert await OrganisationDomain.filter(domain="shared.example").count() == 1
    assert (await DomainClaim.get()).found == "taken"


async def test_the_staff_of_the_site_confirm(client: httpx2.AsyncClient) -> None:
    there, boss, mo = await hospital(domain=""), await make.member("Boss"), await make.moderator("Mo")
    await make.grant(boss, "admin")
    claim_id = await claim_domain(await make.viewer(there.grace), there.organisation.id, Claim(domain="e.example"))
    for who, status in ((there.grace, 403), (mo, 403), (boss, 303)):
        await become(client, who)
        assert (await client.post(f"{domains(there)}/{claim_id}/confirm")).status_code == status, who.name
    assert await OrganisationDomain.filter(domain="e.example", verified_at__not_isnull=True).exists()
    again = await claim_domain(await make.viewer(there.grace), there.organisation.id, Claim(domain="f.example"))
    key = await make.token(there.grace)
    client.cookies.clear()
    assert (
        await client.delete(f"/api/v1{domains(there).replace('domains', 'claims')}/{again}", headers=key)
    ).is_success
    third = await claim_domain(await make.viewer(there.grace), there.organisation.id, Claim(domain="g.example"))
    await become(client, there.grace)
    assert (await client.post(f"{domains(there)}/{third}/drop")).status_code == 303
    assert not await DomainClaim.exists()


async def test_a_chore_looks_by_itself(client: httpx2.AsyncClient, texts: dict[str, tuple[str, ...]]) -> None:
    there = await hospital(domain="")
    viewer = await make.viewer(there.grace)
    for domain in ("a.example", "b.example", "old.example"):
        await claim_domain(viewer, there.organisation.id, Claim(domain=domain))
    await DomainClaim.filter(domain="old.example").update(at=now() - timedelta(days=31))
    for claim in await DomainClaim.all():
        texts[f"_commonplace.{claim.domain}"] = (f"commonplace-proof={claim.token}",)
    texts["_commonplace.b.example"] = ()
    assert await look_for_domains() == 1
    assert await OrganisationDomain.all().values_list("domain", flat=True) == ["a.example"]
    claim = await DomainClaim.get(domain="b.example")
    assert claim.found == "missing"
    texts["_commonplace.b.example"] = (f"commonplace-proof={claim.token}",)
    assert await look_for_domains() == 0, "not again within the hour"
    await DomainClaim.filter(domain="b.example").update(looked_at=now() - timedelta(hours=2))
    assert await look_for_domains() == 1


@contextmanager
def name_server(*, silent: bool = False) -> Iterator[int]:
    """Answer questions of the DNS on a port of this machine."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(10)

    def serve() -> None:
        while True:
            try:
                data, address = sock.recvfrom(2048)
            except OSError:
                return
            if data == b"end":
                return
            question = dns.message.from_wire(data)
            name = question.question[0].name.to_text()
            answer = dns.message.make_response(question)
            answer.flags |= dns.flags.RA
            if name == "_commonplace.known.example.":
                text = dns.rrset.from_text(name, 60, "IN", "TXT", '"commonplace-" "proof=abc"', '"other"')
                answer.answer.append(text)
            elif name == "_commonplace.none.example.":
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif name == "_commonplace.broken.example.":
                answer.set_rcode(dns.rcode.SERVFAIL)
            if not silent:
                sock.sendto(answer.to_wire(), address)

    thread = threading.Thread(target=serve)
    thread.start()
    port = sock.getsockname()[1]
    try:
        yield port
    finally:
        sock.sendto(b"end", ("127.0.0.1", port))
        thread.join()
        sock.close()


def asking(port: int) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port = ["127.0.0.1"], port
    return made


async def test_the_dns_is_really_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with name_server() as port:
        monkeypatch.setattr(name_texts, "_resolver", lambda: asking(port))
        assert set(await texts_at("_commonplace.known.example")) == {"commonplace-proof=abc", "other"}
        assert await texts_at("_commonplace.none.example") == ()
        assert await texts_at("_commonplace.empty.example") == ()
        with pytest.raises(NoAnswer):
            await texts_at("_commonplace.broken.example", seconds=2)


async def test_a_silent_dns_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with name_server(silent=True) as port:
        monkeypatch.setattr(name_texts, "_resolver", lambda: asking(port))
        began = asyncio.get_running_loop().time()
        with pytest.raises(NoAnswer):
            await texts_at("_commonplace.known.example", seconds=0.5)
        assert asyncio.get_running_loop().time() - began < 3
