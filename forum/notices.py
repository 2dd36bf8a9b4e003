"""Who is told when something happens in forum/: once each, never who may not see it, never who did it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from base.db import execute, transaction
from base.journal import Handler
from base.journal.models import Entry
from base.text.excerpt import excerpt
from forum.queries.hearers import Hearers
from forum.queries.interested import (
    News,
    asked_already,
    cases_about_change,
    experienced,
    members_of_mentioned,
    mentioned,
    name_of,
    news_of_thread,
)
from forum.queries.watchers import CLOSE, Beside, deaf_to_labels, followers_beside
from members.actions.notify import Word, notify_all, withdraw

MOST_ASKED: Final = 5
FOLLOWED: Final = "Because you watch this thread."
_AS_FOLLOWED: Final[Mapping[str, str]] = {"accepted": "solved", "closed": "followed", "quoted": "reply"}
_STARTED: Final = frozenset({"thread.asked", "thread.shared", "thread.started", "thread.announced"})
_GONE: Final = frozenset({"post.deleted"})
_OWN_WORDS: Final[Mapping[str, str]] = {
    "question": "You asked this question.",
    "case_study": "You shared this case study.",
}


class _Batch:
    """News that is told together: what is asked about all of it at once, and what is to be said to whom."""

    def __init__(self) -> None:
        self.hearers: Final = Hearers()
        self._words: Final[list[Word]] = []

    def gather(self, word: Word) -> None:
        """Keep it to be said with the others."""
        self._words.append(word)

    async def say(self) -> int:
        """Put what was gathered into the inboxes; return how many were told."""
        told = await notify_all(self._words)
        self._words.clear()
        return told


@dataclass(slots=True)
class _Telling:
    """Tells people of one post, each by the first reason that concerns them."""

    batch: _Batch
    news: News
    actor_id: int | None
    key: str
    told: set[int] = field(default_factory=set)

    async def tell(
        self, people: Collection[int], kind: str, reason: str, because: str, because_id: int | None = None
    ) -> None:
        """Tell those who have not been told yet, may see it, and have not switched this reason off."""
        if not people:
            return
        # Whoever is behind a mask is one person, followed and told as what they are everywhere else.
        hearers, before = self.batch.hearers, self.told | {self.actor_id or 0}
        await hearers.know(before)
        await hearers.meet(people)
        fresh = {hearers.person(one) for one in people} - {hearers.person(one) for one in before}
        fresh = {one for one in fresh if hearers.may_see(one, self.news.thread)}
        masked = {hearers.person(one) for one in people if hearers.is_mask(one)} & fresh
        # Another reason may still concern who does not want this one.
        fresh = {one for one in fresh if one in masked or hearers.want(one, because)}
        self.told |= fresh
        self._say(fresh - masked, kind, reason, because, because_id)
        # Nobody who sees a letter to the asker must learn from it who asked: it is one to any follower.
        self._say(masked, _AS_FOLLOWED.get(kind, kind), FOLLOWED, "thread", self.news.thread.id)

    def _say(self, people: Iterable[int], kind: str, reason: str, because: str, because_id: int | None) -> None:
        members = frozenset(people)
        if not members:
            return
        self.batch.gather(
            Word(
                members=members,
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

    async def tell_beside(self, kind: str, beside: Iterable[Beside]) -> None:
        """Tell who follows its labels, its author or the organisation."""
        for one in beside:
            await self.tell(one.members, kind, one.reason, one.target, one.target_id)


async def tell(entries: Sequence[Entry]) -> None:
    """Tell whom each entry concerns; a subscriber, so it reads everything again and may be repeated."""
    batch = _Batch()
    news_of = await batch.hearers.read(sorted({entry.subject_id for entry in entries if entry.subject_kind == "post"}))
    for entry in entries:
        of_thread = entry.subject_kind == "thread"
        news = await news_of_thread(entry.subject_id) if of_thread else news_of.get(entry.subject_id)
        if news is None:
            continue
        if entry.kind in _GONE:
            await _take_back(batch, news)
        elif not news.published:
            continue
        elif entry.kind in _STARTED:
            await _started(batch, entry, news)
        elif entry.kind in ("post.added", "post.edited"):
            await _written(batch, entry, news)
        elif entry.kind == "post.accepted":
            await _accepted(batch, entry, news)
        elif entry.kind == "thread.closed":
            await _closed(batch, entry, news)
        elif entry.kind == "thread.helpers_asked":
            await _asked_by(batch, entry, news)
    await batch.say()


async def _started(batch: _Batch, entry: Entry, news: News) -> None:
    """Tell who is mentioned and who follows its labels; of a question, ask some who have experience."""
    deaf = await batch.hearers.deaf(news) | await batch.hearers.deaf_to(news.author_id)
    telling = _Telling(batch, news, entry.actor_id, f"thread:{news.thread.id}", told=deaf)
    await telling.tell_mentioned()
    if news.thread.kind == "question":
        await _ask_around(telling)
    await telling.tell_beside("thread", await followers_beside(news.thread.id, news.author_id))


async def _ask_around(telling: _Telling) -> None:
    thread, batch = telling.news.thread, telling.batch
    deaf = await deaf_to_labels(thread.id, thread.author_id)
    await batch.hearers.know([thread.author_id])
    asker = batch.hearers.person(thread.author_id)
    await batch.say()
    async with transaction():
        # Asking and counting happen together, so a repeated delivery asks nobody else.
        if await asked_already(thread.id):
            return
        asked = 0
        for member, why in await experienced(thread, MOST_ASKED):
            if member in deaf:
                continue
            if member == asker and batch.hearers.is_mask(thread.author_id):
                asked += 1
            else:
                await telling.tell([member], "asked", f"{why}: can you help?", "asked")
        asked += await batch.say()
        if asked:
            await execute("UPDATE question_details SET people_asked = ? WHERE thread_id = ?", asked, thread.id)
            await execute("UPDATE threads SET version = version + 1 WHERE id = ?", thread.id)


async def _asked_by(batch: _Batch, entry: Entry, news: News) -> None:
    """Tell those whom somebody asked to help with the question."""
    telling = _Telling(batch, news, entry.actor_id, f"asked:{entry.id}")
    name = await name_of(entry.actor_id)
    reason = f"{excerpt(name, 60)} thinks that you can help." if name else "You may be able to help."
    await telling.tell(entry.data.get("member_ids", []), "asked", reason, "asked")


async def _written(batch: _Batch, entry: Entry, news: News) -> None:
    """Tell who is mentioned, quoted and answered, then who follows the thread or what stands beside it."""
    close = await batch.hearers.levels(news.thread.id)
    deaf = await batch.hearers.deaf(news) | await batch.hearers.deaf_to(news.author_id)
    key = f"thread:{news.thread.id}" if news.number == 1 else f"post:{news.post_id}"
    telling = _Telling(batch, news, entry.actor_id, key, told=deaf | {news.author_id})
    await telling.tell_mentioned()
    if entry.kind == "post.edited" or news.number == 1:
        return  # an edit is news only for those it newly names
    await telling.tell(batch.hearers.quoted(news.post_id), "quoted", "You are quoted in it.", "quoted")
    if news.parent_author_id is not None:
        await telling.tell([news.parent_author_id], news.kind, "It is about a post of yours.", "post")
    await telling.tell([news.thread.author_id], news.kind, _own_words(news), "own")
    await telling.tell_followers(close, news.kind, CLOSE if news.kind != "comment" else ("watching",))
    if news.kind != "comment":
        # Whoever chose for this thread to hear only what is meant for them does not hear because of its labels.
        telling.told |= {member for member, level in close.items() if level == "normal"}
        await telling.tell_beside(news.kind, await batch.hearers.beside(news))


def _own_words(news: News) -> str:
    return _OWN_WORDS.get(news.thread.kind, "You started this thread.")


async def _accepted(batch: _Batch, entry: Entry, news: News) -> None:
    """Tell the author of the answer, the asker, and who follows the question."""
    if news.accepted_by_id is None:
        return  # taken back meanwhile
    close = await batch.hearers.levels(news.thread.id)
    telling = _Telling(batch, news, entry.actor_id, f"accepted:{news.post_id}", told=await batch.hearers.deaf(news))
    await telling.tell([news.author_id], "accepted", "It is your answer.", "accepted")
    await telling.tell([news.thread.author_id], "solved", _OWN_WORDS["question"], "own")
    await telling.tell_followers(close, "solved")


async def _closed(batch: _Batch, entry: Entry, news: News) -> None:
    """Tell who started the thread that somebody else closed it."""
    if news.resolution not in ("closed", "duplicate"):
        return  # opened again meanwhile
    telling = _Telling(batch, news, entry.actor_id, f"closed:{entry.id}")
    await telling.tell([news.thread.author_id], "closed", _own_words(news), "own")


async def _take_back(batch: _Batch, news: News) -> None:
    """Take back what was told of a post that is gone, unless it has come back."""
    if news.published:
        return
    await batch.say()
    if news.number == 1:
        await withdraw(group=f"thread:{news.thread.id}")
    await withdraw(key=f"post:{news.post_id}")
    await withdraw(key=f"accepted:{news.post_id}")


async def tell_of_platforms(entries: Sequence[Entry]) -> None:
    """Tell who wrote a case study that names a platform that this one changed since."""
    batch = _Batch()
    for entry in entries:
        for news, title in await cases_about_change(entry.data.get("change_id", 0)):
            telling = _Telling(batch, replace(news, body=title), entry.actor_id, f"{entry.id}:case:{news.thread.id}")
            await telling.tell([news.thread.author_id], "thread", "You shared this case study.", "own")
    await batch.say()


SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {
    "forum_notices": (
        (
            *sorted(_STARTED),
            "post.added",
            "post.edited",
            "post.accepted",
            "post.deleted",
            "thread.closed",
            "thread.helpers_asked",
        ),
        tell,
    ),
    "case_platforms": (("platform.changed",), tell_of_platforms),
}
