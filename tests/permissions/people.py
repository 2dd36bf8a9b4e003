"""The people of the table of permissions, and one thing of each kind that they may do something with."""

import asyncio
from datetime import date, timedelta
from typing import Final

from base import db
from base.clock import now
from base.signing import sign
from forum.actions.start_thread import NewThread, start_thread
from forum.models import CaseStudy, Post, Tag, Upload, UploadUse
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send
from kb.actions.write import save
from kb.models import AdoptionChange, Nomination
from members.actions.wear_mask import Identity
from members.current import SESSION_COOKIE
from members.models import (
    DomainClaim,
    LegalText,
    Mask,
    Member,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationProposal,
    OrganisationRequest,
    Passkey,
    Provider,
    Session,
    Token,
    Unmasking,
)
from members.queries.mask_levels import Levels, Shared
from members.secrets import hash_secret
from tests import builders as make
from tests.hostile.cast import READY, World

WHO: Final = (
    "visitor", "guest", "member", "writer", "seasoned", "org_admin", "other_admin", "leader", "far_leader", "editor",
    "second", "moderator", "admin",
)  # fmt: skip
"""Columns of the table.

A visitor; a guest (T0: no organisation has confirmed them); a member and the writer of the things (T1) and somebody
seasoned (T2), all of Home Hospital in Europe; its administrator, and that of Away Hospital in Africa; the leaders of
Europe and of Africa, both of Far Hospital in Asia; the editor who edited last what is reviewed, and another; a
moderator; an administrator of the site. Of the others who are there only a colleague and a deputy of its administrator
belong to Home Hospital; there is a second administrator of the site, so that none of those named is the last one.
"""


class Cast(World):
    """A filled site: how each person signs in, by cookie and by token."""

    def cookie(self, who: str) -> dict[str, str]:
        """Return the cookie of somebody; a visitor has none."""
        return {} if who == "visitor" else {SESSION_COOKIE: sign("session", f"secret-of-{who}")}

    def token(self, who: str) -> dict[str, str]:
        """Return the header with somebody's personal token; a visitor has none."""
        return {} if who == "visitor" else {"Authorization": f"Bearer token-of-{who}"}


def build(url: str) -> Cast:
    """Fill the database."""
    return asyncio.run(_build(url))


async def _build(url: str) -> Cast:
    await db.connect(url)
    try:
        cast = Cast()
        people = await _people(cast)
        await _sign_ins(cast, people)
        await _threads(cast, people)
        await _practices(cast, people)
        await _masked(cast, people)
        return cast
    finally:
        await db.close()


