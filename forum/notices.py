"""Who is told when something happens in forum/: once each, never who may not see it, never who did it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from base.db import execute, transaction
from base.journal import Handler
from base.journal.models import Entry
from base.text.excerpt import excerpt
from forum.queries.interested import (
    News,
    asked_already,
    cases_about_change,
    experienced,
    members_of_mentioned,
    mentioned,
    news_of,
    news_of_thread,
    quoted,
    who_may_see,
)
from forum.queries.watchers import CLOSE, deaf_to, deaf_to_labels, followers_beside, levels
from members.actions.notify import notify, withdraw
from members.queries.masks import people_behind
from members.queries.switches import who_switched_off

MOST_ASKED: Final = 5
FOLLOWED: Final = "Because you watch this thread."
_AS_FOLLOWED: Final[Mapping[str, str]] = {"accepted": "solved", "closed": "followed", "quoted": "reply"}
_STARTED: Final = frozenset({"thread.asked", "thread.shared", "thread.started", "thread.announced"})
_GONE: Final = frozenset({"post.deleted"})
_OWN_WORDS: Final[Mapping[str, str]] = {
    "question": "You asked this question.",
    "case_study": "You shared this case study.",
}


@dataclass(slots=True)
class _Telling:
    """Tells people of one post, each by the first reason that concerns them."""

    news: News
    actor_id: int | None
    key: str
    told: set[int] = field(default_factory=set)

    async def tell(
        self, people: Collection[int], kind: str, reason: str, because: str, because_id: int | None = None
    ) -> int:
        """Tell those who have not been told yet, may see it, and have not switched this reason off."""
        if not people:
            return 0
        # Whoever is behind a mask is one person, followed and told as what they are everywhere else.
        wanted, behind = set(people), await people_behind([*people, *self.told, self.actor_id or 0])
        told = {behind.get(one, one) for one in self.told | {self.actor_id or 0}}
        fresh = await who_may_see({behind.get(one, one) for one in wanted} - told, self.news.thread)
        masked = {behind[one] for one in wanted if one in behind} & fresh
        fresh -= await who_switched_off(fresh - masked, because)  # another reason may still concern them
        self.told |= fresh
        reached = await self._notify(fresh - masked, kind, reason, because, because_id)
        # Nobody who sees a letter to the asker must learn from it who asked: it is one to any follower.
        as_one = (_AS_FOLLOWED.get(kind, kind), FOLLOWED, "thread", self.news.thread.id)
        return reached + await self._notify(fresh & masked, *as_one)

    async def _notify(self, people: Iterable[int], kind: str, reason: str, because: str, because_id: int | None) -> int:
        return await notify(
            people,
            key=self.key,
            kind=kind,
            group=f"thread:{self.news.thread.id}",
            subject=self.news.title,
            text=self.news.text,
            url=self.news.url,
            reason=reason,
            because=because,
            because_id=because_id,
            actor_id=self.actor_id,
        )

    async def tell_mentioned(self) -> None:
        """Tell who is mentioned, by their name or with their organisation."""
        await self.tell(await mentioned(self.news.body), "mention", "You are mentioned in it.", "mention")
        for name, people in await members_of_mentioned(self.news.body):
            await self.tell(people, "mention", f"Your organisation, {excerpt(name, 60)}, is mentioned.", "org_mention")

    async def tell_followers(self, close: Mapping[int, str], kind: str, wanted: Iterable[str] = CLOSE) -> None:
        """Tell who follows the thread this closely."""
        for level in wanted:
            people = [member for member, one in close.items() if one == level]
            words = "watch" if level == "watching" else "follow"
            await self.tell(people, kind, f"Because you {words} this thread.", "thread", self.news.thread.id)

    async def tell_beside(self, kind: str, *, of_post: bool = False) -> None:
        """Tell who follows its labels, its author or the organisation."""
        for one in await followers_beside(self.news.thread.id, self.news.author_id, of_post=of_post):
            await self.tell(one.members, kind, one.reason, one.target, one.target_id)


async def tell(entries: Sequence[Entry]) -> None:
    """Tell whom each entry concerns; a subscriber, so it reads everything again and may be repeated."""
    for entry in entries:
        if entry.kind in _GONE:
            await _take_back(entry)
            continue
        of_thread = entry.subject_kind == "thread"
        news = await (news_of_thread if of_thread else news_of)(entry.subject_id)
        if news is None or not news.published:
            continue
        if entry.kind in _STARTED:
            await _started(entry, news)
        elif entry.kind in ("post.added", "post.edited"):
            await _written(entry, news)
        elif entry.kind == "post.accepted":
            await _accepted(entry, news)
        elif entry.kind == "thread.closed":
            await _closed(entry, news)


async def _started(entry: Entry, news: News) -> None:
    """Tell who is mentioned and who follows its labels; of a question, ask some who have experience."""
    deaf = await _deaf(await levels(news.thread.id)) | await deaf_to([news.author_id])
    telling = _Telling(news, entry.actor_id, f"thread:{news.thread.id}", told=deaf)
    await telling.tell_mentioned()
    if news.thread.kind == "question":
        await _ask_around(telling)
    await telling.tell_beside("thread")


async def _deaf(close: Mapping[int, str]) -> set[int]:
    """Return who wants to hear nothing of a thread; who wrote it behind a mask hears as a follower does, or not."""
    masks = await people_behind(close)
    return {member for member, level in close.items() if level == "muted" or (level == "normal" and member in masks)}


async def _ask_around(telling: _Telling) -> None:
    thread = telling.news.thread
    deaf = await deaf_to_labels(thread.id, thread.author_id)
    asker = (await people_behind([thread.author_id])).get(thread.author_id)
    async with transaction():
        # Asking and counting happen together, so a repeated delivery asks nobody else.
        if await asked_already(thread.id):
            return
        asked = 0
        for member, platform in await experienced(thread, MOST_ASKED):
            if member not in deaf:
                reason = f"You work with {platform}: can you help?"
                asked += 1 if member == asker else await telling.tell([member], "asked", reason, "asked")
        if asked:
            await execute("UPDATE question_details SET people_asked = ? WHERE thread_id = ?", asked, thread.id)
            await execute("UPDATE threads SET version = version + 1 WHERE id = ?", thread.id)


async def _written(entry: Entry, news: News) -> None:
    """Tell who is mentioned, quoted and answered, then who follows the thread or what stands beside it."""
    close = await levels(news.thread.id)
    deaf = await _deaf(close) | await deaf_to([news.author_id])
    key = f"thread:{news.thread.id}" if news.number == 1 else f"post:{news.post_id}"
    telling = _Telling(news, entry.actor_id, key, told=deaf | {news.author_id})
    await telling.tell_mentioned()
    if entry.kind == "post.edited" or news.number == 1:
        return  # an edit is news only for those it newly names
    await telling.tell(await quoted(news.post_id), "quoted", "You are quoted in it.", "quoted")
    if news.parent_author_id is not None:
        await telling.tell([news.parent_author_id], news.kind, "It is about a post of yours.", "post")
    await telling.tell([news.thread.author_id], news.kind, _own_words(news), "own")
    await telling.tell_followers(close, news.kind, CLOSE if news.kind != "comment" else ("watching",))
    if news.kind != "comment":
        # Whoever chose for this thread to hear only what is meant for them does not hear because of its labels.
        telling.told |= {member for member, level in close.items() if level == "normal"}
        await telling.tell_beside(news.kind, of_post=True)


def _own_words(news: News) -> str:
    return _OWN_WORDS.get(news.thread.kind, "You started this thread.")


async def _accepted(entry: Entry, news: News) -> None:
    """Tell the author of the answer, the asker, and who follows the question."""
    if news.accepted_by_id is None:
        return  # taken back meanwhile
    close = await levels(news.thread.id)
    telling = _Telling(news, entry.actor_id, f"accepted:{news.post_id}", told=await _deaf(close))
    await telling.tell([news.author_id], "accepted", "It is your answer.", "accepted")
    await telling.tell([news.thread.author_id], "solved", _OWN_WORDS["question"], "own")
    await telling.tell_followers(close, "solved")


async def _closed(entry: Entry, news: News) -> None:
    """Tell who started the thread that somebody else closed it."""
    if news.resolution not in ("closed", "duplicate"):
        return  # opened again meanwhile
    telling = _Telling(news, entry.actor_id, f"closed:{entry.id}")
    await telling.tell([news.thread.author_id], "closed", _own_words(news), "own")


async def _take_back(entry: Entry) -> None:
    """Take back what was told of a post that is gone, unless it has come back."""
    news = await news_of(entry.subject_id)
    if news is None or news.published:
        return
    if news.number == 1:
        await withdraw(group=f"thread:{news.thread.id}")
    await withdraw(key=f"post:{news.post_id}")
    await withdraw(key=f"accepted:{news.post_id}")


async def tell_of_platforms(entries: Sequence[Entry]) -> None:
    """Tell who wrote a case study that names a platform that this one changed since."""
    for entry in entries:
        for news, title in await cases_about_change(entry.data.get("change_id", 0)):
            telling = _Telling(replace(news, body=title), entry.actor_id, f"{entry.id}:case:{news.thread.id}")
            await telling.tell([news.thread.author_id], "thread", "You shared this case study.", "own")


SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {
    "forum_notices": (
        (*sorted(_STARTED), "post.added", "post.edited", "post.accepted", "post.deleted", "thread.closed"),
        tell,
    ),
    "case_platforms": (("platform.changed",), tell_of_platforms),
}
