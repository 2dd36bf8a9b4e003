"""The opening of a thread as it looks."""

from markupsafe import Markup

from base.text.markdown import to_html
from forum.queries.mentioned import mentioned_in
from forum.queries.uploads import files_in, shapes
from members.viewer import Viewer


async def rendered_opening(source: str, viewer: Viewer | None = None) -> Markup:
    """Render an opening post; the preview and the published post come from here, so they cannot differ.

    It shows those of the files it names that the viewer may see.
    """
    names = await mentioned_in(source)
    files = await files_in(viewer, source) if viewer else {}
    return to_html(source, prefix="p1-", people=names.people, links=names.links, files=shapes(files))
