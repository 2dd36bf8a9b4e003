"""What was written in the name of an organisation, for its administrators to take along."""

from collections.abc import Mapping
from typing import Any

from base import settings
from base.db import as_datetime, rows
from forum.addresses import thread_url
from forum.rules import visible_threads
from members.viewer import Viewer


async def threads_taken_along(viewer: Viewer, organisation_id: int) -> Mapping[str, Any]:
    """Return the threads of an organisation that the viewer may read, each with its text as it was written."""
    seen = visible_threads(viewer)
    found = await rows(
        "SELECT t.id, t.slug, t.kind, t.title, t.audience, t.language, t.resolution, t.created_at, p.body "  # noqa: S608
        "FROM threads t JOIN posts p ON p.thread_id = t.id AND p.number = 1 "
        f"WHERE t.organisation_id = ? AND t.state = 'published' AND ({seen.sql}) ORDER BY t.id",
        organisation_id, *seen.values,
    )  # fmt: skip
    address = settings.get().address
    threads = [
        {
            "url": address + thread_url(row["id"], row["slug"]),
            "created_at": as_datetime(row["created_at"]),
            **{name: row[name] for name in ("kind", "title", "audience", "language", "resolution", "body")},
        }
        for row in found
    ]
    return {"threads": threads}
