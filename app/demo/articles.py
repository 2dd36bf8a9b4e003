"""The demonstration's practices: promoted, written, reviewed and published by its people, then dated back."""

from datetime import timedelta
from typing import Any, Final

from app.demo.content import content
from app.demo.ledger import Ledger
from base.db import execute, rows
from base.errors import Missing
from base.text.plain import to_plain
from kb.actions.attach import Attached, attach
from kb.actions.decide import Decision, decide
from kb.actions.insert import Insertion, Span, insert
from kb.actions.promote import NewArticle, promote
from kb.actions.send import Asked, send
from kb.actions.write import Changes, save
from kb.models import Adoption, AdoptionChange, ArticleReads, Nomination
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer

_READ_DAYS: Final = 12


async def make_articles(ledger: Ledger) -> None:
    """Make practices with their sources and reviews, nominations and adoptions."""
    for given in content("articles")["articles"]:
        author = await _viewer(ledger, given["author"])
        readers = [await _viewer(ledger, given[name]) for name in ("reviewer", "second") if name in given]
        id_ = await _draft(ledger, author, given)
        await ledger.keep("articles", given["key"], id_)
        handles = dict(zip(("reviewer", "second"), (reader.handle for reader in readers), strict=False))
        await send(author, id_, Asked.model_validate(handles))
        for reader in readers if given.get("state") != "in_review" else ():
            await decide(reader, id_, Decision(decision="approved", note="Checked against the sources."))
        await _date_back(ledger, id_, given)
        await _read(ledger, id_, given.get("reads", 0))
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
        span = await _whole(ledger.id("threads", key), number)
        await insert(author, id_, Insertion(section=section, passages=[span]))
    names = ("title", "summary", "recommendation", "strength", "evidence", "evidence_why")
    words = {name: given[name] for name in names} | {name: text.strip() for name, text in given["sections"].items()}
    await save(author, id_, Changes.read(words))
    return id_


async def _whole(thread_id: int, number: int) -> Span:
    """Return the first paragraph of a post as a passage."""
    post = (await rows("SELECT body, revision FROM posts WHERE thread_id = ? AND number = ?", thread_id, number))[0]
    end = len(to_plain(post["body"]).partition("\n")[0])
    return Span(thread=thread_id, number=number, revision=post["revision"], start=0, end=end)


async def _date_back(ledger: Ledger, article_id: int, given: dict[str, Any]) -> None:
    """Put the dates where the story needs them; everything else is as the acts left it."""
    made = ledger.ago(given["days"])
    await execute("UPDATE articles SET created_at = ?, changed_at = ? WHERE id = ?", made, made, article_id)
    await execute(
        "UPDATE article_revisions SET created_at = ?, changed_at = ? WHERE article_id = ?", made, made, article_id
    )
    if "verified_days" not in given:
        return
    verified = ledger.ago(given["verified_days"])
    due = verified + timedelta(days=given["interval"])
    await execute(
        "UPDATE articles SET published_at = ?, verified_at = ?, due_at = ?, interval_days = ?, owner_id = ? "
        "WHERE id = ?",
        made, verified, due, given["interval"], ledger.id("people", given["owner"]), article_id,
    )  # fmt: skip
    await execute("UPDATE article_revisions SET published_at = ? WHERE article_id = ?", made, article_id)
    await execute("UPDATE verifications SET at = ?, next_due = ? WHERE article_id = ?", verified, due, article_id)


async def _read(ledger: Ledger, article_id: int, reads: int) -> None:
    """Spread reads over the last weeks."""
    each, rest = divmod(reads, _READ_DAYS)
    days = [(ledger.ago(1 + 3 * number).date(), each + (number < rest)) for number in range(_READ_DAYS)]
    await ArticleReads.bulk_create([ArticleReads(article_id=article_id, day=day, reads=n) for day, n in days if n])


async def _nominate_and_adopt(ledger: Ledger) -> None:
    for given in content("articles")["nominations"]:
        await Nomination.create(
            thread_id=ledger.id("threads", given["thread"]),
            member_id=ledger.id("people", given["member"]),
            why=given["why"],
            at=ledger.ago(8),
        )
    for given in content("articles")["adoptions"]:
        organisation = ledger.id("organisations", given["organisation"])
        member = await rows(
            "SELECT member_id FROM memberships WHERE organisation_id = ? ORDER BY id LIMIT 1", organisation
        )
        said = {
            "article_id": ledger.id("articles", given["article"]), "organisation_id": organisation,
            "state": given["state"], "note": given.get("note", ""), "result": given.get("result", ""),
            "by_id": member[0]["member_id"], "at": ledger.ago(20),
        }  # fmt: skip
        await Adoption.create(**said)
        await AdoptionChange.create(**said)
