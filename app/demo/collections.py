"""The demonstration's collections."""

from typing import Any

from app.demo.content import content
from app.demo.ledger import Ledger
from base.errors import Missing
from kb.actions.collect import CollectionForm, keep_collection
from kb.actions.fill import Addition, put_in
from members.queries.viewer import viewer_of_member


async def make_collections(ledger: Ledger) -> None:
    """Make collections of practices, threads and pages elsewhere."""
    for given in content("collections")["collections"]:
        owner = await viewer_of_member(ledger.id("people", given["owner"]))
        if owner is None:
            raise Missing
        form = CollectionForm(title=given["title"], about=given["about"], state="published")
        id_ = await ledger.keep("collections", given["key"], await keep_collection(owner, form))
        for item in given["items"]:
            address = _address(ledger, item)
            page_title = item.get("title", "")
            await put_in(owner, id_, Addition(address=address, page_title=page_title, note=item["note"]))


def _address(ledger: Ledger, item: dict[str, Any]) -> str:
    if "article" in item:
        return f"/kb/{ledger.id('articles', item['article'])}"
    return f"/t/{ledger.id('threads', item['thread'])}" if "thread" in item else str(item["url"])
