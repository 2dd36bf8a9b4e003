"""Atom feeds, written by a writer that escapes; any text gives a well-formed document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from starlette.responses import Response

from base import settings

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
# What XML 1.0 cannot hold, not even as a reference.
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One thing in a feed; `url` is its path on this site, `id` one that stays when its title changes."""

    id: str
    url: str
    title: str
    updated: datetime
    published: datetime
    author: str
    summary: str = ""
    categories: Sequence[str] = ()


def feed(*, title: str, url: str, page_url: str, entries: Sequence[FeedEntry]) -> Response:
    """Answer a feed; `url` and `page_url` are the paths of the feed and of the page it follows."""
    site = settings.get()
    out = StringIO()
    xml = XMLGenerator(out, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, "feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _text(xml, "id", site.address + url)
    _text(xml, "title", f"{title} · {site.site_name}")
    _text(xml, "updated", _stamp(max((entry.updated for entry in entries), default=_NEVER)))
    _link(xml, "self", site.address + url)
    _link(xml, "alternate", site.address + page_url)
    for entry in entries:
        _entry(xml, entry, site.address)
    xml.endElement("feed")
    xml.endDocument()
    return Response(out.getvalue().encode(), headers={"Content-Type": MEDIA_TYPE})


def _entry(xml: XMLGenerator, entry: FeedEntry, address: str) -> None:
    _open(xml, "entry")
    _text(xml, "id", address + entry.id)
    _text(xml, "title", entry.title)
    _text(xml, "updated", _stamp(entry.updated))
    _text(xml, "published", _stamp(entry.published))
    _open(xml, "author")
    _text(xml, "name", entry.author)
    xml.endElement("author")
    _link(xml, "alternate", address + entry.url)
    for name in entry.categories:
        _open(xml, "category", {"term": _clean(name)})
        xml.endElement("category")
    if entry.summary:
        _text(xml, "summary", entry.summary)
    xml.endElement("entry")


def _text(xml: XMLGenerator, name: str, text: str) -> None:
    _open(xml, name)
    xml.characters(_clean(text))
    xml.endElement(name)


def _link(xml: XMLGenerator, kind: str, address: str) -> None:
    _open(xml, "link", {"rel": kind, "href": _clean(address)})
    xml.endElement("link")


def _open(xml: XMLGenerator, name: str, attributes: dict[str, str] | None = None) -> None:
    xml.startElement(name, AttributesImpl(attributes or {}))


def _clean(text: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
