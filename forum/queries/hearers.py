"""Whom news concerns and who of them may be told, asked about once for all that is told together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from forum.facts import ThreadFacts
from forum.queries.interested import News, news_of, quoted
from forum.queries.watchers import CLOSE, Beside, deaf_to, followers_beside, levels
from forum.rules import may_see_thread
from members.queries.masks import people_behind
from members.queries.switches import switched_off_by
from members.queries.viewer import viewers_of_members
from members.reasons import SWITCHES
from members.viewer import Viewer


class Hearers:
    """What telling of posts needs to know of people: who is behind masks, what they may see and what they want."""

    def __init__(self) -> None:
        self._behind: Final[dict[int, int]] = {}
        self._viewers: Final[dict[int, Viewer | None]] = {}
        self._off: Final[dict[int, frozenset[str]]] = {}
        self._levels: Final[dict[int, dict[int, str]]] = {}
        self._deaf: Final[dict[int, set[int]]] = {}
        self._quoted: Final[dict[int, set[int]]] = {}
        self._beside: Final[dict[tuple[int, int], tuple[Beside, ...]]] = {}

    async def read(self, post_ids: Sequence[int]) -> Mapping[int, News]:
        """Return those of the posts that are still there, and learn whom they concern."""
        posts = await news_of(post_ids)
        news = [one for one in posts.values() if one.published]
        self._levels.update(await levels(sorted({one.thread.id for one in news})))
        self._deaf.update(await deaf_to(sorted({one.author_id for one in news})))
        self._quoted.update(await quoted([one.post_id for one in news]))
        following = [pair for thread in self._levels.values() for pair in thread.items()]
        concerned = {one for one, level in following if level in CLOSE}
        concerned |= {one for people in self._quoted.values() for one in people}
        concerned |= {one.thread.author_id for one in news}
        concerned |= {one.parent_author_id for one in news if one.parent_author_id is not None}
        await self.know({*concerned, *(one for one, _ in following), *(one.author_id for one in news)})
        await self.meet(concerned)
        return posts

    async def know(self, ids: Iterable[int]) -> None:
        """Learn which of these are masks, and whose."""
        fresh = {*ids} - self._behind.keys()
        if fresh:
            masks = await people_behind(fresh)
            self._behind.update({one: masks.get(one, one) for one in fresh})

    async def meet(self, ids: Iterable[int]) -> None:
        """Learn all that is asked below of these, or of those behind them."""
        ids = {*ids}
        await self.know(ids)
        fresh = sorted({self._behind[one] for one in ids} - self._viewers.keys())
        if fresh:
            found = {viewer.member_id: viewer for viewer in await viewers_of_members(fresh)}
            self._viewers.update({one: found.get(one) for one in fresh})
            self._off.update(await switched_off_by(fresh))

    def person(self, member_id: int) -> int:
        """Return who it is, be it behind a mask."""
        return self._behind[member_id]

    def is_mask(self, member_id: int) -> bool:
        """Say whether this is somebody's mask."""
        return self._behind[member_id] != member_id

    def may_see(self, person: int, thread: ThreadFacts) -> bool:
        """Say whether somebody is here and may see a thread."""
        viewer = self._viewers[person]
        return viewer is not None and may_see_thread(viewer, thread)

    def want(self, person: int, because: str) -> bool:
        """Say whether somebody has not switched a reason off."""
        return because not in SWITCHES or because not in self._off.get(person, ())

    async def levels(self, thread_id: int) -> Mapping[int, str]:
        """Return how closely each member follows a thread."""
        if thread_id not in self._levels:
            self._levels.update(await levels([thread_id]))
        return self._levels[thread_id]

    async def deaf(self, news: News) -> set[int]:
        """Return who wants to hear nothing of a thread; who wrote it behind a mask hears as a follower does, or not."""
        close = await self.levels(news.thread.id)
        await self.know(close)
        return {one for one, level in close.items() if level == "muted" or (level == "normal" and self.is_mask(one))}

    async def deaf_to(self, author_id: int) -> set[int]:
        """Return who muted somebody."""
        if author_id not in self._deaf:
            self._deaf.update(await deaf_to([author_id]))
        return self._deaf[author_id]

    def quoted(self, post_id: int) -> set[int]:
        """Return whose posts a post quotes that was read."""
        return self._quoted[post_id]

    async def beside(self, news: News) -> tuple[Beside, ...]:
        """Return who follows what stands beside the thread of a post."""
        key = (news.thread.id, news.author_id)
        if key not in self._beside:
            self._beside[key] = await followers_beside(*key, of_post=True)
        return self._beside[key]
