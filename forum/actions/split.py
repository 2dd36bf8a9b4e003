"""Split posts off a thread, into a new one or into one that is there, and bring them back."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, field_validator

from base.clock import now
from base.db import as_datetime, execute, rows, transaction
from base.errors import Conflict, Invalid, Missing, Refused
from base.inputs import Line, Words
from base.text.slug import slugify
from forum.actions.bring_back import bring_back
from forum.actions.carry_readers import carry_authors, carry_reading
from forum.actions.note_change import WithReason, note_change
from forum.actions.settle import lock_threads, settled
from forum.actions.shift_posts import bring, into_thread, kept, leave_word, no_longer_accepted
from forum.actions.watch import follow_thread
from forum.addresses import thread_named, thread_url
from forum.arranging import Arranged, Standing, arranged
from forum.excerpts import excerpt_of
from forum.models import Thread
from forum.queries.moving import Whole, whole
from forum.queries.standing import masked_places, standing_in
from forum.rules import check_may_moderate, check_may_show_to
from members.viewer import Viewer

SHORTEST_TITLE: Final = 15
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
MASKED: Final = (
    "was written behind a mask, which holds in this thread only: moved, it could be told who wrote it. Please leave it "
    "here."
)
MASKED_THERE: Final = (
    "Somebody writes behind a mask in that thread. Nothing is moved into it: who also wrote under their name could be "
    "told from it."
)


def _named(given: str) -> str:
    if given and thread_named(given) is None:
        raise ValueError("Please give the number or the address of the thread, such as /t/17.")
    return given


NAMES_A_THREAD: Final = AfterValidator(_named)


class Splitting(WithReason):
    """Which posts are split off: `posts` are ticked, `numbers` typed, such as 3, 7-20; `to` is a thread there is.

    Without `to` a new thread of this kind and title begins with the first of them.
    """

    posts: Annotated[Words, Field(default_factory=list, max_length=400, title="Posts")]
    numbers: Annotated[Line, Field(max_length=1_000, title="Posts by number")] = ""
    to: Annotated[Line, Field(max_length=300, title="Thread"), NAMES_A_THREAD] = ""
    title: Annotated[Line, Field(max_length=255, title="Title")] = ""
    kind: Literal["", "question", "discussion"] = ""

    @field_validator("posts", mode="before")
    @classmethod
    def _as_words(cls, posts: object) -> object:
        """Take numbers as programs send them, too."""
        return [str(one) if isinstance(one, int) else one for one in posts] if isinstance(posts, list) else posts

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Return the numbers from … to that were given; raises Invalid for what is no number."""
        found = []
        for word in (*self.posts, *self.numbers.replace("–", "-").replace(",", " ").split()):
            first, dash, last = word.strip().lstrip("#").partition("-")
            if not (_NUMBER.fullmatch(first) and (not dash or _NUMBER.fullmatch(last))):
                raise Invalid({"numbers": f"“{word[:20]}” is no number of a post."}, self.model_dump())
            found.append((int(first), int(last or first)))
        return found


@dataclass(frozen=True, slots=True)
class Split:
    """Where the posts went, and how many they are."""

    thread_id: int
    url: str
    posts: int
    change: int


async def split(viewer: Viewer, thread_id: int, given: Splitting) -> Split:
    """Move posts, with their comments, to a thread that begins with them or to the end of one that is there."""
    old = await whole(thread_id)
    check_may_moderate(viewer, old.facts)
    there = await _there(viewer, old, given)
    chosen = _chosen(await standing_in(thread_id), given)
    beginning = "" if there else excerpt_of(await _body(chosen[0].id))
    async with transaction():
        before = await lock_threads(thread_id, *((there.id,) if there else ()))
        chosen = _still_there(await standing_in(thread_id), chosen, given)
        to_id = there.id if there else await _begin(old, given, chosen[0], beginning)
        last = before[to_id]["last_number"] if there else 0
        come = arranged(chosen, await into_thread(to_id, opens=there is None))
        await _move(thread_id, to_id, chosen, come)
        await carry_reading(thread_id, to_id, last)
        watches = await carry_authors(thread_id, to_id, last)
        if not there:
            await follow_thread(chosen[0].author_id, to_id, now(), "watching")
        touched = await settled(before, (thread_id, to_id), [one.id for one in come.posts])
        record = {
            "mode": "into" if there else "new", "from": thread_id, "to": to_id, "posts": kept(chosen),
            "now": [one.number for one in come.posts], "watches": watches, "told": str(len(chosen)),
        }  # fmt: skip
        data = {"from": thread_id, "to": to_id, "posts": [one.id for one in come.posts], "touches": touched}
        change = await note_change(
            viewer, thread_id, "split", entry="thread.split", before=record, reason=given.reason, data=data
        )
    slug = there.slug if there else slugify(given.title)
    return Split(to_id, thread_url(to_id, slug), len(chosen), change)


