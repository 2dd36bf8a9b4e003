"""What else she has: ways in, letters, requests, proposals, duties, a logo, and what others noted about her."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from base.clock import now
from base.db import transaction
from base.journal import record
from forum.actions.set_logo import LogoWords, set_logo
from forum.actions.upload import Sent
from forum.models import Post, QuestionAsk, ReadingList, ReadMark, Thread, Upload, Watch
from kb.actions.nominate import Why, nominate
from kb.models import AdoptionChange, Article, Assignment, Collection, CollectionItem, CollectionProgress, Delegation
from members.actions.approve_organisation import Approval, AskingBack, Declining, ask_back, decline_organisation
from members.actions.approve_organisation import approve_organisation as approve
from members.actions.ask_to_join import JoiningAnswer, JoiningOrganisation, answer_request, ask_to_join
from members.actions.claim_domain import Claim, claim_domain
from members.actions.edit_profile import Profile, edit_profile
from members.actions.hold_trust import HeldTrust, hold_trust
from members.actions.keep_place_title import PlaceTitle, keep_place_title
from members.actions.link_identity import link_to
from members.actions.make_token import make_token
from members.actions.propose_change import Proposal, Verdict, decide_proposal, propose_change
from members.actions.rename_passkey import PasskeyName, rename_passkey
from members.actions.write_letter import NewLetter, write_letter
from members.models import (
    DataExport,
    Invitation,
    InvitationUse,
    KnownDevice,
    Member,
    Membership,
    NoticeSwitch,
    Organisation,
    Passkey,
    Provider,
    RecoveryCode,
    SecondStep,
    TwoFactor,
)
from members.oidc.exchange import Person
from members.queries.providers import facts_of_provider
from tests import builders as make
from tests.made_files import picture

ELSEWHERE = "minna@coypu.example"
# Words that are nowhere afterwards, whatever she chose.
GONE = (
    ELSEWHERE, "wombat", "serval", "jerboa", "wallaby", "quetzal", "numbat", "caracal", "ocelot", "tamandua", "agouti",
)  # fmt: skip
# Words of hers that stay, unless she takes back what she wrote.
KEPT = ("ibex", "gerenuk")


@dataclass
class Who:
    """Her and those around her."""

    her: Member
    other: Member
    admin: Member
    home: Organisation
    own: Thread
    others: Thread


async def newer(who: Who, name: str, email: str) -> Upload:
    """Let her have and do all of it; returns the logo that she gave her organisation."""
    await _ways_in(who)
    await _said_of_herself(who, name)
    await _asked_for_organisations(who)
    await _duties(who)
    await _noted_about_her(who, name)
    return await _for_her_organisation(who, email)


async def _ways_in(who: Who) -> None:
    her, at = who.her, now()
    viewer = await make.viewer(her)
    key = await Passkey.create(
        member=her, credential="credential", handle="chance", public_key="public", name="serval", made_at=at
    )
    await rename_passkey(viewer, key.id, PasskeyName.read({"name": "My serval"}))
    async with transaction():
        await record("passkey.refused", actor_id=None, subject_id=her.id, data={"name": "My serval"})
    await KnownDevice.create(member=her, hash="device", session_id=1, seen_at=at)
    await TwoFactor.create(member=her, secret="sealed", since=at, made_at=at)
    await RecoveryCode.create(member=her, hash="recovery")
    await SecondStep.create(member=her, hash="second", created_at=at)
    await make_token(her.id, "My wallaby")
    provider = await Provider.create(
        slug="clinic-id", name="Clinic ID", issuer="https://id.example", client_id="us", is_on=True, created_at=at
    )
    await link_to(her.id, await facts_of_provider(provider), Person(subject="agouti-7", email=ELSEWHERE))
    await Invitation.create(
        email=ELSEWHERE.title(), name="Minna", invited_by_id=who.other.id, created_at=at, expires_at=at
    )
    used = await Invitation.create(most_uses=5, used=1, invited_by_id=who.other.id, created_at=at, expires_at=at)
    await InvitationUse.create(invitation=used, member=her, at=at, accepted_at=at)
    await DataExport.create(member=her, state="failed", asked_at=at)
    await NoticeSwitch.create(member=her, because="quoted", at=at)
    region = await make.region("Southern Europe")
    await make.grant(her, "community_leader", "region", region.id)


async def _said_of_herself(who: Who, name: str) -> None:
    viewer = await make.viewer(who.her)
    platform = await make.platform("Beetube")
    said = {"name": name, "title": "Press officer", "bio": "I am Wilhelmina.", "platforms": [platform.slug]}
    await edit_profile(viewer, Profile.read(said | {"topics": ["Keeping a wombat"], "topics_for": "public"}))
    letter = {"subject": "May I ask you something?", "text": "Do you know a tamandua?", "show_address": True}
    await write_letter(viewer, who.other.handle, NewLetter.read(letter))
    back = NewLetter.read({"subject": "You asked something", "text": "There is a tamandua here, and it is well."})
    await write_letter(await make.viewer(who.other), who.her.handle, back)


async def _asked_for_organisations(who: Who) -> None:
    viewer, admin = await make.viewer(who.her), await make.viewer(who.admin)
    for name in ("Quetzal Clinic", "Quetzal Hospital", "Ibis Clinic"):
        given = {"name": name, "country": "NL", "why": "Our jerboa would like to join this network of yours."}
        asked = await ask_to_join(viewer, JoiningOrganisation.read(given))
        await ask_back(admin, asked, AskingBack.read({"note": "What does the jerboa do all day?"}))
        await answer_request(viewer, asked, JoiningAnswer.read({"answer": "The jerboa digs, and sleeps."}))
        if name == "Quetzal Hospital":
            await decline_organisation(admin, asked, Declining.read({"words": "A jerboa is not a hospital."}))
        if name == "Ibis Clinic":
            await approve(admin, asked, Approval.read({"kind": "member", "words": "Welcome, jerboa."}))
    # Her first organisation stays the one beside her name.
    await Membership.filter(member=who.her, organisation=who.home).update(main=True)
    await Membership.filter(member=who.her).exclude(organisation=who.home).update(main=False)


async def _duties(who: Who) -> None:
    her, other, at = who.her, who.other, now()
    viewer = await make.viewer(her)
    await QuestionAsk.create(thread=who.others, member=her, asked_by=other, at=at)
    await QuestionAsk.create(thread=who.own, member=other, asked_by=her, at=at)
    await nominate(viewer, who.own.id, Why.read({"why": "A gerenuk would agree that this is a practice."}))
    await Delegation.create(member=her, deputy=other, until=date(2099, 1, 1), at=at)
    await Delegation.create(member=other, deputy=her, until=date(2099, 1, 1), at=at)
    article = await make.article("How to read a chart", author=await make.editor("Edda Editor"), threads=[who.own])
    await Article.filter(id=article.id).update(owner_id=her.id)
    await Assignment.create(subject="article", subject_id=article.id, member=her, by=other, at=at)
    await AdoptionChange.create(
        article=article, organisation=who.home, state="trying", note="With an ocelot.", standing="proposed",
        by=her, at=at,
    )  # fmt: skip
    kept = await Collection.create(title="First steps", slug="first-steps", owner=her, created_at=at, changed_at=at)
    item = await CollectionItem.create(collection=kept, position=1, article=article)
    await CollectionProgress.create(item=item, member=her, at=at)
    await ReadMark.get_or_create(member=her, thread=who.others, defaults={"number": 1, "at": at})
    await ReadingList.create(member=her, name="My wombats", created_at=at)
    await Watch.create(member=her, target="member", target_id=other.id, level="following", at=at)
    await Watch.create(member=other, target="member", target_id=her.id, level="following", at=at)
    await Post.filter(author=her).update(industry="Vicuna Ltd")


async def _noted_about_her(who: Who, name: str) -> None:
    admin, boss = await make.viewer(who.admin), await make.viewer(who.other)
    await hold_trust(admin, who.her.id, HeldTrust.read({"level": 2, "reason": f"{name} sold us a numbat"}))
    for title in ("Numbat officer", "Chief numbat"):
        await keep_place_title(boss, who.home.id, who.her.id, PlaceTitle.read({"title": title}))
    told: dict[str, Any] = {"member_id": who.her.id, "before": "staff, active", "after": "staff, paused"}
    async with transaction():
        for kind, words in (("paused", {"reason": "Ill, says the numbat"}), ("declined", {"words": "No numbat"})):
            await record(f"console.{kind}", actor_id=who.other.id, subject_id=who.home.id, data=told | words)
        for kind in ("member.suspended", "two_factor.reset"):
            data = {"reason": "The numbat again"}
            await record(kind, actor_id=who.admin.id, subject_id=who.her.id, data=data)


async def _for_her_organisation(who: Who, email: str) -> Upload:
    viewer, boss = await make.viewer(who.her), await make.viewer(who.other)
    open_ = {"about": "profile", "what": "Say that we keep a caracal here.", "why": "A caracal is rare."}
    await propose_change(viewer, who.home.id, Proposal.read(open_))
    for verdict in ("declined", "accepted"):
        animal = "ibex" if verdict == "accepted" else "caracal"
        given = {"about": "profile", "what": f"Say that we keep an {animal}.", "why": "No caracal does."}
        made = await propose_change(viewer, who.home.id, Proposal.read(given))
        said = Verdict.read({"verdict": verdict, "note": "Your caracal is right"})
        await decide_proposal(boss, who.home.id, made, said)
    await Membership.filter(member=who.her, organisation=who.home).update(role="org_admin")
    viewer = await make.viewer(who.her)
    await claim_domain(viewer, who.home.id, Claim.read({"domain": "zebu.example"}))
    await Organisation.filter(id=who.home.id).update(privacy_contact=email)
    sent = Sent("logo of wilhelmina.png", picture("PNG", (320, 320)))
    number = await set_logo(viewer, who.home.id, sent, LogoWords.read({"logo_alt": "A zebu"}))
    await Organisation.filter(id=who.home.id).update(created_at=now() - timedelta(days=3))
    return await Upload.get(id=number)
