"""The parts of an office document: who made it, who commented it and where it lay is taken out of them."""

import re
from typing import Final

from base.media.office_xml import check_xml, cleaned_relations
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


_VALUE: Final = rb"""(?:"[^"<]*"|'[^'<]*')"""
# Names stand in so many places that they are changed wherever they stand; the words stay. No pattern looks beyond the
# next tag: one that did would take hours for a text of tags that never end.
_EVERYWHERE: Final[tuple[Change, ...]] = (
    _change(rb"(\sw(?:15)?:author=)" + _VALUE, rb'\1"Author"', "author"),
    _change(rb"(\sw:initials=)" + _VALUE, rb'\1"A"', "author"),
    _change(rb"<x15ac:absPath\b[^<>]*+(?<=/)>", b"", "description"),
    _change(rb"(<fileSharing\b[^<>]*\suserName=)" + _VALUE, rb'\1""', "author"),
    _change(rb"(<dc:creator>)[^<]*(</dc:creator>)", rb"\1\2", "author"),
    _change(rb"(<meta:creator-initials>)[^<]*(</meta:creator-initials>)", rb"\1\2", "author"),
    _change(rb"<w:attachedTemplate\b[^<>]*+(?<=/)>", b"", "links"),
)
_PEOPLE: Final = re.compile(r"^(?:word/people|ppt/commentAuthors|ppt/authors|xl/persons/[^/]+)\.xml$")
_NAMES: Final = re.compile(
    rb"(\s(?:name|displayName|initials|userId|providerId|author|w15:userId|w15:author)=)" + _VALUE
)
_AUTHORS: Final = re.compile(rb"<author>[^<]*+</author>|<author/>")
_ENTRY: Final = re.compile(rb"<manifest:file-entry\b[^<>]*+>")
# Old OpenDocument files name the rules of their table of contents; nothing is declared there.
_DECLARED: Final = re.compile(rb"<!DOCTYPE[^\[<>]*>")


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
            cleaned[name] = _cleaned_xml(name, data, stripped, odf=odf)
        else:
            cleaned[name] = without_told(data)
            if cleaned[name] != data:
                stripped.add("description")
    if odf:
        cleaned.pop("Configurations2/", None)
    return cleaned, stripped


def _cleaned_xml(name: str, data: bytes, stripped: set[str], *, odf: bool) -> bytes:
    data = _DECLARED.sub(b"", data, count=1)
    check_xml(data, odf=odf, well_formed=not name.endswith(".vml"))
    if name.endswith(".rels"):
        data, found = cleaned_relations(data)
        stripped |= found
        return data
    data = _ENTRY.sub(lambda entry: b"" if b"Thumbnails/" in entry[0] and entry[0].endswith(b"/>") else entry[0], data)
    if name.startswith("xl/comments"):
        data = _AUTHORS.sub(b"<author>Author</author>", data)
        stripped.add("author")
    if _PEOPLE.match(name):
        data = _NAMES.sub(rb'\1""' if name.startswith("word/") else rb'\1"Author"', data)
        stripped.add("author")
    for pattern, new, code in _EVERYWHERE:
        data, times = pattern.subn(new, data)
        if times:
            stripped.add(code)
    return data
