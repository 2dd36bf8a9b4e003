"""How people are told of an article: those of them who may see it, once."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Final

from base.clock import now
from base.db import rows
from base.journal.models import Entry
from base.text.excerpt import excerpt
from kb.addresses import article_url
from kb.queries.deputies import standing_in
from kb.queries.facts import Found
from kb.rules import may_know_of
from members.actions.notify import notify
from members.queries.masks import people_behind
from members.queries.staff import holders
from members.queries.viewer import viewers_of_members

FOLLOWED: Final = "Because you follow a thread it came from."
Teller = Callable[[Entry, Found], Awaitable[None]]


async def tell_those(
    entry: Entry,
    article: Found,
    people: Collection[int | None],
    reason: str,
    *,
    kind: str,
    because: str,
    text: str = "",
    url: str = "",
) -> None:
    """Tell those of these people who may see the article, or could before it was retired.

    Who wrote behind a mask is told as anybody who follows the thread: a letter does not say whose it is.
    """
    wanted = {one for one in people if one is not None and one != entry.actor_id}
    behind = await people_behind(wanted)
    masked = {behind[one] for one in wanted if one in behind}
    viewers = await viewers_of_members(sorted({behind.get(one, one) for one in wanted}))
    knowing = {viewer.member_id for viewer in viewers if may_know_of(viewer, article.article)}
    place = article_url(article.id, article.slug)
    await _tell(entry, article, knowing - masked, reason, kind=kind, because=because, text=text, url=url or place)
    await _tell(entry, article, knowing & masked, FOLLOWED, kind=kind, because="account", text=text, url=place)


async def _tell(
    entry: Entry, article: Found, people: Iterable[int], reason: str, *, kind: str, because: str, text: str, url: str
) -> None:
    await notify(
        people,
        key=f"{entry.id}:{kind}:{article.id}",
        kind=kind,
        group=f"article:{article.id}",
        subject=article.content.title,
        text=excerpt(text),
        url=url,
        reason=reason,
        because=because,
        actor_id=entry.actor_id,
    )


async def ids_of(sql: str, *values: object) -> set[int]:
    """Return the ids that a statement finds."""
    return {row["id"] for row in await rows(sql, *values) if row["id"] is not None}


async def keepers(article: Found) -> set[int]:
    """Return who looks after an article: its owner, or every editor when the owner is gone."""
    owner = await standing_in(
        await ids_of("SELECT id FROM members WHERE id = ? AND state = 'active'", article.article.owner_id or 0)
    )
    return owner or await holders("editor")


async def administrators(entry: Entry) -> set[int]:
    """Return who decides for the organisation an entry names; the moderators do when it has none of them."""
    at = now()
    return await ids_of(
        "SELECT s.member_id AS id FROM memberships s WHERE s.organisation_id = ? AND s.role = 'org_admin' "
        "AND s.state = 'active' AND s.since <= ? AND (s.until IS NULL OR s.until > ?)",
        entry.data.get("organisation_id", 0), at, at,
    )  # fmt: skip