async def _people(cast: Cast) -> dict[str, Member]:
    regions = {name: await make.region(name, countries=code) for name, code in
               (("Europe", "NL"), ("Africa", "KE"), ("Asia", "IN"))}  # fmt: skip
    home = await make.organisation("Home Hospital", region=regions["Europe"])
    away = await make.organisation("Away Hospital", region=regions["Africa"])
    far = await make.organisation("Far Hospital", region=regions["Asia"])
    pending = await make.organisation("Pending Hospital", region=regions["Europe"], state="pending")
    made = {
        "guest": await make.member("Guest", trust=0),
        "member": await make.member("Member", at=home),
        "writer": await make.member("Writer", at=home),
        "seasoned": await make.member("Seasoned", at=home, trust=2),
        "org_admin": await make.member("Organiser", at=home, role="org_admin"),
        "other_admin": await make.member("Other Organiser", at=away, role="org_admin"),
        "leader": await make.member("Leader", at=far),
        "far_leader": await make.member("Far Leader", at=far),
        "editor": await make.editor("Editor"),
        "second": await make.editor("Second"),
        "moderator": await make.moderator("Moderator"),
        "admin": await make.member("Admin"),
    }
    await make.grant(made["leader"], "community_leader", "region", regions["Europe"].id)
    await make.grant(made["far_leader"], "community_leader", "region", regions["Africa"].id)
    await make.grant(made["admin"], "admin")
    target = await make.member("Target", at=away, email="target-address@example.org")
    asks = await make.member("Asks To Belong", trust=0)
    await Membership.create(member=asks, organisation=home, state="pending", main=False, since=now())
    colleague = await make.member("Colleague", at=home, email="colleague-address@home.example")
    await OrganisationDomain.create(organisation=home, domain="home.example", verified_at=now())
    for place in (home, away):
        await make.member(f"Deputy of {place.name}", at=place, role="org_admin")
    other_admin = await make.member("Other Admin")
    await make.grant(other_admin, "admin")
    staged = await make.member("Imported", state="staged", email=None)
    made["answerer"] = target
    platform, used = await make.platform("Mastodon"), await make.platform("Peertube")
    await make.use(home, used)
    cast.places |= {
        "home": home.id, "home_slug": home.slug, "pending": pending.id, "europe": regions["Europe"].id,
        "person": target.id, "asks": asks.id, "colleague": colleague.id, "staged": staged.id, "region": "europe",
        "other_admin_of_site": other_admin.id,
        "pending_slug": pending.slug, "away_slug": away.slug, "platform": platform.slug, "used": used.slug,
        "tag": (await make.tag("moderation")).slug,
    }  # fmt: skip
    await _console(cast, made, home, pending)
    return made


async def _console(cast: Cast, people: dict[str, Member], home: Organisation, pending: Organisation) -> None:
    """Let a domain be claimed and a change be proposed at home, which has a logo; and an organisation ask to join."""
    claim = await DomainClaim.create(organisation=home, domain="new.example", token="to-be-found", at=now())
    proposal = await OrganisationProposal.create(
        organisation=home, about="profile", what="Please say that we are many.", by=people["writer"], at=now()
    )
    asked = await OrganisationRequest.create(
        organisation=pending, region_id=cast.places["europe"], asked_by=people["answerer"], name=pending.name,
        why="We would like to learn.", created_at=now(),
    )  # fmt: skip
    logo = await Upload.create(
        owner=people["org_admin"], sha256="0" * 64, kind="image", media_type="image/png", name="logo.png", size=1,
        width=60, height=40, alt="An elm", gate="none", created_at=now(),
    )  # fmt: skip
    await UploadUse.create(upload=logo, target="logo", target_id=home.id)
    await Organisation.filter(id=home.id).update(logo_id=logo.id, logo_alt="An elm")
    provider = await Provider.create(
        slug="clinic", name="Clinic", issuer="https://127.0.0.1", client_id="x", created_at=now()
    )
    await LegalText.create(
        document="privacy", version=1, title="Our promise", text="We keep little.", is_significant=False,
        effective_on=date(2020, 1, 1), at=now(),
    )  # fmt: skip
    cast.places |= {"claim": claim.id, "proposal": proposal.id, "request": asked.id, "provider": provider.id}


async def _sign_ins(cast: Cast, people: dict[str, Member]) -> None:
    for who in WHO[1:]:
        at = now()
        given = {"created_at": at, "seen_at": at, "expires_at": at + timedelta(days=9)}
        await Session.create(member=people[who], hash=hash_secret(f"secret-of-{who}"), **given)
        await Token.create(member=people[who], name="mine", hash=hash_secret(f"token-of-{who}"), created_at=at)
    # What is the writer's alone: a key, a token, a sign-in elsewhere.
    writer = people["writer"]
    key = await Passkey.create(
        member=writer, credential="c", handle="h", public_key="k", name="Phone", made_at=now()
    )  # fmt: skip
    token = await Token.create(member=writer, name="old", hash=hash_secret("an-old-token"), created_at=now())
    given = {"created_at": now(), "seen_at": now(), "expires_at": now() + timedelta(days=9)}
    elsewhere = await Session.create(member=writer, hash=hash_secret("elsewhere"), **given)
    cast.places |= {"passkey": key.id, "token": token.id, "session": elsewhere.id}


