"""Nine people with every kind of right, and one thing of each kind that only some of them may know of."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from base import db
from base.clock import now
from base.journal.models import Entry
from base.media import store
from base.signing import sign
from forum.actions.merge_tags import Merging, merge_tag
from forum.actions.start_thread import NewThread, start_thread
from forum.models import Bookmark, CaseStudy, Draft, Post, ReadingList, Thread, Upload, UploadUse, Watch
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from kb.models import ArticleRevision, Collection, CollectionItem, Nomination, ReviewComment
from members.actions.wear_mask import Identity
from members.current import SESSION_COOKIE
from members.models import (
    DomainClaim,
    Invitation,
    Mask,
    Member,
    Membership,
    MemberTopic,
    Notice,
    Organisation,
    OrganisationProposal,
    OrganisationRequest,
    Platform,
    Provider,
    Region,
    Session,
    Token,
    Unmasking,
)
from members.queries.mask_levels import Levels, Shared
from members.secrets import hash_secret
from search_index.models import SearchLog, SearchSynonym
from tests import builders as make
from tests.made_files import picture

PEOPLE: Final = ("visitor", "guest", "member", "other", "org_admin", "leader", "editor", "moderator", "admin")
"""Member wrote the things; the organisation admin, and the leader, have nothing to do with them."""

READY: Final = Changes(
    summary="Give every account one owner and one deputy.",
    steps="1. List every account.\n2. Name an owner.",
    privacy="No ward page may show patients.",
    evidence_why="Two hospitals told us the same.",
)

# Who may read a marker, anywhere on the site: in pages, feeds, counts, letters and answers to programs.
_NETWORK = frozenset(PEOPLE) - {"visitor", "guest"}
_KEEPERS = frozenset({"moderator", "admin"})
_EDITORS = frozenset({"editor", "admin"})
MARKERS: Final[Mapping[str, frozenset[str]]] = {
    "zqnettitle": _NETWORK,
    "zqnetbody": _NETWORK,
    "zqnetanswer": _NETWORK,
    "zqnettag": _NETWORK,
    "zqnetpractice": _NETWORK,
    "zqnetsection": _NETWORK,
    "zqnetcollection": _NETWORK,
    "zqnetpage": _NETWORK,
    "zqhidthread": _KEEPERS | {"member"},
    "zqdeletedthread": _KEEPERS,
    "zqdeletedpost": _KEEPERS | {"other"},
    "zqhiddenpost": _KEEPERS | {"other"},
    "zqdraftpractice": _EDITORS,
    "zqreviewpractice": _EDITORS,
    "zqdraftcollection": _EDITORS,
    "zqaskingwords": _KEEPERS,
    "zqdomaintoken": _KEEPERS,
    "zqproposalwhat": _KEEPERS | {"member"},
    "zqremark": _EDITORS,
    "zqnetfile": _NETWORK,
    "zqdoubtfile": _KEEPERS | {"member"},
    "zqownfile": frozenset({"member"}),
    "zqnomination": frozenset(PEOPLE) - {"visitor"},
    "zqformdraft": frozenset({"member"}),
    "zqnotice": frozenset({"member"}),
    "zqownnote": frozenset({"member"}),
    "zqsharedlist": frozenset({"member", "other"}),
    "zqtoken": frozenset({"member"}),
    "zqdevice": frozenset({"member"}),
    "zqmemberaddress": frozenset({"member", "admin"}),
    "zqcolleaguesbio": frozenset({"member", "other", "admin"}),
    "zqcolleaguestopic": frozenset({"member", "other", "admin"}),
    "zqpendingorganisation": _KEEPERS,
    "zqpendingledger": _KEEPERS,
    "zqjoiningafrica": _KEEPERS | {"leader"},
    "zqunverified": frozenset({"admin"}),
    "zqmaskedasker": frozenset({"admin"}),
    "zqprovider": frozenset({"admin"}),
    "zqinvited": _KEEPERS,
}


@dataclass
class World:
    """A filled site: how each person signs in, and the numbers of the things."""

    secrets: dict[str, str] = field(default_factory=dict)
    places: dict[str, int | str] = field(default_factory=dict)

    def cookie(self, who: str) -> dict[str, str]:
        """Return the cookie of somebody; a visitor has none."""
        return {} if who == "visitor" else {SESSION_COOKIE: sign("session", self.secrets[who])}

    def path(self, pattern: str) -> str:
        """Fill the names of things into a path."""
        return pattern.format(**self.places)


def build(url: str, *, with_secrets: bool = True) -> World:
    """Fill the database; without the secrets the same public site is left, with the same numbers."""
    return asyncio.run(_build(url, with_secrets))


async def _build(url: str, with_secrets: bool) -> World:
    await db.connect(url)
    try:
        world = World()
        people = await _people(world)
        await _open_things(world, people)
        await _topics(world, people)
        await _in_order()
        await _sign_ins(world, people)
        await _file(world, people["member"], "open_file", "chart.png", thread=int(world.places["open"]))
        if with_secrets:
            await _network_things(world, people)
            await _forbidden_things(world, people)
            await _private_things(world, people)
            await _masked_things(world, people)
            await _files(world, people["member"])
        return world
    finally:
        await db.close()


async def _in_order() -> None:
    """Date the open things a minute apart: what was made in one second is in another order than what was not."""
    began = now() - timedelta(hours=3)
    for model in (Thread, Post):
        for one in await model.all():
            await model.filter(id=one.id).update(created_at=began + timedelta(minutes=one.id))


async def _people(world: World) -> dict[str, Member]:
    europe, africa = await make.region("Europe"), await make.region("Africa", countries="KE")
    home = await make.organisation("Home Hospital", region=europe)
    away = await make.organisation("Away Hospital", region=europe)
    made = {
        "guest": await make.member("Guest"),
        "member": await make.member("Member", at=home, email="zqmemberaddress@example.org"),
        "other": await make.member("Other", at=home),
        "org_admin": await make.member("Organiser", at=away, role="org_admin"),
        "leader": await make.member("Leader", at=away),
        "editor": await make.editor("Editor"),
        "moderator": await make.moderator("Moderator"),
        "admin": await make.member("Admin"),
        "second": await make.editor("Second Editor"),
        "target": await make.member("Target", at=home),
        # What they ask of an organisation is secret, not that they are here.
        "waiting": await make.member("Waiting"),
        "paused": await make.member("Paused"),
    }
    await make.grant(made["leader"], "community_leader", "region", africa.id)
    held = await make.grant(made["second"], "moderator")
    await make.grant(made["admin"], "admin")
    staged = await make.member("Imported", state="staged", email=None)
    world.places |= {
        "europe": europe.id, "region_slug": europe.slug, "home": home.id, "home_slug": home.slug,
        "away_slug": away.slug, "person": made["target"].id, "handle": made["target"].handle, "role_grant": held.id,
        "imported": staged.id, "soon": (now() + timedelta(days=3)).date().isoformat(),
    }  # fmt: skip
    return made


async def _open_things(world: World, people: dict[str, Member]) -> None:
    platform, tag = await make.platform("Mastodon", "Toot"), await make.tag("moderation")
    home = await Organisation.get(id=world.places["home"])
    await make.platform("Quiet Platform")
    await make.use(await Organisation.get(slug=world.places["away_slug"]), platform, "https://away.example/")
    thread = await make.thread(
        "How do you answer reviews?", author=people["member"], organisation=home, tags=[tag], platforms=[platform],
        region_id=world.places["europe"],
    )  # fmt: skip
    answer = await make.post(thread, author=people["other"])
    await make.post(thread, "A comment on this.", author=people["leader"], parent=answer)
    talk = await make.thread("Shall we meet?", kind="discussion", author=people["other"])
    practice = await make.article("Answering reviews", author=people["second"], threads=[thread])
    await Watch.create(member=people["member"], target="thread", target_id=thread.id, level="watching", at=now())
    await Nomination.create(thread_id=thread.id, member=people["other"], why="zqnomination because", at=now())
    repeated = await make.thread("Second question", author=people["member"], resolution="duplicate")
    case = await make.thread("How we answered", kind="case_study", author=people["other"])
    await CaseStudy.create(
        thread_id=case.id, summary="s", problem="p", what_we_did="w", direction="worked", lessons="l"
    )
    shelf = await Collection.create(
        title="Where to begin", slug="where-to-begin", state="published", created_at=now(), changed_at=now()
    )
    await CollectionItem.create(collection=shelf, position=1, article=practice)
    synonyms = await SearchSynonym.create(terms="review\nrating", changed_at=now())
    for days in (1, 2):
        await SearchLog.create(query="sought in vain", day=(now() - timedelta(days=days)).date(), searches=2)
    world.places |= {
        "shelf": shelf.id,
        "synonyms": synonyms.id, "open": thread.id, "open_slug": thread.slug,
        "talk": talk.id, "case": case.id, "repeated": repeated.id,
        "practice": practice.id,
        "practice_slug": practice.slug, "platform": platform.id, "platform_slug": platform.slug, "tag": tag.slug,
    }  # fmt: skip


async def _topics(world: World, people: dict[str, Member]) -> None:
    spare, merged = await make.tag("spare"), await make.tag("merged")
    await merge_tag(await make.viewer(people["second"]), merged.slug, Merging(into="moderation"))
    # However long the tests take, it can still be taken back.
    await Entry.filter(kind="tag.merged").update(at=now() + timedelta(days=1))
    world.places |= {"spare_tag": spare.slug, "merged_tag": merged.slug}


async def _file(world: World, owner: Member, key: str, name: str, *, thread: int = 0, **more: Any) -> None:
    """Keep a picture, and let the opening of a thread show it."""
    data = picture(colour=(len(world.places), 9, 9))
    sha256 = store.keep(data, {"thumb": data})
    made = await Upload.create(
        owner=owner, sha256=sha256, kind="image", media_type="image/png", name=name, size=len(data), width=60,
        height=40, alt=name, gate="none", created_at=now(), **more,
    )  # fmt: skip
    if thread:
        opening = await Post.get(thread_id=thread, number=1)
        await UploadUse.create(upload=made, target="post", target_id=opening.id)
    world.places[key] = made.id


async def _files(world: World, member: Member) -> None:
    """Show one to the network, which may use it; one that waits for a moderator; one that nothing shows yet."""
    network, here = (await Thread.get(title="zqnettitle for the network")).id, int(world.places["open"])
    await _file(world, member, "net_file", "zqnetfile.png", thread=network, reusable=True, title="zqnetfile")
    await _file(world, member, "doubt_file", "zqdoubtfile.png", thread=here, state="review")
    await _file(world, member, "own_file", "zqownfile.png")


async def _network_things(world: World, people: dict[str, Member]) -> None:
    only = await make.tag("zqnettag")
    thread = await make.thread(
        "zqnettitle for the network", author=people["member"], body="zqnetbody is what we ask the network about.",
        audience="network", tags=[only],
    )  # fmt: skip
    await make.post(thread, "zqnetanswer is what we did about it.", author=people["other"])
    practice = await make.article(
        "zqnetpractice", author=people["second"], audience="network", threads=[thread],
        sections={"steps": "zqnetsection"}, summary="zqnetsection in short",
    )  # fmt: skip
    shelf = await Collection.create(
        title="zqnetcollection", slug="zqnetcollection", state="published", audience="network", created_at=now(),
        changed_at=now(),
    )  # fmt: skip
    await CollectionItem.create(collection=shelf, position=1, url="https://example.org/", title="zqnetpage elsewhere")
    # Among what everybody may read, something that is for the network.
    await CollectionItem.create(collection_id=world.places["shelf"], position=2, article=practice)
    # An open question that was asked before among the network, and is dealt with in a practice of the network.
    await Thread.filter(id=world.places["repeated"]).update(
        duplicate_of_id=thread.id, article_id=practice.id, article_title=practice.title, article_audience="network"
    )
    world.places |= {
        "network": thread.id, "network_slug": thread.slug, "network_practice": practice.id, "network_tag": only.slug,
    }  # fmt: skip


async def _forbidden_things(world: World, people: dict[str, Member]) -> None:
    await Collection.create(
        title="zqdraftcollection", slug="zqdraftcollection", created_at=now(), changed_at=now()
    )  # fmt: skip
    hidden = await make.thread("zqhidthread title", author=people["member"], body="zqhidthread body, long enough.")
    deleted = await make.thread("zqdeletedthread", author=people["member"], body="zqdeletedthread, long enough.")
    await Thread.filter(id=hidden.id).update(state="hidden")
    await Thread.filter(id=deleted.id).update(state="deleted")
    await Post.filter(thread_id=deleted.id).update(state="deleted", deleted_by_id=people["moderator"].id)
    gone = await Thread.get(id=world.places["talk"])
    one = await make.post(gone, "zqdeletedpost was written and taken back.", author=people["other"])
    two = await make.post(gone, "zqhiddenpost was written and hidden.", author=people["other"])
    await Post.filter(id=one.id).update(state="deleted", deleted_by_id=people["other"].id, deleted_at=now())
    await Post.filter(id=two.id).update(state="hidden")
    await Thread.filter(id=gone.id).update(replies=0, active_at=gone.active_at)
    pending = await make.organisation("zqpendingorganisation", state="pending")
    await make.use(pending, await Platform.get(slug="quiet-platform"), "https://zqpendingledger.example/")
    await make.member("zqunverified", state="unverified")
    await _requests(world, people, pending)
    await _unpublished(world, people)
    world.places |= {"hidden": hidden.id, "deleted": deleted.id, "gone": gone.id}


async def _requests(world: World, people: dict[str, Member], pending: Organisation) -> None:
    """Two organisations that ask to join: one in the region of the cast, one in that of the leader."""
    europe, africa = await Region.get(slug=world.places["region_slug"]), await Region.get(slug="africa")
    await Organisation.filter(id=pending.id).update(region_id=europe.id)
    near = await make.organisation("zqjoiningafrica", state="pending", region=africa, country="KE")
    for organisation, name in ((pending, "request"), (near, "african_request")):
        made = await OrganisationRequest.create(
            organisation=organisation, region_id=organisation.region_id, asked_by=people["target"],  # type: ignore[attr-defined]
            name=organisation.name, why=f"{organisation.name} would like to learn.", created_at=now(),
        )  # fmt: skip
        world.places[name] = made.id


async def _unpublished(world: World, people: dict[str, Member]) -> None:
    """A draft by an editor, and one that the editor of the cast edited last and that is being reviewed."""
    editor, second = await make.viewer(people["editor"]), await make.viewer(people["second"])
    open_one = int(world.places["open"])
    draft = await promote(second, open_one, NewArticle(title="zqdraftpractice"))
    await save(second, draft, READY.model_copy(update={"summary": "zqdraftpractice in short"}))
    review = await promote(editor, open_one, NewArticle(title="zqreviewpractice"))
    await save(editor, review, READY)
    await send(editor, review, Asked(reviewer=people["second"].handle))
    revision = await ArticleRevision.get(article_id=review)
    remark = await ReviewComment.create(
        revision=revision, section="steps", paragraph=0, quote="1. List", text="zqremark", author=people["second"],
        created_at=now(),
    )  # fmt: skip
    await Nomination.all().update(state="open")
    world.places |= {"draft": draft, "review": review, "remark": remark.id}


async def _private_things(world: World, people: dict[str, Member]) -> None:
    await Member.filter(id=people["member"].id).update(
        bio="zqcolleaguesbio", bio_for="organisation", topics_for="organisation"
    )
    await MemberTopic.create(member=people["member"], slug="zqcolleaguestopic", name="zqcolleaguestopic")
    member = people["member"]
    draft = await Draft.create(
        member=member, place="ask.question", title="zqformdraft", given={"title": "zqformdraft"}, updated_at=now()
    )
    notice = await Notice.create(
        member=member, key="k", kind="post.added", group="thread:1", subject="zqnotice", text="zqnotice",
        url=f"/t/{world.places['open']}", reason="You follow this.", because="own", created_at=now(),
    )  # fmt: skip
    shared = await ReadingList.create(
        member=member, name="zqsharedlist", organisation_id=world.places["home"], created_at=now()
    )
    kept = await Bookmark.create(
        member=member, target="thread", target_id=world.places["open"], note="zqownnote", list=shared, created_at=now()
    )
    token = await Token.create(member=member, name="zqtoken", hash=hash_secret("zqtoken-secret"), created_at=now())
    device = await Session.create(
        member=member, hash=hash_secret("elsewhere"), device="zqdevice", address="zqdevice", created_at=now(),
        seen_at=now(), expires_at=now() + timedelta(days=9),
    )  # fmt: skip
    invited = await Invitation.create(
        organisation_id=world.places["home"], email="zqinvited@example.org", name="zqinvited", created_at=now(),
        sent_at=now(), expires_at=now() + timedelta(days=9),
    )  # fmt: skip
    elsewhere = await Provider.create(
        slug="zqprovider", name="zqprovider", issuer="https://127.0.0.1", client_id="zqprovider", created_at=now()
    )
    world.places |= {"invitation": invited.id, "provider": elsewhere.id}
    await _console_things(world, people)
    world.places |= {"form_draft": draft.id, "notice": notice.id, "token": token.id, "session": device.id}
    world.places |= {"shared_list": shared.id, "bookmark": kept.id}


async def _console_things(world: World, people: dict[str, Member]) -> None:
    """Let somebody wait at home, and one be paused; a domain that is claimed, and a proposal."""
    home = await Organisation.get(id=world.places["home"])
    waiting, paused = people["waiting"], people["paused"]
    await Membership.create(
        member=waiting, organisation=home, state="pending", since=now(), main=False, words="zqaskingwords"
    )
    await Membership.create(member=paused, organisation=home, state="paused", since=now(), main=False)
    claim = await DomainClaim.create(organisation=home, domain="home.example", token="zqdomaintoken", at=now())
    proposal = await OrganisationProposal.create(
        organisation=home, about="profile", what="zqproposalwhat", by=people["member"], at=now()
    )
    world.places |= {"waiting": waiting.id, "paused": paused.id, "claim": claim.id, "proposal": proposal.id}


async def _masked_things(world: World, people: dict[str, Member]) -> None:
    """A question for the network without its asker's name, and a request to learn it."""
    asker = await make.member("zqmaskedasker")
    identity = Identity(asker.id, Shared(Levels(), 5))
    started = await start_thread(
        NewThread(
            kind="question", title="A question without a name", body="Nobody has to know who asks this.",
            author_id=asker.id, identity=identity, audience="network", quiet=True,
        )
    )  # fmt: skip
    mask = await Mask.get(place=f"thread:{started.id}")
    asked = await Unmasking.create(
        mask=mask, url=started.url, reason="It is part of the cast.", asked_by=people["moderator"], asked_at=now()
    )
    # Nobody meets the asker elsewhere, but who keeps the list of people.
    await Member.filter(id=asker.id).update(state="suspended")
    world.places |= {"masked": started.id, "unmasking": asked.id}


async def _sign_ins(world: World, people: dict[str, Member]) -> None:
    for who in PEOPLE[1:]:
        world.secrets[who] = f"secret-of-{who}"
        await Session.create(
            member=people[who], hash=hash_secret(world.secrets[who]), created_at=now(), seen_at=now(),
            expires_at=now() + timedelta(days=9),
        )  # fmt: skip
