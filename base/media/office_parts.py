"""The parts of an office document: who made it, who commented it and where it lay is taken out of them."""

import re
from typing import Final
from xml.parsers import expat

from base.media.clean import NotTaken
from base.media.segments import without_told

Parts = dict[str, bytes]
Change = tuple[re.Pattern[bytes], bytes, str]

_XML: Final = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PROPERTIES: Final = {
    "docProps/core.xml": _HEAD
    + b"<cp:coreProperties "
    + b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": _HEAD
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": _HEAD
    + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": _HEAD
    + b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2">'
    + b"<office:meta/></office:document-meta>",
}
_PICTURE_OF_IT: Final = ("docProps/thumbnail.jpeg", "docProps/thumbnail.wmf", "Thumbnails/thumbnail.png")


def _change(pattern: bytes, new: bytes, code: str) -> Change:
    return re.compile(pattern, re.DOTALL), new, code


# Names stand in so many places that they are changed wherever they stand; the words stay.
_EVERYWHERE: Final[tuple[Change, ...]] = (
    _change(rb'(\sw(?:15)?:author=")[^"]*"', rb'\1Author"', "author"),
    _change(rb'(\sw:initials=")[^"]*"', rb'\1A"', "author"),
    _change(rb"<x15ac:absPath\b[^>]*/>", b"", "description"),
    _change(rb'(<fileSharing\b[^>]*\suserName=")[^"]*"', rb'\1"', "author"),
    _change(rb"(<dc:creator>)[^<]*(</dc:creator>)", rb"\1\2", "author"),
    _change(rb"(<meta:creator-initials>)[^<]*(</meta:creator-initials>)", rb"\1\2", "author"),
    _change(rb"<w:attachedTemplate\b[^>]*/>", b"", "links"),
)
_PEOPLE: Final = re.compile(r"^(?:word/people|ppt/commentAuthors|ppt/authors|xl/persons/[^/]+)\.xml$")
_NAMES: Final = re.compile(rb'(\s(?:name|displayName|initials|userId|providerId|author|w15:userId|w15:author)=")[^"]*"')
_AUTHORS: Final = re.compile(rb"<author>.*?</author>|<author/>", re.DOTALL)
_RELATION: Final = re.compile(rb"<Relationship\b[^>]*>")
_THUMBNAIL: Final = re.compile(
    rb'<Relationship\b[^>]*metadata/thumbnail"[^>]*/>|<manifest:file-entry\b[^>]*Thumbnails/[^>]*/>'
)
# Old OpenDocument files name the rules of their table of contents; nothing is declared there.
_DECLARED: Final = re.compile(rb"<!DOCTYPE[^\[<>]*>")
_EVENT: Final = re.compile(rb"<script:event-listener|<presentation:event-listener[^>]*script|DDEAUTO|\bddeService=")


def cleaned_parts(parts: Parts, *, odf: bool) -> tuple[Parts, set[str]]:
    """Return the parts without what tells of people and places, and codes for what was taken out."""
    stripped: set[str] = set()
    cleaned: Parts = {}
    for name, data in parts.items():
        if name in _PICTURE_OF_IT:
            continue
        if name in _PROPERTIES:
            cleaned[name] = _PROPERTIES[name]
            if b"reator>" in data or b"lastModifiedBy>" in data or b"Company>" in data:
                stripped.add("author")
        elif _XML.search(name) or name == "[Content_Types].xml":
            cleaned[name] = _cleaned_xml(name, data, stripped)
        else:
            cleaned[name] = without_told(data)
            if cleaned[name] != data:
                stripped.add("description")
    if odf:
        cleaned.pop("Configurations2/", None)
    return cleaned, stripped


def _cleaned_xml(name: str, data: bytes, stripped: set[str]) -> bytes:
    data = _DECLARED.sub(b"", data, count=1)
    _check(data, well_formed=not name.endswith(".vml"))
    if _EVENT.search(data):
        raise NotTaken("This document runs or loads something when it is opened. Please save it without macros.")
    if name.endswith(".rels"):
        data = _cleaned_relations(data, stripped)
    data = _THUMBNAIL.sub(b"", data)
    if name.startswith("xl/comments"):
        data = _AUTHORS.sub(b"<author>Author</author>", data)
        stripped.add("author")
    if _PEOPLE.match(name):
        data = _NAMES.sub(rb'\1"', data) if name.startswith("word/") else _NAMES.sub(rb'\1Author"', data)
        stripped.add("author")
    for pattern, new, code in _EVERYWHERE:
        data, times = pattern.subn(new, data)
        if times:
            stripped.add(code)
    return data


def _check(data: bytes, *, well_formed: bool) -> None:
    """Refuse what is no XML, and what declares anything: a declaration can grow or reach out."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NotTaken("This document is not put together as one should be. It is not taken.")
    try:
        data.decode()
        if well_formed:
            expat.ParserCreate().Parse(data, True)
    except (UnicodeDecodeError, expat.ExpatError):
        raise NotTaken("This document could not be read: it is damaged, or not whole.") from None


def _cleaned_relations(data: bytes, stripped: set[str]) -> bytes:
    """Keep links that somebody has to follow; a template of its maker is forgotten, anything else outside refused."""

    def judged(found: re.Match[bytes]) -> bytes:
        relation = found[0]
        if not re.search(rb'TargetMode\s*=\s*["\']External', relation):
            return relation
        if re.search(rb'/hyperlink["\']', relation):
            if re.search(rb'Target\s*=\s*["\'](?:file:|\\\\|[A-Za-z]:\\)', relation):
                return re.sub(rb'(Target\s*=\s*["\'])[^"\']*', rb"\1#", relation)
            return relation
        if b"/attachedTemplate" in relation:
            stripped.add("links")
            return b""
        raise NotTaken(
            "This document loads something from elsewhere when it is opened: a picture, data or a part of it. "
            "Please put it into the document, or break the link, and save it again."
        )

    return _RELATION.sub(judged, data)
