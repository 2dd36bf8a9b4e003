"""Start a thread: what asking, sharing, discussing, announcing and importing have in common."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from markupsafe import Markup
from tortoise.exceptions import IntegrityError

from base.clock import now
from base.db import rows, transaction
from base.journal import record
from base.text.slug import slugify
from forum.actions.hold_tags import tags_to_carry
from forum.actions.use_uploads import NEW_MASK, check_files, use_uploads
from forum.addresses import thread_url
from forum.excerpts import excerpt_of
from forum.models import Draft, Post, PostRevision, ReadMark, Thread, ThreadPlatform, ThreadTag, Watch
from forum.queries.rendered import rendered_opening
from forum.queries.uploads import files_in
from members.actions.wear_mask import Identity, keep_mask, make_face
from members.queries.masks import mine
from members.queries.vendors import vendors_of
from members.viewer import PUBLIC, Viewer

ENTRIES: Final = {
    "question": "thread.asked",
    "case_study": "thread.shared",
    "discussion": "thread.started",
    "announcement": "thread.announced",
}

Also = Callable[[Thread], Awaitable[None]]
Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewThread:
    """A thread to be started, cleaned and allowed already.

    `once` is the one-time key of the form: the same author and key start one thread, however often they are sent.
    `draft_id` names the draft it was written in. `new_tags` are topics to be made, as (slug, name).
    `quiet` is for imports: nobody is told, nobody watches. With an `identity` the author is shown as that. Without a
    `viewer` it shows no uploaded files. `check` raises when it is too early for one more.
    """

    kind: str
    title: str
    body: str
    author_id: int
    identity: Identity | None = None
    organisation_id: int | None = None
    region_id: int | None = None
    category_id: int | None = None
    platform_ids: tuple[int, ...] = ()
    tag_ids: tuple[int, ...] = ()
    new_tags: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    audience: str = PUBLIC
    once: str = ""
    draft_id: int | None = None
    at: datetime | None = None
    quiet: bool = False
    viewer: Viewer | None = None
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The thread that was started; `number` is that of its opening post."""

    id: int
    slug: str
    number: int = 1

    @property
    def url(self) -> str:
        """Return its address."""
        return thread_url(self.id, self.slug)


async def start_thread(new: NewThread, also: Also | None = None) -> Started:
    """Write a thread with its opening post; `also` writes what its kind has besides, in the same transaction."""
    if started := await _started_before(new):
        return started
    html = await rendered_opening(new.body, new.viewer)
    files = await files_in(new.viewer, new.body) if new.viewer else {}
    if new.viewer:
        check_files(new.viewer, new.body, files, author_id=_shown_as(new), case=new.kind == "case_study")

    async def rest(thread: Thread) -> None:
        opening = await Post.get(thread_id=thread.id, number=1)
        await use_uploads("post", opening.id, files, author_id=thread.author_id)  # type: ignore[attr-defined]
        if also is not None:
            await also(thread)

    try:
        return await _start(new, html, rest if files else also)
    except IntegrityError:
        # The key is used: the same form sent twice at once, or another text sent with an old form.
        if started := await _started_before(new):
            return started
        return await _start(replace(new, once=""), html, rest if files else also)


def _shown_as(new: NewThread) -> int:
    return new.author_id if new.identity is None else NEW_MASK


async def _start(new: NewThread, html: Markup, also: Also | None) -> Started:
    async with transaction():
        if new.check is not None:
            await new.check()
        thread = await _write(new, html)
        if also is not None:
            await also(thread)
    return Started(thread.id, thread.slug)


async def _started_before(new: NewThread) -> Started | None:
    """Return the thread that the same form started already, if it says the same."""
    if not new.once:
        return None
    own = mine(new.author_id, "t.author_id")
    found = await rows(
        "SELECT t.id, t.slug FROM threads t JOIN posts p ON p.thread_id = t.id AND p.number = 1 "  # noqa: S608
        f"WHERE ({own.sql}) AND t.once = ? AND t.title = ? AND p.body = ?",
        *own.values, new.once, new.title, new.body,
    )  # fmt: skip
    return Started(found[0]["id"], found[0]["slug"]) if found else None


async def _write(new: NewThread, html: Markup) -> Thread:
    at, tags = new.at or now(), await tags_to_carry(new.tag_ids, new.new_tags)
    author_id = new.author_id if new.identity is None else await make_face(new.identity, new.once)
    thread = await Thread.create(
        kind=new.kind,
        title=new.title,
        slug=slugify(new.title),
        excerpt=excerpt_of(new.body),
        category_id=new.category_id,
        author_id=author_id,
        organisation_id=new.organisation_id,
        region_id=new.region_id,
        language=new.language,
        audience=new.audience,
        resolution="unanswered" if new.kind == "question" else "",
        created_at=at,
        active_at=at,
        once=new.once or None,
    )
    post = await _open(thread, new, html)
    if new.identity is not None:
        await keep_mask(new.identity, author_id, f"thread:{thread.id}")
    await label_thread(thread.id, new.platform_ids, tags)
    await _follow(thread, new, at)
    await record(
        ENTRIES[new.kind],
        actor_id=author_id,
        subject_id=thread.id,
        data={"kind": new.kind, "title": new.title, "post_id": post.id},
        quiet=new.quiet,
    )
    return thread


async def _open(thread: Thread, new: NewThread, html: Markup) -> Post:
    author_id, at = thread.author_id, thread.created_at  # type: ignore[attr-defined]
    post = await Post.create(
        thread_id=thread.id,
        number=1,
        kind="opening",
        author_id=author_id,
        body=new.body,
        html=str(html),
        created_at=at,
        industry=(await vendors_of([author_id])).get(author_id, ""),
    )
    await PostRevision.create(
        post_id=post.id, number=1, title=new.title, body=new.body, editor_id=author_id, created_at=at
    )
    return post


async def label_thread(thread_id: int, platform_ids: Sequence[int], tag_ids: Sequence[int]) -> None:
    """Put labels on a thread that has none; inside the caller's transaction, which holds the topics already."""
    if tag_ids:
        await ThreadTag.bulk_create([ThreadTag(thread_id=thread_id, tag_id=tag) for tag in tag_ids])
    if platform_ids:
        await ThreadPlatform.bulk_create(
            [ThreadPlatform(thread_id=thread_id, platform_id=platform) for platform in dict.fromkeys(platform_ids)]
        )


async def _follow(thread: Thread, new: NewThread, at: datetime) -> None:
    if new.quiet:
        return
    # What belongs to a masked thread from its first moment says whose it is: its watch is the mask's, too.
    author_id = thread.author_id  # type: ignore[attr-defined]
    await Watch.create(member_id=author_id, target="thread", target_id=thread.id, level="watching", at=at)
    if new.identity is None:
        await ReadMark.create(member_id=author_id, thread_id=thread.id, number=1, at=at)
    if new.draft_id is not None:
        await Draft.filter(id=new.draft_id, member_id=new.author_id).delete()
