"""The text of a post as it looks: previews and what is published come from here, so they cannot differ."""

from collections.abc import Mapping
from hashlib import blake2b

from markupsafe import Markup

from base.text.markdown import to_html
from forum.files import UploadFacts
from forum.queries.mentioned import mentioned_in
from forum.queries.uploads import files_in, shapes
from members.viewer import Viewer


async def rendered_opening(
    source: str, viewer: Viewer | None = None, files: Mapping[int, UploadFacts] | None = None
) -> Markup:
    """Render a post, whether it begins a thread or answers one, with `files` or those of them that the viewer may see.

    The ids in it (of footnotes) must differ from those of other posts on the page; made of the text, they are the same
    in the preview, where no number is known yet.
    """
    names = await mentioned_in(source)
    if files is None:
        files = await files_in(viewer, source) if viewer else {}
    number = int.from_bytes(blake2b(source.encode(errors="replace"), digest_size=5).digest(), "big")
    return to_html(source, prefix=f"p{number}-", people=names.people, links=names.links, files=shapes(files))
