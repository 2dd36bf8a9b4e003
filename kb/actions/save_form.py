"""Save the whole form of the workbench: the words of a draft and what is said beside them, both or neither."""

from base.db import transaction
from kb.actions.describe import Details, describe
from kb.actions.write import Changes, save
from members.viewer import Viewer


async def save_form(viewer: Viewer, article_id: int, changes: Changes, details: Details) -> int:
    """Save both and return the draft's new edit number; raises what `save` and `describe` raise, and keeps neither.

    The words come first: the draft is locked before the article, as when it is published.
    """
    async with transaction():
        edits = await save(viewer, article_id, changes)
        await describe(viewer, article_id, details)
    return edits
