"""How many somebody may mention in one text, and whom."""

from base.errors import Invalid
from forum.queries.mentioned import Mentioned, mentioned_in
from forum.rules import may_mention_organisations, most_mentions
from members.viewer import Viewer


async def check_mentions(viewer: Viewer, body: str, field: str = "body") -> Mentioned:
    """Return what a text mentions; raise Invalid with what to do when it is more than the viewer may."""
    found = await mentioned_in(body)
    if found.organisations and not may_mention_organisations(viewer):
        name = found.organisations[0].slug
        raise Invalid({field: f"You can mention people, but not yet whole organisations. Please take the @ of @{name} "
                              "away, or mention a colleague there."}, {field: body})  # fmt: skip
    number, most = len(found.people) + len(found.organisations), most_mentions(viewer)
    if number > most:
        names = [*found.people, *(one.slug for one in found.organisations)][most:]
        more = ", ".join(f"@{name}" for name in names[:5]) + (" …" if len(names) > 5 else "")
        raise Invalid({field: f"This mentions {number} people; {most} is the most in one post. Please take the @ away "
                              f"from some of them: {more}."}, {field: body})  # fmt: skip
    return found
