"""What an administrator has left to do on a new site."""

from dataclasses import dataclass

from app.demo.ledger import SYSTEM
from base import settings
from base.db import rows
from base.errors import refusal
from members.rules import check_may_administer
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, and whether it is done; `name` has its words in templates/app/parts/next_steps.html."""

    name: str
    url: str
    done: bool


async def next_steps(viewer: Viewer) -> tuple[NextStep, ...]:
    """Return what there is to do, in one statement; the samples count for nothing, and others see nothing."""
    if refusal(check_may_administer, viewer):
        return ()
    sample = "(SELECT subject_id FROM origins WHERE system = ? AND kind = '{kind}')"
    row = (
        await rows(
            "SELECT "  # noqa: S608 - our own words
            "(SELECT COUNT(*) FROM (SELECT id FROM organisations WHERE id NOT IN "
            f" {sample.format(kind='organisations')} LIMIT 1) o) AS organisations, "
            "(SELECT COUNT(*) FROM (SELECT id FROM members WHERE state IN ('active', 'staged') AND id <> ? "
            f" AND id NOT IN {sample.format(kind='people')} LIMIT 1) m) AS people, "
            "(SELECT COUNT(*) FROM (SELECT id FROM platforms WHERE id NOT IN "
            f" {sample.format(kind='platforms')} LIMIT 1) p) AS platforms, "
            "(SELECT COUNT(*) FROM (SELECT id FROM threads WHERE state = 'published' AND id NOT IN "
            f" {sample.format(kind='threads')} LIMIT 1) t) AS threads",
            SYSTEM, viewer.member_id, SYSTEM, SYSTEM, SYSTEM,
        )
    )[0]  # fmt: skip
    now = settings.get()
    return (
        NextStep("mail", "/admin/settings/mail", bool(now.mail_server)),
        NextStep("organisations", "/admin/organisations", row["organisations"] > 0),
        NextStep("people", "/admin/people", row["people"] > 0),
        NextStep("platforms", "/admin/platforms", row["platforms"] > 0),
        NextStep("threads", "/ask", row["threads"] > 0),
    )


async def left_to_do(viewer: Viewer) -> tuple[NextStep, ...]:
    """Return the same for the front page: nothing when all is done, or the list was put away."""
    if not settings.get().next_steps:
        return ()
    steps = await next_steps(viewer)
    return () if all(one.done for one in steps) else steps
