"""What asks for a new check without changing what readers are told: many replies below, a page elsewhere that is gone.

Like everything that moves, it is measured since the last check. A page is found gone when it is asked for the second
time, a day after it was first missed, and not before: a check in between was made while nobody knew. So what counts is
when that was written into the journal. What was gone already when somebody checked was checked as it was, and does not
come back when another page goes.
"""

from typing import Final

from base.condition import Condition, any_of
from base.db import days_between, text_in
from base.outward import GONE, GONE_HOURS

MANY_REPLIES: Final = 10
"""From so many new replies in the threads it rests on, somebody should look at a practice again."""

# Only where the whole network reads: what is said in a group is told to nobody outside it, not even as a number.
_REPLIES: Final = """(SELECT COUNT(*) FROM posts gp WHERE gp.state = 'published' AND gp.number > 1
  AND gp.kind <> 'summary'
  AND gp.created_at > {a}.verified_at AND gp.thread_id IN (SELECT gs.thread_id FROM source_links gs
    JOIN threads gt ON gt.id = gs.thread_id AND gt.state = 'published' AND gt.audience IN ('public', 'network')
    WHERE gs.article_id = {a}.id AND gs.revision = {a}.published_revision))"""
_PAGES: Final = "(SELECT COUNT(*) FROM linked_pages gl WHERE gl.article_id = {a}.id AND {gone})"
_FOUND: Final = """EXISTS (SELECT 1 FROM journal_entries ge JOIN articles ga ON ga.id = ge.subject_id
  WHERE ge.kind = 'article.page_gone' AND ge.subject_id = {l}.article_id AND {url} = {l}.url
  AND (ga.verified_at IS NULL OR ge.at > ga.verified_at))"""


def new_replies(alias: str = "a") -> str:
    """Return SQL for how many replies an article's source threads got since its last check."""
    return _REPLIES.format(a=alias)


def gone_pages(alias: str = "a") -> str:
    """Return SQL for how many pages an article links to were found gone since its last check."""
    return _PAGES.format(a=alias, gone=is_gone("gl"))


def is_gone(alias: str) -> str:
    """Return SQL that says whether a linked page is gone, and was found so since its article was last checked."""
    apart = days_between(f"{alias}.failing_since", f"{alias}.checked_at")
    states = ", ".join(str(status) for status in GONE)
    found = _FOUND.format(l=alias, url=text_in("ge.data", "url"))
    return (
        f"({alias}.failing_since IS NOT NULL AND {alias}.status IN ({states}) AND {apart} * 24 >= {GONE_HOURS} "
        f"AND {found})"
    )


def stirred(alias: str = "a") -> Condition:
    """Return the condition that picks the articles with one of these reasons."""
    return any_of((Condition(f"{new_replies(alias)} >= {MANY_REPLIES}"), Condition(f"{gone_pages(alias)} > 0")))
