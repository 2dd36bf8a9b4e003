"""Ask who wrote a post without their name."""

from forum.queries.facts import post_facts
from forum.rules import check_may_see_post
from members.actions.unmask import UnmaskRequest, ask_to_unmask
from members.rules import check_may_ask_to_unmask
from members.viewer import Viewer


async def ask_who(viewer: Viewer, thread_id: int, number: int, given: UnmaskRequest) -> int:
    """Hand the question to the administrators and return the number of the request."""
    check_may_ask_to_unmask(viewer)
    facts = await post_facts(thread_id, number)
    check_may_see_post(viewer, facts)
    return await ask_to_unmask(viewer, facts.author_id, f"/t/{thread_id}/posts/{number}", given)
