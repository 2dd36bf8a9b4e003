"""What the tests of practices share: two editors, a thread with answers, and the way to a published practice."""

from dataclasses import dataclass

import pytest

from forum.models import CaseStudy, Metric, Post, Thread
from forum.queries.passages import passages
from kb.actions.decide import Decision, decide
from kb.actions.insert import Insertion, Span
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from members.models import Member, Organisation
from members.viewer import Viewer
from tests import builders as make

READY = Changes(
    summary="Give every account one owner and one deputy, in one register.",
    steps="1. List every account.\n2. Name an owner and a deputy.\n3. Close what has neither.",
    privacy="No ward page may show patients.",
    evidence_why="Two hospitals told us the same; nobody has measured it.",
)


@dataclass(frozen=True)
class Scene:
    """Ruth and Tomasz are editors; Mara asked, Ana answered as #2 and Eva as #3."""

    ruth: Member
    tomasz: Member
    mara: Member
    ana: Member
    eva: Member
    editor: Viewer
    reviewer: Viewer
    hospital: Organisation
    thread: Thread
    answers: tuple[Post, Post]

    async def draft(self, title: str = "Governing sub-brand accounts") -> int:
        """Start a draft from the thread, by Ruth."""
        return await promote(self.editor, self.thread.id, NewArticle(title=title))

    async def ready(self) -> int:
        """Start a draft and write everything a reviewer needs."""
        id_ = await self.draft()
        await save(self.editor, id_, READY)
        return id_

    async def in_review(self) -> int:
        """Send such a draft to Tomasz."""
        id_ = await self.ready()
        await send(self.editor, id_, Asked(reviewer=self.tomasz.handle))
        return id_

    async def published(self) -> int:
        """Let Tomasz approve it."""
        id_ = await self.in_review()
        await decide(self.reviewer, id_, Decision(decision="approved"))
        return id_

    async def publish(self, id_: int) -> None:
        """Write what a draft lacks, and let Tomasz approve it."""
        await save(self.editor, id_, READY)
        await send(self.editor, id_, Asked(reviewer=self.tomasz.handle))
        await decide(self.reviewer, id_, Decision(decision="approved"))

    async def span(self, number: int, paragraph: int = 0) -> Span:
        """Return a paragraph of a post of the thread, to be inserted."""
        post = next(one for one in (await passages(self.editor, self.thread.id)).posts if one.number == number)
        found = post.paragraphs[paragraph]
        return Span(
            thread=self.thread.id, number=number, revision=post.revision, start=found.start, end=found.end
        )  # fmt: skip

    async def insertion(self, number: int, paragraph: int = 0, section: str = "steps") -> Insertion:
        """Return the insertion of one paragraph."""
        return Insertion.read({"section": section, "passages": [(await self.span(number, paragraph)).model_dump()]})


@pytest.fixture
async def scene(database: str) -> Scene:
    """Make two editors and a thread with two answers."""
    hospital = await make.organisation("St. Elisabeth Hospital")
    ruth, tomasz = await make.editor("Ruth Ames"), await make.editor("Tomasz Nowak")
    mara = await make.member("Mara Visser", at=hospital, role="org_admin")
    ana, eva = await make.member("Ana Ribeiro"), await make.member("Eva Lindqvist")
    thread = await make.thread("How did you govern sub-brand accounts?", author=mara, organisation=hospital)
    body = (
        "We made a register with **one named owner** for each account.\n\nClosed 11 of 23 pages; two people complained."
    )
    first = await make.post(thread, body, author=ana)
    second = await make.post(thread, "Register first, close later: # we did it the other way round.", author=eva)
    return Scene(
        ruth,
        tomasz,
        mara,
        ana,
        eva,
        await make.viewer(ruth),
        await make.viewer(tomasz),
        hospital,
        thread,
        (first, second),
    )


async def case_study(
    title: str, organisation: Organisation | None, direction: str = "worked", comparison: str = ""
) -> Thread:
    """Make a case study; with a comparison it has one metric."""
    made = await make.thread(title, kind="case_study", organisation=organisation)
    case = await CaseStudy.create(
        thread_id=made.id, summary="s", problem="p", what_we_did="w", direction=direction, lessons="l"
    )
    if comparison:
        await Metric.create(case_id=case.id, position=1, name="Answer time", result=8, comparison=comparison)
    return made
