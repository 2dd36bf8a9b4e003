"""The words of an article that readers see, whoever asks."""

from dataclasses import dataclass

from base.db import rows
from kb.content import Content


@dataclass(frozen=True, slots=True)
class Published:
    """The number of the published version, and each of its texts as Markdown."""

    number: int
    texts: tuple[str, ...]


async def published_texts(article_id: int) -> Published | None:
    """Return the published version of an article; None when there is none."""
    found = await rows(
        "SELECT r.* FROM articles a "
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.published_revision WHERE a.id = ?",
        article_id,
    )
    if not found:
        return None
    content = Content.of(found[0])
    return Published(found[0]["number"], (content.summary, *content.sections.values()))
