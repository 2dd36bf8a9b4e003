"""Rows for tests, each with believable defaults; `await thread(title="…")` makes what it needs around it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx2

from base.clock import now
from base.db import transaction
from base.journal import record
from base.signing import sign
from base.text.markdown import to_html
from base.text.slug import slugify
from forum.actions.place_post import NewRow, place_post
from forum.actions.start_thread import NewThread, start_thread
from forum.models import Category, Post, Tag, Thread
from kb.models import Article, ArticleRevision, SourceLink
from members.current import SESSION_COOKIE
from members.models import (
    Member,
    MemberPlatform,
    Membership,
    Organisation,
    Platform,
    PlatformAccount,
    PlatformAlias,
    PlatformUse,
    Region,
    RoleGrant,
    Session,
    Token,
)
from members.queries.viewer import viewer_of_member
from members.secrets import hash_secret
from members.viewer import Viewer

_numbers = count(1)


def some(word: str) -> str:
    """Return the word with a number of its own."""
    return f"{word} {next(_numbers)}"


async def region(name: str = "", **more: Any) -> Region:
    name = name or some("Region")
    return await Region.create(**{"name": name, "slug": slugify(name), "countries": "NL,BE"} | more)


async def organisation(name: str = "", **more: Any) -> Organisation:
    name = name or some("Hospital")
    given = {"name": name, "slug": slugify(name), "country": "NL", "beds_band": "200-499", "created_at": now()}
    return await Organisation.create(**given | more)


async def member(
    name: str = "",
    *,
    at: Organisation | None = None,
    role: str = "staff",
    platforms: Sequence[Platform] = (),
    **more: Any,
) -> Member:
    """Make an active member, of the organisation `at` if given."""
    name = name or some("Member")
    handle = slugify(name, 40)
    given = {"name": name, "handle": handle, "email": f"{handle}@example.org", "state": "active", "trust": 1}
    made = await Member.create(**given | {"created_at": now()} | more)
    if at is not None:
        await Membership.create(member=made, organisation=at, role=role, since=now())
    for one in platforms:
        await MemberPlatform.create(member=made, platform=one)
    return made


async def grant(to: Member, role: str, scope: str = "site", scope_id: int | None = None, **more: Any) -> RoleGrant:
    """Give a role that is in force."""
    return await RoleGrant.create(
        **{"member": to, "role": role, "scope": scope, "scope_id": scope_id, "since": now()} | more
    )


async def moderator(name: str = "") -> Member:
    made = await member(name)
    await grant(made, "moderator")
    return made


async def editor(name: str = "") -> Member:
    made = await member(name)
    await grant(made, "editor")
    return made


async def viewer(of: Member) -> Viewer:
    """Return who the member is when looking at pages."""
    found = await viewer_of_member(of.id)
    assert found is not None
    return found


async def platform(name: str = "", *aliases: str, **more: Any) -> Platform:
    name = name or some("Platform")
    made = await Platform.create(**{"name": name, "slug": slugify(name)} | more)
    for alias in aliases:
        await PlatformAlias.create(platform=made, slug=slugify(alias).replace("-", ""), name=alias)
    return made


async def use(of: Organisation, platform: Platform, *accounts: str, **more: Any) -> PlatformUse:
    """Write a platform into an organisation's ledger, confirmed today."""
    given = {"organisation": of, "platform": platform, "status": "using", "checked_at": now()}
    made = await PlatformUse.create(**given | more)
    for url in accounts:
        await PlatformAccount.create(use=made, url=url)
    return made


async def tag(name: str = "", *, meant: Tag | None = None, **more: Any) -> Tag:
    name = name or some("tag")
    return await Tag.create(**{"name": name, "slug": slugify(name, 60), "meant": meant} | more)


async def category(name: str = "", **more: Any) -> Category:
    name = name or some("Category")
    return await Category.create(**{"name": name, "slug": slugify(name, 60)} | more)


