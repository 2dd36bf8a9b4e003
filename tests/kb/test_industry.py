"""Vendors review nothing, and what they adopt is shown and neither counted nor evidence."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import httpx2
import pytest

from base.errors import Refused
from kb.adoptions import Adoption, Uses, shown
from kb.models import Adoption as AdoptionRow
from kb.models import Suggestion
from kb.queries.ceiling import adopters_of
from kb.queries.people import possible_reviewers
from kb.rules import check_may_decide, check_may_send, check_may_verify
from tests import builders as make
from tests.kb import test_rules as table

pytestmark = pytest.mark.anyio
AT: Final = datetime.fromisoformat("2026-03-01T12:00:00+00:00")


async def test_nobody_of_the_industry_is_offered_as_a_reviewer(database: str) -> None:
    seller = await make.member("Vera", at=await make.organisation("Sell", kind="industry"))
    await make.grant(seller, "editor")
    nurse = await make.member("Nora", at=await make.organisation("House"))
    await make.grant(nurse, "editor")
    await make.editor("Alone")
    assert [one.name for one in await possible_reviewers(0)] == ["Alone", "Nora"]
    assert (await make.viewer(seller)).is_industry
    assert not (await make.viewer(nurse)).is_industry


def test_who_sells_something_reviews_and_confirms_nothing() -> None:
    editor, reviewer = table.WHO["editor"], table.WHO["reviewer"]
    seller = replace(reviewer, is_industry=True)
    check_may_send(editor, table.DRAFT, table._revision(), reviewer)
    with pytest.raises(Refused, match="do not review"):
        check_may_send(editor, table.DRAFT, table._revision(), seller)
    under_review = table._revision("in_review")
    check_may_decide(reviewer, table.DRAFT, under_review)
    with pytest.raises(Refused, match="do not decide"):
        check_may_decide(seller, table.DRAFT, under_review)
    with pytest.raises(Refused, match="do not confirm"):
        check_may_verify(replace(editor, is_industry=True), table.LIVE)


def one(name: str, state: str, *, is_vendor: bool = False) -> Adoption:
    return Adoption(
        organisation_id=len(name), organisation=name, slug=name, country="NL", state=state, is_vendor=is_vendor
    )


def test_vendors_are_listed_and_not_counted() -> None:
    known = [
        one("House", "adopted"),
        one("Vendor", "adopted", is_vendor=True),
        one("Seller", "stopped", is_vendor=True),
    ]
    listed, counts = shown(known, None)
    assert [use.organisation for use in listed] == ["House", "Vendor", "Seller"]
    assert counts == Uses(adopted=1, countries=1, stopped=0, unlisted=0)


async def test_what_vendors_adopt_is_no_evidence(client: httpx2.AsyncClient) -> None:
    article = await make.article("How to plan posts")
    house = await make.organisation("House")
    vendor = await make.organisation("Clearpost", kind="industry")
    for there in (house, vendor):
        await AdoptionRow.create(
            article=article, organisation=there, state="adopted", result="worked", since=None, name_visible=True,
            confirmed_at=AT, at=AT,
        )  # fmt: skip
    await make.act()
    assert [use.organisation_id for use in await adopters_of(article.id)] == [house.id]
    page = (await client.get(f"/kb/{article.id}/adoptions")).text
    assert "Clearpost</a>" in page
    assert "Industry</span>" in page


async def test_a_suggestion_of_a_vendor_says_so(client: httpx2.AsyncClient) -> None:
    article = await make.article("How to plan posts")
    vera = await make.member("Vera", at=await make.organisation("Clearpost", kind="industry"))
    given = {"article": article, "section": "summary", "before": "Old.", "text": "New.", "why": "Because.", "at": AT}
    await Suggestion.create(**given, author=vera, revision=1, state="open")
    await make.sign_in(client, await make.editor())
    assert "Vera (Industry: Clearpost)" in (await client.get(f"/kb/{article.id}/suggestions")).text
