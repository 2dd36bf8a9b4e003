"""The demonstration's threads and posts."""

from datetime import timedelta
from typing import Any

from app.demo.content import content
from app.demo.ledger import Ledger
from base.db import execute, rows, transaction
from base.journal import record
from base.text.markdown import to_html
from forum.actions.case_input import Case
from forum.actions.place_post import NewRow, place_post
from forum.actions.share_case import case_columns, setting_now, write_metrics
from forum.actions.start_thread import NewThread, start_thread
from forum.models import CaseStudy, QuestionDetails, Thread
from members.actions.wear_mask import Identity
from members.queries.mask_levels import levels_of


async def make_threads(ledger: Ledger) -> None:
    """Make questions, case studies and discussions, with their posts and votes."""
    for file, kind in (("questions", "question"), ("cases", "case_study"), ("discussions", "discussion")):
        for given in content(file)["threads"]:
            thread_id = await _start(ledger, kind, given)
            for post in given.get("posts", []):
                await _place(ledger, thread_id, given, post, None)


async def _start(ledger: Ledger, kind: str, given: dict[str, Any]) -> int:
    author = ledger.id("people", given["author"])
    place, region = await _organisation_of(author)
    case = _read_case(ledger, given) if kind == "case_study" else None
    identity = Identity(author, await levels_of(author)) if given.get("masked") else None

    async def also(thread: Thread) -> None:
        await ledger.keep("threads", given["key"], thread.id)
        if identity is not None:
            await ledger.keep("people", f"mask:{given['key']}", thread.author_id)  # type: ignore[attr-defined]
        if kind == "question":
            names = ("goal", "setting", "tried", "constraints")
            await QuestionDetails.create(thread_id=thread.id, **{name: given.get(name, "") for name in names})
        if case is not None:
            row = await CaseStudy.create(thread_id=thread.id, setting=await setting_now(place), **case_columns(case))
            await write_metrics(row.id, case)
            await _grade(ledger, row.id, given.get("graded"))

    started = await start_thread(
        NewThread(
            kind=kind,
            title=given["title"],
            body=case.text if case is not None else given["body"].strip(),
            author_id=author,
            identity=identity,
            organisation_id=None if identity else place,
            region_id=None if identity else region,
            category_id=ledger.id("categories", given["category"]),
            platform_ids=ledger.ids("platforms", given["platforms"]),
            tag_ids=ledger.ids("tags", given["tags"]),
            audience=given.get("audience", "public"),
            at=ledger.ago(given["days"], hours=3),
            quiet=True,
        ),
        also,
    )
    return started.id


def _read_case(ledger: Ledger, given: dict[str, Any]) -> Case:
    """Read a case study as if it had been typed, so that the demonstration is as valid as any other."""
    metrics = [{**row, "n": row.get("sample")} for row in given.get("metrics", [])]
    return Case.read(
        {
            "sponsored": False,
            **given,
            "vendor_tie": "vendor_ties" in given,
            "started_on": ledger.ago(given["started"]).date(),
            "ended_on": ledger.ago(given["ended"]).date(),
            "metrics": metrics,
        }
    )


async def _grade(ledger: Ledger, case_id: int, graded: dict[str, Any] | None) -> None:
    if graded:
        await CaseStudy.filter(id=case_id).update(
            evidence=graded["grade"],
            evidence_why=graded["why"],
            evidence_by_id=ledger.id("people", graded["by"]),
            evidence_at=ledger.ago(graded["days"]),
        )


async def _organisation_of(member_id: int) -> tuple[int, int | None]:
    """Return the organisation of a member, and its region."""
    found = await rows(
        "SELECT o.id, o.region_id FROM memberships s JOIN organisations o ON o.id = s.organisation_id "
        "WHERE s.member_id = ? AND s.main = ?",
        member_id, True,
    )  # fmt: skip
    return int(found[0]["id"]), found[0]["region_id"]


async def _place(
    ledger: Ledger, thread_id: int, thread: dict[str, Any], given: dict[str, Any], parent: int | None
) -> None:
    body = given["body"].strip()
    at = ledger.ago(given["days"], hours=1 if parent is None else 0)
    accepted = given.get("accepted", False)
    new = NewRow(
        thread_id=thread_id,
        author_id=ledger.id("people", given["author"]),
        body=body,
        html=str(to_html(body)),
        at=at,
        parent=parent,
        accepted_at=at + timedelta(hours=20) if accepted else None,
        accepted_by_id=ledger.id("people", thread["author"]) if accepted else None,
    )
    async with transaction():
        made = await place_post(new)
        for voter in given.get("votes", []):
            await execute(
                "INSERT INTO votes (post_id, member_id, created_at) VALUES (?, ?, ?)",
                made.id,
                ledger.id("people", voter),
                at + timedelta(minutes=30),
            )
        await execute("UPDATE posts SET votes = ? WHERE id = ?", len(given.get("votes", [])), made.id)
        data = {"thread_id": thread_id, "number": made.number}
        await record("post.added", actor_id=new.author_id, subject_id=made.id, data=data, quiet=True)
    for comment in given.get("comments", []):
        await _place(ledger, thread_id, thread, comment, made.number)
