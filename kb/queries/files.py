"""Uploaded files that articles show: who may read the article may fetch them."""

from base.condition import Condition
from kb.rules import visible_articles
from members.viewer import Viewer


def files_of_articles(viewer: Viewer) -> Condition:
    """Return a condition on `x`, a row of upload_uses: an article that the viewer may see shows the file."""
    seen = visible_articles(viewer)
    return Condition(
        f"x.target = 'article' AND EXISTS (SELECT 1 FROM articles a WHERE a.id = x.target_id AND ({seen.sql}))",  # noqa: S608
        seen.values,
    )
