"""Publish corrected typing errors without a review."""

from base.db import rows, transaction
from base.errors import Missing, Refused
from kb.actions.draft import draft_of, lock, words_of
from kb.actions.publish import Decided, publish
from kb.content import Content, only_typos
from kb.models import ArticleRevision
from kb.rules import check_may_correct
from members.viewer import Viewer

_SOURCES = (
    "SELECT thread_id, post_number, post_revision, hash, addressed FROM source_links "
    "WHERE article_id = ? AND revision = ? ORDER BY thread_id, post_number, hash"
)


async def publish_correction(viewer: Viewer, article_id: int) -> None:
    """Publish a draft in which only typing errors differ; a verification in force goes on with the new version."""
    found = await draft_of(viewer, article_id)
    check_may_correct(viewer, found.article)
    old = await ArticleRevision.get_or_none(article_id=article_id, number=found.article.published_revision)
    if old is None:
        raise Missing
    async with transaction():
        revision = await lock(found)
        await _check_is_small(article_id, words_of(old), words_of(revision), old.number, revision.number)
        await ArticleRevision.filter(id=revision.id).update(significance="typo")
        revision.significance = "typo"
        await publish(Decided(found=found, by_id=viewer.member_id, method="edited", verifies=False), revision)


async def _check_is_small(article_id: int, old: Content, new: Content, before: int, after: int) -> None:
    same_sources = await rows(_SOURCES, article_id, before) == await rows(_SOURCES, article_id, after)
    if not same_sources or not only_typos(old, new):
        raise Refused("This changes more than typing errors, so somebody else has to review it.")
