"""Publish corrected typing errors without a review."""

from base.db import rows, transaction
from base.errors import Conflict, Missing, Refused
from forum.queries.uploads import files_in
from kb.actions.draft import draft_of, lock, words_of
from kb.actions.publish import Decided, publish
from kb.content import only_typos
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
    # Comparing word by word takes a moment, so it comes before the lock, and nobody may have written since.
    files = await files_in(viewer, found.content.summary, *found.content.sections.values())
    is_small = only_typos(words_of(old), found.content)
    async with transaction():
        revision = await lock(found)
        if revision.edits != found.edits:
            raise Conflict("Somebody changed this draft a moment ago. Please look at it again before you publish it.")
        same_sources = await rows(_SOURCES, article_id, old.number) == await rows(_SOURCES, article_id, revision.number)
        if not is_small or not same_sources:
            raise Refused("This changes more than typing errors, so somebody else has to review it.")
        await ArticleRevision.filter(id=revision.id).update(significance="typo")
        revision.significance = "typo"
        decided = Decided(found=found, by_id=viewer.member_id, method="edited", verifies=False, files=files)
        await publish(decided, revision)
