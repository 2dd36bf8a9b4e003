"""What a member wrote, made ready before the transaction: its HTML, and the posts it quotes."""

import re
from dataclasses import dataclass
from typing import Final

from base.db import marks, rows
from base.text.quoting import quotes_in
from forum.models import Quote
from forum.queries.rendered import rendered_opening
from forum.rules import visible_posts
from members.viewer import Viewer

_POST: Final = re.compile(r"/t/(\d{1,18})(?:-[a-z0-9-]*)?[/?]?[^#]*#post-(\d{1,9})")
_MOST_QUOTES: Final = 20


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage of a post as it stood at a revision."""

    post_id: int
    revision: int
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text with everything that is stored beside it."""

    body: str
    html: str
    quotes: tuple[Quoted, ...] = ()


async def written(viewer: Viewer, body: str) -> Written:
    """Render a text and find the posts it quotes, of those the viewer may read."""
    return Written(body, str(await rendered_opening(body)), await _quotes(viewer, body) if "#post-" in body else ())


async def _quotes(viewer: Viewer, body: str) -> tuple[Quoted, ...]:
    named: dict[tuple[int, int], str] = {}
    for reference in quotes_in(body):
        if found := _POST.fullmatch(reference.url):
            named.setdefault((int(found[1]), int(found[2])), reference.text)
    if not named:
        return ()
    wanted = list(named)[:_MOST_QUOTES]
    seen = visible_posts(viewer)
    posts = await rows(
        "SELECT p.id, p.thread_id, p.number, p.revision FROM posts p JOIN threads t ON t.id = p.thread_id "  # noqa: S608
        f"WHERE p.thread_id IN ({marks(wanted)}) AND p.number IN ({marks(wanted)}) AND ({seen.sql})",
        *(thread for thread, _ in wanted), *(number for _, number in wanted), *seen.values,
    )  # fmt: skip
    return tuple(
        Quoted(post["id"], post["revision"], text)
        for post in posts
        if (text := named.get((post["thread_id"], post["number"]))) is not None
    )


async def keep_quotes(post_id: int, quotes: tuple[Quoted, ...]) -> None:
    """Record which posts a post quotes; inside the caller's transaction."""
    if quotes:
        await Quote.bulk_create(
            [Quote(post_id=post_id, source_id=one.post_id, revision=one.revision, text=one.text) for one in quotes]
        )
