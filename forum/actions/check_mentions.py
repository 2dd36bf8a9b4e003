"""How many somebody may mention in one text, and whom."""

from base.errors import Invalid
from base.limits import limit_of
from forum.actions.pace import is_held_up
from forum.queries.mentioned import Mentioned, mentioned_in
from forum.rules import may_mention_organisations, mention_limit
from members.viewer import Viewer


async def check_mentions(viewer: Viewer, body: str, field: str = "body") -> Mentioned:
    """Return what a text mentions; raise Invalid with what to do when it is more than the viewer may.

    What counts is who would be told: names that nobody has are words.
    """
    found = await mentioned_in(body)
    if found.organisations and not may_mention_organisations(viewer):
        name = found.organisations[0].slug
        raise Invalid({field: f"You can mention people, but not yet whole organisations. Please take the @ of @{name} "
                              "away, or mention a colleague there."}, {field: body})  # fmt: skip
    names = [*found.people, *(one.slug for one in found.organisations)]
    limit = mention_limit(viewer)
    most = limit_of(limit)
    if len(names) > most and is_held_up(viewer):
        more = ", ".join(f"@{name}" for name in names[most:][:5]) + (" …" if len(names) > most + 5 else "")
        when = "while you are new here" if limit == "newcomer_mentions" else "in one text"
        raise Invalid({field: f"This mentions {len(names)} people; {most} is the most {when}. Please take the @ away "
                              f"from some of them: {more}."}, {field: body})  # fmt: skip
    return found
