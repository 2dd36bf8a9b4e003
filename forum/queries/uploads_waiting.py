"""Pictures that a moderator has to look at."""

from dataclasses import dataclass

from base.db import rows
from base.paging import Page
from forum.files import UploadFacts
from forum.queries.uploads import UPLOAD, read_upload
from forum.rules.uploads import check_may_review_uploads
from members.viewer import Viewer

SIZE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture that waits, and where it stands."""

    file: UploadFacts
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of the pictures that wait, the oldest first."""

    items: tuple[Waiting, ...]
    pages: Page


async def uploads_waiting(viewer: Viewer, page: int = 1) -> WaitingPage:
    """Return the pictures that wait; those nothing shows yet wait for nobody."""
    check_may_review_uploads(viewer)
    from_ = (
        "FROM uploads u JOIN upload_uses x ON x.id = (SELECT MIN(y.id) FROM upload_uses y "
        "WHERE y.upload_id = u.id AND y.target = 'post') JOIN posts p ON p.id = x.target_id "
        "JOIN threads t ON t.id = p.thread_id WHERE u.state = 'review'"
    )
    total = (await rows(f"SELECT COUNT(*) AS n {from_}"))[0]["n"]
    pages = Page(page, SIZE, total)
    found = await rows(
        f"SELECT {UPLOAD}, t.id AS thread_id, t.slug, t.title AS thread_title, p.number {from_} "
        "ORDER BY u.id LIMIT ? OFFSET ?",
        SIZE, pages.offset,
    )  # fmt: skip
    items = tuple(
        Waiting(read_upload(row), row["thread_title"], f"/t/{row['thread_id']}-{row['slug']}/{row['number']}")
        for row in found
    )
    return WaitingPage(items, pages)