async def _threads(cast: Cast, people: dict[str, Member]) -> None:
    europe, writer = int(cast.places["europe"]), people["writer"]
    used = await Tag.get(slug=cast.places["tag"])
    thread = await make.thread("How do you answer reviews?", author=writer, region_id=europe, tags=[used])
    await make.post(thread, author=people["answerer"])
    await make.post(thread, "An answer of the writer's own, to which nobody replied.", author=writer)
    replied = await make.post(thread, "An answer of the writer's own, to which somebody replied.", author=writer)
    await make.post(thread, "A reply to that.", author=people["answerer"], parent=replied)
    old = await make.post(thread, "An answer that the writer wrote long ago.", author=writer)
    aged = await make.post(thread, "An answer that the seasoned one wrote long ago.", author=people["seasoned"])
    for one in (old, aged):
        await Post.filter(id=one.id).update(created_at=now() - timedelta(days=3))
    other = await make.thread("Second question", author=people["answerer"], region_id=europe)
    asked = await make.thread("A guest's own question", author=people["guest"])
    await make.post(asked, author=people["answerer"])
    unanswered = await make.thread("Who has done this?", author=writer, region_id=europe)
    network = await make.thread("For the network", author=people["answerer"], audience="network")
    inside = await make.thread("For Home Hospital", author=writer, audience=f"org:{cast.places['home']}")
    case = await make.thread("How we answered", kind="case_study", author=people["answerer"])
    texts = {"summary": "s", "problem": "p", "what_we_did": "w", "direction": "did_not_work", "lessons": "l"}
    await CaseStudy.create(thread_id=case.id, **texts)
    cast.places |= {
        "open": thread.id, "old": old.number, "aged": aged.number, "second_thread": other.id, "network": network.id,
        "inside": inside.id, "case": case.id, "asked": asked.id, "unanswered": unanswered.id,
    }  # fmt: skip


async def _practices(cast: Cast, people: dict[str, Member]) -> None:
    editor = await make.viewer(people["editor"])
    thread = int(cast.places["open"])
    practice = await make.article("Answering reviews", author=people["writer"])
    owned = await make.article("Owned by a member", author=people["writer"])
    use = await AdoptionChange.create(
        article=practice, organisation_id=cast.places["home"], state="trying", standing="proposed",
        by=people["member"], at=now(),
    )  # fmt: skip
    draft = await promote(editor, thread, NewArticle(title="A draft"))
    await save(editor, draft, READY)
    review = await promote(editor, thread, NewArticle(title="A practice in review"))
    await save(editor, review, READY)
    await send(editor, review, Asked(reviewer=people["second"].handle))
    assigned = await promote(editor, thread, NewArticle(title="A practice that a member reviews"))
    await save(editor, assigned, READY)
    await send(editor, assigned, Asked(reviewer=people["member"].handle))
    await Nomination.all().delete()
    cast.places |= {
        "practice": practice.id, "use": use.id, "owned": owned.id, "draft": draft, "review": review,
        "assigned": assigned,
    }  # fmt: skip


async def _masked(cast: Cast, people: dict[str, Member]) -> None:
    identity = Identity(people["answerer"].id, Shared(Levels(), 5))
    for name in ("masked", "unasked"):
        started = await start_thread(
            NewThread(
                kind="question", title="A question without a name", body="Nobody has to know who asks this.",
                author_id=people["answerer"].id, identity=identity, audience="public", quiet=True,
            )
        )  # fmt: skip
        cast.places[name] = started.id
    mask = await Mask.get(place=f"thread:{cast.places['masked']}")
    asked = await Unmasking.create(
        mask=mask, url="/t/1", reason="It is part of the cast.", asked_by=people["moderator"], asked_at=now()
    )
    cast.places["unmasking"] = asked.id
