"""Everything the workbench shows beside the words of a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from base.clock import now
from base.db import as_datetime, rows
from forum.evidence import Ceiling, against, ceiling
from forum.queries.passages import ThreadPassages, passages
from kb.queries.article import Person
from kb.queries.contributors import Contribution, contributions
from kb.queries.facts import Found
from kb.queries.margin import Margin, margin_of
from kb.queries.people import earlier_reviewers, possible_reviewers
from kb.queries.review import Remark, remarks_on
from kb.queries.sources import Rested, Source, sources_of
from kb.queries.thread_card import ThreadCard, find_threads
from kb.readiness import missing_for_review
from members.viewer import Viewer

_JUST_NOW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Touched:
    """Who changed the draft last, and when; `just_now` when it was somebody else a moment ago."""

    by: Person
    at: datetime
    just_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """A draft with its sources, its people, its evidence and what it still needs.

    `earlier` were asked to review this draft before; they are among the `reviewers`.
    """

    found: Found
    rested: Rested
    opened: ThreadPassages | None
    results: tuple[ThreadCard, ...]
    contributions: tuple[Contribution, ...]
    margin: Margin
    ceiling: Ceiling
    missing: dict[str, str]
    remarks: tuple[Remark, ...]
    reviewers: tuple[Person, ...]
    earlier: tuple[Person, ...]
    owner: str
    touched: Touched

    @property
    def contradicting(self) -> tuple[Source, ...]:
        """Return the cases that came out otherwise, answered or not."""
        contrary = against(self.found.content.recommendation)
        return tuple(source for source in self.rested.threads if source.direction == contrary)

    @property
    def narrower(self) -> tuple[Source, ...]:
        """Return the sources that fewer people may read than the article."""
        if self.found.article.audience != "public":
            return ()
        return tuple(source for source in self.rested.threads if source.audience != "public")


async def workbench(viewer: Viewer, found: Found, *, thread: int = 0, words: str = "") -> Workbench:
    """Return the workbench of a draft; `thread` is the source that lies open, `words` look for more."""
    number = found.revision.number
    rested = await sources_of(viewer, found.id, number)
    margin, adopters = await margin_of(viewer, found.id)
    best = ceiling(found.content.recommendation, rested.cases, adopters)
    threads = [source.thread_id for source in rested.threads]
    opened = _opened(rested.threads, thread)
    owner, touched = await _people(viewer, found)
    editors = await possible_reviewers(viewer.member_id)  # sending it saves it, by this viewer
    earlier = await earlier_reviewers(found.revision_id)
    return Workbench(
        found=found,
        rested=rested,
        opened=await passages(viewer, opened) if opened else None,
        results=await find_threads(viewer, words, threads),
        contributions=await contributions(found.id, number),
        margin=margin,
        ceiling=best,
        missing=missing_for_review(found.kind, found.content, best),
        remarks=tuple(one for one in await remarks_on(found.revision_id) if not one.resolved),
        reviewers=(*editors, *(one for one in earlier if one not in editors)),
        earlier=earlier,
        owner=owner,
        touched=touched,
    )


def _opened(threads: Sequence[Source], wanted: int) -> int:
    """Return the thread that lies open: the one asked for, or the first."""
    readable = [source.thread_id for source in threads if source.open_to_viewer]
    return wanted if wanted in readable else readable[0] if readable else 0


async def _people(viewer: Viewer, found: Found) -> tuple[str, Touched]:
    row = (
        await rows(
            "SELECT m.id, m.name, m.handle, r.changed_at, o.handle AS owner FROM article_revisions r "
            "JOIN members m ON m.id = r.last_editor_id JOIN articles a ON a.id = r.article_id "
            "LEFT JOIN members o ON o.id = a.owner_id WHERE r.id = ?",
            found.revision_id,
        )
    )[0]
    at = as_datetime(row["changed_at"]) or now()
    recent = row["id"] != viewer.id and now() - at < _JUST_NOW
    return row["owner"] or "", Touched(Person(row["name"], row["handle"]), at, recent)
