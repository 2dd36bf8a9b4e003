"""The demonstration's practices: promoted, written, reviewed and published by its people, then dated back."""

from typing import Any

from kb.actions.insert import insert

from app.demo.content import content
from app.demo.ledger import Ledger
from base.errors import Missing
from kb.actions.attach import Attached, attach
from kb.actions.decide import Decision, decide
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer


async def make_articles(ledger: Ledger) -> None:
    """Make practices with their sources and reviews, nominations and adoptions."""
    for given in content("articles")["articles"]:
        author, reviewer = await _viewer(ledger, given["author"]), await _viewer(ledger, given["reviewer"])
        id_ = await _draft(ledger, author, given)
        await ledger.keep("articles", given["key"], id_)
        await send(
            author,
            id_,
            Asked(reviewer=reviewer.handle, due=ledger.ago(given["days"] - 5).date())
            if 0
            else Asked(reviewer=reviewer.handle),
        )
        if given.get("state") != "in_review":
            await decide(reviewer, id_, Decision(decision="approved", note="Checked against the sources."))
        await _date_back(ledger, id_, given)
    await _nominate_and_adopt(ledger)


async def _viewer(ledger: Ledger, handle: str) -> Viewer:
    viewer = await viewer_of_member(ledger.id("people", handle))
    if viewer is None:
        raise Missing
    return viewer


async def _draft(ledger: Ledger, author: Viewer, given: dict[str, Any]) -> int:
    threads = list(dict.fromkeys(ledger.id("threads", key) for key, _, _ in given["sources"]))
    id_ = await promote(author, threads[0], NewArticle(title=given["title"], kind=given["kind"]))
    for thread in threads[1:]:
        await attach(author, id_, Attached(thread=thread))
    for key, number, section in given["sources"]:
        await insert(author, id_, await _passage(ledger.id("threads", key), number, section))
    names = ("title", "summary", "recommendation", "strength", "evidence", "evidence_why")
    words = {name: given[name] for name in names} | {name: text.strip() for name, text in given["sections"].items()}
    await save(author, id_, Changes.read(words))
    return id_