async def thread(
    title: str = "How do you answer reviews?",
    *,
    kind: str = "question",
    author: Member | None = None,
    body: str = "We would like to know how others do this, and what went wrong.",
    tags: Sequence[Tag] = (),
    platforms: Sequence[Platform] = (),
    organisation: Organisation | None = None,
    at: datetime | None = None,
    audience: str = "public",
    **more: Any,
) -> Thread:
    """Start a thread without telling anybody; `more` sets columns afterwards (state, resolution, votes …)."""
    author = author or await member()
    started = await start_thread(
        NewThread(
            kind=kind,
            title=title,
            body=body,
            author_id=author.id,
            organisation_id=organisation.id if organisation else None,
            tag_ids=tuple(one.id for one in tags),
            platform_ids=tuple(one.id for one in platforms),
            audience=audience,
            at=at,
            quiet=True,
        )
    )
    if more:
        await Thread.filter(id=started.id).update(**more)
    return await Thread.get(id=started.id)


async def post(
    to: Thread,
    body: str = "We did it like this, and it took two weeks.",
    *,
    author: Member | None = None,
    parent: Post | None = None,
    at: datetime | None = None,
    **more: Any,
) -> Post:
    """Add a post, counted, without telling anybody; `more` sets columns afterwards (state, kind, votes …)."""
    author = author or await member()
    async with transaction():
        made = await place_post(
            NewRow(
                thread_id=to.id,
                author_id=author.id,
                body=body,
                html=str(to_html(body, prefix="p-")),
                at=at or now(),
                parent=parent.number if parent else None,
            )
        )
    if more:
        await Post.filter(id=made.id).update(**more)
    return await Post.get(id=made.id)


async def article(
    title: str = "Governing sub-brand accounts",
    *,
    author: Member | None = None,
    threads: Sequence[Thread] = (),
    state: str = "published",
    sections: Mapping[str, str] | None = None,
    summary: str = "Give every account one owner and one deputy.",
    **more: Any,
) -> Article:
    """Make a practice with one revision, published and verified unless it is a draft; `more` sets its columns."""
    author, at, is_draft = author or await editor(), now(), state == "draft"
    standing = {"published_revision": 1, "verified_revision": 1, "verified_at": at, "due_at": at + timedelta(days=180)}
    made = await Article.create(
        **{
            "title": title, "slug": slugify(title), "state": state, "summary": summary, "owner_id": author.id,
            "latest_revision": 1, "created_at": at, "changed_at": at, "published_at": None if is_draft else at,
            **({} if is_draft else standing),
        }
        | more
    )  # fmt: skip
    await ArticleRevision.create(
        article_id=made.id,
        number=1,
        title=title,
        summary=summary,
        sections=dict(sections or {"steps": "1. Name an owner.", "privacy": "Nothing special."}),
        author_id=author.id,
        last_editor_id=author.id,
        state="draft" if is_draft else "published",
        created_at=at,
        changed_at=at,
        published_at=None if is_draft else at,
    )
    for one in threads:
        await SourceLink.create(article_id=made.id, revision=1, thread_id=one.id, created_at=at)
    return made


async def sign_in(client: httpx2.AsyncClient, who: Member) -> None:
    """Make the client's coming requests those of a member."""
    secret, at = secrets.token_urlsafe(24), now()
    expires = at.replace(year=at.year + 1, day=1)
    await Session.create(member=who, hash=hash_secret(secret), created_at=at, seen_at=at, expires_at=expires)
    client.cookies.set(SESSION_COOKIE, sign("session", secret))


async def token(of: Member) -> dict[str, str]:
    """Give a member a personal token; returns the header that carries it."""
    secret = secrets.token_urlsafe(24)
    await Token.create(member=of, name="test", hash=hash_secret(secret), created_at=now())
    return {"authorization": f"Bearer {secret}"}


async def act(verb: str = "member.renamed", subject_id: int = 1) -> None:
    """Write down that somebody did something: what tests change in rows alone is no act, and pages are kept over it."""
    async with transaction():
        await record(verb, actor_id=None, subject_id=subject_id)
