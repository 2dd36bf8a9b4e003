"""What a member wrote, made ready before the transaction: its HTML, and the posts it quotes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from base.db import marks, rows
from base.text.files import files_named
from base.text.quoting import quotes_in
from forum.actions.check_mentions import check_mentions
from forum.files import UploadFacts
from forum.models import Quote
from forum.queries.rendered import rendered_opening
from forum.queries.uploads import files_in, files_shown_by
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
    files: Mapping[int, UploadFacts] = field(default_factory=dict)


async def written(viewer: Viewer, body: str, *, post_id: int | None = None) -> Written:
    """Render a text and find the posts it quotes, of those the viewer may read, and the files it shows.

    What the post shows already it goes on showing, even when a file waits for a moderator and the editor is none.
    Raises Invalid for many mentions.
    """
    await check_mentions(viewer, body)
    files = await files_in(viewer, body)
    if post_id and "/files/" in body:
        before, named = await files_shown_by("post", post_id), files_named(body)
        files = {number: one for number, one in before.items() if number in named} | files
    html = await rendered_opening(body, viewer, files)
    return Written(body, str(html), await _quotes(viewer, body) if "#post-" in body else (), files)


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
    if {(post["thread_id"], post["number"]) for post in posts} < named.keys():  # some may stand elsewhere by now
        posts += await rows(
            "SELECT p.id, l.thread_id, l.number, p.revision FROM post_places l JOIN posts p ON p.id = l.post_id "  # noqa: S608
            f"JOIN threads t ON t.id = p.thread_id WHERE l.thread_id IN ({marks(wanted)}) "
            f"AND l.number IN ({marks(wanted)}) AND ({seen.sql})",
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
