"""Questions of a dump become threads, answers and comments their posts."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Final

from app.stackexchange.dump import Row, rows_of
from app.stackexchange.origins import Known
from app.stackexchange.people import People
from app.stackexchange.report import Report
from app.stackexchange.tags import Tags
from app.stackexchange.values import EPOCH, line, moment, whole
from base.db import rows, transaction
from base.errors import Failure
from base.journal import record
from base.text.clean import clean_text
from base.text.from_html import to_markdown
from base.text.markdown import to_html
from forum.actions.place_post import NewRow, place_post
from forum.actions.start_thread import NewThread, start_thread
from forum.models import Post, Thread

QUESTIONS: Final = "questions"
ANSWERS: Final = "answers"
COMMENTS: Final = "comments"
POST: Final = "post"
LONGEST: Final = 90_000

Step = Callable[[int], object]


class Threads:
    """Reads Posts.xml twice (questions, then answers, which may stand before theirs) and Comments.xml once."""

    def __init__(self, known: Known, report: Report, people: People, tags: Tags) -> None:
        """Work with what is known, and report what is made."""
        self._known, self._report, self._people, self._tags = known, report, people, tags
        self._accepted: dict[str, str] = {}

    async def read_questions(self, file: Path, step: Step) -> None:
        """Read the questions of Posts.xml."""
        for row in rows_of(file, self._report.note, step):
            id_, kind = row.get("Id", ""), row.get("PostTypeId", "")
            if kind == "2":
                continue
            if not id_ or kind != "1":
                self._report.skip("other posts", f"Posts.xml: post {id_ or 'without Id'} is {_named(kind)}; left out.")
                continue
            self._accepted[id_] = row.get("AcceptedAnswerId", "")
            if self._known.get(QUESTIONS, id_) is not None:
                self._report.count_already(QUESTIONS)
            else:
                await self._safely(QUESTIONS, id_, self._question(id_, row))

    async def read_answers(self, file: Path, step: Step) -> None:
        """Read the answers of Posts.xml."""
        for row in rows_of(file, lambda line: None, step):
            id_, parent = row.get("Id", ""), row.get("ParentId", "")
            if row.get("PostTypeId") != "2" or not id_:
                continue
            thread = self._known.get(QUESTIONS, parent)
            if self._known.get(POST, id_) is not None:
                self._report.count_already(ANSWERS)
            elif thread is None:
                why = f"its question {parent} is not here" if parent else "it does not say to which question it belongs"
                self._report.skip(ANSWERS, f"Posts.xml: answer {id_} was left out: {why}.")
            else:
                await self._safely(ANSWERS, id_, self._answer(id_, row, thread))

    async def read_comments(self, file: Path, step: Step) -> None:
        """Read Comments.xml."""
        for row in rows_of(file, self._report.note, step):
            id_, about = row.get("Id", ""), row.get("PostId", "")
            post = self._known.get(POST, about)
            if id_ and self._known.get(COMMENTS, id_) is not None:
                self._report.count_already(COMMENTS)
            elif not id_ or post is None:
                self._report.skip(
                    COMMENTS, f"Comments.xml: comment {id_} was left out: post {about or '?'} is not here."
                )
            elif not row.get("Text", "").strip():
                self._report.skip(COMMENTS, f"Comments.xml: comment {id_} has no text and was left out.")
            else:
                await self._safely(COMMENTS, id_, self._comment(id_, row, post))

    async def _safely(self, kind: str, id_: str, work: Coroutine[None, None, None]) -> None:
        try:
            await work
            self._report.count_made(kind)
        except (Failure, ValueError) as error:
            self._known.forget(kind if kind != ANSWERS else POST, id_)
            self._report.skip(kind, f"{kind} {id_} was left out: {error}")

    async def _author(self, id_: str, row: Row, owner: str = "Owner") -> int:
        user, name = row.get(f"{owner}UserId", ""), line(row, f"{owner}DisplayName", 80)
        if not user and not name:
            self._report.note(f"Post or comment {id_} has no owner; it is shown as by an unknown author.")
        return await self._people.author(user, name)

    async def _question(self, id_: str, row: Row) -> None:
        author = await self._author(id_, row)
        title = line(row, "Title", 255) or f"Question {id_}"
        body = _body(row)
        if self._report.dry_run:
            await self._known.keep(QUESTIONS, id_, 0, dry_run=True)
            await self._known.keep(POST, id_, 0, dry_run=True)
            return
        tag_ids = await self._tags.ids(row)
        at = moment(row, "CreationDate") or EPOCH

        async def also(thread: Thread) -> None:
            opening = await Post.get(thread_id=thread.id, number=1)
            score, closed = whole(row, "Score"), "ClosedDate" in row
            await Post.filter(id=opening.id).update(
                votes=score, votes_brought=score, edited_at=moment(row, "LastEditDate")
            )
            state = {"resolution": "closed", "closed_reason": "Closed where it came from."} if closed else {}
            await Thread.filter(id=thread.id).update(
                votes=score, active_at=moment(row, "LastActivityDate") or at, **state
            )
            await self._known.keep(QUESTIONS, id_, thread.id)
            await self._known.keep(POST, id_, opening.id)

        await start_thread(
            NewThread(kind="question", title=title, body=body, author_id=author, tag_ids=tag_ids, at=at, quiet=True),
            also,
        )

    async def _asker(self, thread_id: int) -> int:
        return int((await rows("SELECT author_id FROM threads WHERE id = ?", thread_id))[0]["author_id"])

    async def _answer(self, id_: str, row: Row, thread_id: int) -> None:
        author = await self._author(id_, row)
        if self._report.dry_run:
            await self._known.keep(POST, id_, 0, dry_run=True)
            return
        at = moment(row, "CreationDate") or EPOCH
        accepted = self._accepted.get(row.get("ParentId", "")) == id_
        new = NewRow(
            thread_id=thread_id,
            author_id=author,
            body=(body := _body(row)),
            html=str(to_html(body, people=())),
            at=at,
            votes=whole(row, "Score"),
            accepted_at=at if accepted else None,
            accepted_by_id=await self._asker(thread_id) if accepted else None,
            edited_at=moment(row, "LastEditDate"),
        )
        await self._place(POST, id_, new)

    async def _comment(self, id_: str, row: Row, post_id: int) -> None:
        author = await self._people.author(row.get("UserId", ""), line(row, "UserDisplayName", 80))
        if self._report.dry_run:
            await self._known.keep(COMMENTS, id_, 0, dry_run=True)
            return
        about = (await rows("SELECT thread_id, number FROM posts WHERE id = ?", post_id))[0]
        body = clean_text(row["Text"], multiline=True)[:LONGEST]
        new = NewRow(
            thread_id=about["thread_id"],
            author_id=author,
            body=body,
            html=str(to_html(body, people=())),
            at=moment(row, "CreationDate") or EPOCH,
            parent=about["number"],
            votes=whole(row, "Score"),
        )
        await self._place(COMMENTS, id_, new)

    async def _place(self, kind: str, id_: str, new: NewRow) -> None:
        async with transaction():
            made = await place_post(new)
            await Post.filter(id=made.id).update(votes_brought=new.votes)
            await self._known.keep(kind, id_, made.id)
            data = {"thread_id": new.thread_id, "number": made.number}
            await record("post.added", actor_id=new.author_id, subject_id=made.id, data=data, quiet=True)


def _body(row: Row) -> str:
    text = clean_text(to_markdown(row.get("Body", "")), multiline=True)
    if len(text) > LONGEST:
        raise ValueError(f"its text has {len(text)} characters, more than this site keeps")
    return text or "(no text)"


def _named(kind: str) -> str:
    return {"4": "a tag's short description", "5": "a tag's description"}.get(kind, f"of type {kind or 'none'}")
