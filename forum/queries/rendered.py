"""The text of a post as it looks: previews and what is published come from here, so they cannot differ."""

from hashlib import blake2b

from markupsafe import Markup

from base.text.markdown import to_html
from forum.queries.mentioned import people_mentioned


async def rendered_opening(source: str) -> Markup:
    """Render a post, whether it begins a thread or answers one.

    The ids in it (of footnotes) must differ from those of other posts on the page; made of the text, they are the same
    in the preview, where no number is known yet.
    """
    people = await people_mentioned(source) if "@" in source else frozenset()
    number = int.from_bytes(blake2b(source.encode(errors="replace"), digest_size=5).digest(), "big")
    return to_html(source, prefix=f"p{number}-", people=people)
