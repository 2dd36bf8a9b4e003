"""The people of the table of permissions, and one thing of each kind that they may do something with."""

import asyncio
from datetime import timedelta
from typing import Final

from base import db
from base.clock import now
from base.signing import sign
from forum.actions.start_thread import NewThread, start_thread
from forum.models import CaseStudy, Post
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send
from kb.actions.write import save
from kb.models import Nomination
from members.actions.wear_mask import Identity
from members.current import SESSION_COOKIE
from members.models import Mask, Member, Membership, Session, Token, Unmasking
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
moderator; an administrator of the site. Nobody but those named belongs to Home Hospital.
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
        await _sign_ins(people)
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
    made["answerer"] = target
    platform, used = await make.platform("Mastodon"), await make.platform("Peertube")
    await make.use(home, used)
    cast.places |= {
        "home": home.id, "home_slug": home.slug, "pending": pending.id, "europe": regions["Europe"].id,
        "person": target.id, "asks": asks.id, "platform": platform.slug, "used": used.slug,
        "tag": (await make.tag("moderation")).slug,
    }  # fmt: skip
    return made


async def _sign_ins(people: dict[str, Member]) -> None:
    for who in WHO[1:]:
        at = now()
        given = {"created_at": at, "seen_at": at, "expires_at": at + timedelta(days=9)}
        await Session.create(member=people[who], hash=hash_secret(f"secret-of-{who}"), **given)
        await Token.create(member=people[who], name="mine", hash=hash_secret(f"token-of-{who}"), created_at=at)


async def _threads(cast: Cast, people: dict[str, Member]) -> None:
    europe, writer = int(cast.places["europe"]), people["writer"]
    thread = await make.thread("How do you answer reviews?", author=writer, region_id=europe)
    await make.post(thread, author=people["answerer"])
    await make.post(thread, "An answer of the writer's own, to which nobody replied.", author=writer)
    replied = await make.post(thread, "An answer of the writer's own, to which somebody replied.", author=writer)
    await make.post(thread, "A reply to that.", author=people["answerer"], parent=replied)
    old = await make.post(thread, "An answer that the writer wrote long ago.", author=writer)
    aged = await make.post(thread, "An answer that the seasoned one wrote long ago.", author=people["seasoned"])
    for one in (old, aged):
        await Post.filter(id=one.id).update(created_at=now() - timedelta(days=3))
    other = await make.thread("Second question", author=people["answerer"], region_id=europe)
    network = await make.thread("For the network", author=people["answerer"], audience="network")
    inside = await make.thread("For Home Hospital", author=writer, audience=f"org:{cast.places['home']}")
    case = await make.thread("How we answered", kind="case_study", author=people["answerer"])
    texts = {"summary": "s", "problem": "p", "what_we_did": "w", "direction": "worked", "lessons": "l"}
    await CaseStudy.create(thread_id=case.id, **texts)
    cast.places |= {
        "open": thread.id, "old": old.number, "aged": aged.number, "second_thread": other.id, "network": network.id,
        "inside": inside.id, "case": case.id,
    }  # fmt: skip


async def _practices(cast: Cast, people: dict[str, Member]) -> None:
    editor = await make.viewer(people["editor"])
    thread = int(cast.places["open"])
    practice = await make.article("Answering reviews", author=people["writer"])
    owned = await make.article("Owned by a member", author=people["writer"])
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
        "practice": practice.id, "owned": owned.id, "draft": draft, "review": review, "assigned": assigned,
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