async def _there(viewer: Viewer, old: Whole, given: Splitting) -> Whole | None:
    """Return the thread that posts are moved to, if it is there already; a new one needs a title."""
    if old.facts.state != "published":
        raise Refused("Posts can be moved out of a thread that is published.")
    if not given.to:
        if len(given.title) < SHORTEST_TITLE:
            sentence = f"A title needs at least {SHORTEST_TITLE} characters; this has {len(given.title)}."
            raise Invalid({"title": sentence if given.title else "The new thread needs a title."}, given.model_dump())
        return None
    there = await thread_to_join(viewer, old, given.to, given.model_dump())
    if await masked_places(there.id):
        raise Invalid({"to": MASKED_THERE}, given.model_dump())
    return there


async def thread_to_join(viewer: Viewer, old: Whole, named: str, given: dict[str, Any], field: str = "to") -> Whole:
    """Return the thread that posts of another one may come into, or raise Invalid with what is in the way."""
    number = thread_named(named)
    none = Invalid({field: "There is no such thread, or you may not see it."}, given)
    if number is None:
        raise none
    if number == old.id:
        raise Invalid({field: "This is the same thread."}, given)
    try:
        there = await whole(number)
        check_may_moderate(viewer, there.facts)
    except Refused as refused:
        raise Invalid({field: "You do not moderate that thread."}, given) from refused
    except Missing as missing:
        raise none from missing
    if there.facts.state != "published":
        raise Invalid({field: "That thread is not published."}, given)
    try:
        check_may_show_to(viewer, old.facts, there.facts.audience, masked=False)
    except Refused as refused:
        sentence = f"More people may read that thread. {refused.sentence}"
        raise Invalid({field: sentence}, given) from refused
    return there


def _chosen(posts: list[Standing], given: Splitting) -> list[Standing]:
    """Return the posts that were named and the comments on them, by number."""
    spans = given.spans
    single = {first for first, last in spans if first == last}
    ranges = [span for span in spans if span[0] != span[1]]
    named = [one for one in posts if one.number in single or any(first <= one.number <= last for first, last in ranges)]
    if 1 in single:
        raise Invalid(
            {"posts": "The beginning stays. To move everything, merge the whole thread into another one."},
            given.model_dump(),
        )
    wanted = {one.id for one in named if one.number > 1 and one.state == "published"}
    if not wanted:
        raise Invalid({"posts": "Please choose the posts to move."}, given.model_dump())
    found = [one for one in posts if one.id in wanted or (one.kind == "comment" and one.parent_id in wanted)]
    if masked := next((one for one in found if one.masked), None):
        raise Invalid({"posts": f"#{masked.number} {MASKED}"}, given.model_dump())
    return found


def _still_there(posts: list[Standing], chosen: list[Standing], given: Splitting) -> list[Standing]:
    """Choose once more, now that nobody else can move anything."""
    present = {one.id for one in posts}
    if gone := [f"#{one.number}" for one in chosen if one.id not in present]:
        raise Conflict(f"Somebody moved this a moment ago: {', '.join(gone[:10])}. Nothing of yours was done.")
    again = _chosen(posts, given)
    if again[0].id != chosen[0].id:
        raise Conflict("The posts changed a moment ago. Please look again; nothing was done.")
    return again


async def _body(post_id: int) -> str:
    return str((await rows("SELECT body FROM posts WHERE id = ?", post_id))[0]["body"])


async def _begin(old: Whole, given: Splitting, first: Standing, beginning: str) -> int:
    """Write the new thread: labelled as the old one, by who wrote its first post, for the same readers."""
    post = (await rows("SELECT created_at, votes FROM posts WHERE id = ?", first.id))[0]
    kind = given.kind or ("question" if old.facts.kind == "question" else "discussion")
    main = await rows(
        "SELECT x.organisation_id FROM memberships x WHERE x.member_id = ? AND x.state = 'active' AND x.main "
        "ORDER BY x.id LIMIT 1",
        first.author_id,
    )
    made = await Thread.create(
        kind=kind,
        title=given.title,
        slug=slugify(given.title),
        excerpt=beginning,
        category_id=old.category_id,
        author_id=first.author_id,
        organisation_id=main[0]["organisation_id"] if main else None,
        region_id=old.facts.region_id,
        language=old.language,
        audience=old.facts.audience,
        resolution="unanswered" if kind == "question" else "",
        created_at=as_datetime(post["created_at"]),
        active_at=as_datetime(post["created_at"]),
        votes=post["votes"],
    )
    for table, column in (("thread_tags", "tag_id"), ("thread_platforms", "platform_id")):
        await execute(
            f"INSERT INTO {table} (thread_id, {column}) SELECT ?, x.{column} FROM {table} x WHERE x.thread_id = ?",  # noqa: S608
            made.id, old.id,
        )  # fmt: skip
    return int(made.id)


async def _move(from_id: int, to_id: int, chosen: list[Standing], come: Arranged) -> None:
    """Write the posts in their new places, and let their old numbers lead there."""
    await no_longer_accepted(chosen)
    await bring(to_id, come)
    await leave_word(from_id, chosen)


async def unsplit(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Bring split posts back to where they stood; return what became of what was written since, if anything was."""
    return await bring_back(viewer, thread_id, change_id)
