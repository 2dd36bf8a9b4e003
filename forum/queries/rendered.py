"""The opening of a thread as it looks."""

from markupsafe import Markup

from base.text.markdown import to_html
from forum.queries.mentioned import mentioned_in


async def rendered_opening(source: str) -> Markup:
    """Render an opening post; the preview and the published post come from here, so they cannot differ."""
    names = await mentioned_in(source)
    return to_html(source, prefix="p1-", people=names.people, links=names.links)
