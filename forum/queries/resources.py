"""Templates that others may use: files of posts that the viewer may read."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from base.condition import Condition, any_of, containing
from base.db import rows
from base.errors import Missing
from base.inputs import Input, Line
from base.paging import Page
from forum.addresses import thread_url
from forum.files import UploadFacts
from forum.queries.uploads import UPLOAD, read_upload
from forum.rules import listed_threads
from members.viewer import Viewer

SIZE: Final = 20


class WantedResources(Input):
    """What the list of resources is narrowed to; empty means anything."""

    q: Annotated[Line, Field(max_length=100)] = ""
    kind: Literal["", "image", "pdf", "office", "table"] = ""
    platform: Annotated[Line, Field(max_length=80)] = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A template, and the thread that it comes from."""

    file: UploadFacts
    title: str
    thread_title: str
    thread_kind: str
    thread_url: str


@dataclass(frozen=True, slots=True)
class Resources:
    """A page of templates, the newest first, and the platforms that the threads of any are about."""

    items: tuple[Resource, ...]
    pages: Page
    platforms: tuple[tuple[str, str], ...]


async def resources(viewer: Viewer, wanted: WantedResources, page: int = 1) -> Resources:
    """Return a page of the templates that are wanted, of those the viewer may read the post of."""
    seen, narrowed = listed_threads(viewer), _narrowed(wanted)
    source = (
        "FROM uploads u JOIN upload_uses x ON x.id = (SELECT MIN(y.id) FROM upload_uses y "  # noqa: S608
        "JOIN posts p ON p.id = y.target_id AND p.state = 'published' JOIN threads t ON t.id = p.thread_id "
        f"WHERE y.upload_id = u.id AND y.target = 'post' AND ({seen.sql})) "
        "JOIN posts p ON p.id = x.target_id JOIN threads t ON t.id = p.thread_id "
        "WHERE u.reusable = ? AND u.state = 'ready'"
    )
    total = (await rows(f"SELECT COUNT(*) AS n {source} AND ({narrowed.sql})", *seen.values, True, *narrowed.values))[
        0
    ]["n"]
    pages = Page(page, SIZE, total)
    if page > pages.pages:
        raise Missing("There is no such page.")
    found = await rows(
        f"SELECT {UPLOAD}, t.id AS thread_id, t.slug, t.title AS thread_title, t.kind AS thread_kind {source} "
        f"AND ({narrowed.sql}) ORDER BY u.id DESC LIMIT ? OFFSET ?",
        *seen.values, True, *narrowed.values, SIZE, pages.offset,
    )  # fmt: skip
    items = []
    for row in found:
        file, url = read_upload(row), thread_url(row["thread_id"], row["slug"])
        items.append(Resource(file, file.title or file.name, row["thread_title"], row["thread_kind"], url))
    platforms = await rows(
        f"SELECT DISTINCT f.slug, f.name {source} ".replace(
            "WHERE u.reusable",
            "JOIN thread_platforms k ON k.thread_id = t.id JOIN platforms f ON f.id = k.platform_id WHERE u.reusable",
        )
        + "ORDER BY f.name",
        *seen.values, True,
    )  # fmt: skip
    return Resources(tuple(items), pages, tuple((row["slug"], row["name"]) for row in platforms))


def _narrowed(wanted: WantedResources) -> Condition:
    narrowed = Condition("1 = 1")
    if wanted.kind:
        narrowed &= Condition("u.kind = ?", (wanted.kind,))
    if wanted.platform:
        about = (
            "EXISTS (SELECT 1 FROM thread_platforms k JOIN platforms f ON f.id = k.platform_id WHERE k.thread_id = t.id"
        )
        narrowed &= Condition(f"{about} AND f.slug = ?)", (wanted.platform,))
    for word in wanted.q.split()[:8]:
        narrowed &= any_of(containing(column, word) for column in ("u.title", "u.name", "t.title"))
    return narrowed
