"""Make an announcement."""

from base.errors import Invalid
from forum.actions.check_mentions import check_mentions
from forum.actions.opening import Opening, OpeningText, labels_of, new_thread
from forum.actions.start_thread import Started, start_thread
from forum.rules import check_may_ask
from members.viewer import Viewer


class Announcement(Opening):
    """An announcement as it is typed."""

    body: OpeningText

    @property
    def text(self) -> str:
        """Return the opening post."""
        return self.body


async def announce(viewer: Viewer, given: Announcement) -> Started:
    """Publish an announcement."""
    check_may_ask(viewer, given.audience, "announcement")
    if given.written_as == "mask":
        raise Invalid({"written_as": "Announcements are made under one's own name."}, given.model_dump())
    labels = await labels_of(viewer, given)
    await check_mentions(viewer, given.body)
    return await start_thread(new_thread(viewer, given, labels, kind="announcement", body=given.body))
