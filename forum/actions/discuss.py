"""Start a discussion."""

from forum.actions.check_mentions import check_mentions
from forum.actions.identities import identity_of
from forum.actions.opening import Opening, OpeningText, labels_of, new_thread
from forum.actions.start_thread import Started, start_thread
from forum.rules import check_may_ask
from members.viewer import Viewer


class Discussion(Opening):
    """A discussion as it is typed."""

    body: OpeningText

    @property
    def text(self) -> str:
        """Return the opening post."""
        return self.body


async def discuss(viewer: Viewer, given: Discussion) -> Started:
    """Start a discussion."""
    check_may_ask(viewer, given.audience, "discussion")
    labels = await labels_of(viewer, given)
    await check_mentions(viewer, given.body)
    identity = await identity_of(viewer, given.written_as, given.audience)
    new = new_thread(viewer, given, labels, kind="discussion", body=given.body, identity=identity)
    return await start_thread(new)
