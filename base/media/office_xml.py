"""XML inside of office documents, read as a program reads it: what loads or runs on opening, and what leads outside."""

import re
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from base.media.clean import NotTaken

_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_KEPT: Final = ("Id", "Type", "Target", "TargetMode")
# Within its own package a document names parts by their path alone.
_OUTSIDE: Final = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|/|\\|\.\.[/\\])")
_OF_THIS_MACHINE: Final = re.compile(r"\s*(?:file:|\\|//|[A-Za-z]:[\\/])", re.IGNORECASE)
_RUNS: Final = frozenset({"ddeLink", "dde-source", "dde-connection-decl"})

_NOT_SOUND: Final = "This document is not put together as one should be. It is not taken."
_DAMAGED: Final = "This document could not be read: it is damaged, or not whole."
_STARTS: Final = "This document runs or loads something when it is opened. Please save it without macros."
_ELSEWHERE: Final = (
    "This document loads something from elsewhere when it is opened: a picture, data or a part of it. "
    "Please put it into the document, or break the link, and save it again."
)


def check_xml(data: bytes, *, odf: bool, well_formed: bool = True) -> None:
    """Refuse what is no XML, what declares anything (a declaration can grow or reach out), and what runs or loads."""
    # Without its marks at the beginning a parser still takes two bytes a letter for text, and a search does not.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
        raise NotTaken(_NOT_SOUND)
    try:
        data.decode()
        if well_formed:
            _Reader(odf=odf).read(data)
    except (UnicodeDecodeError, expat.ExpatError):
        raise NotTaken(_DAMAGED) from None


class _Reader:
    """Looks at every tag, with its names and values as they are meant, however they are written."""

    def __init__(self, *, odf: bool) -> None:
        self.odf = odf
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._opened
        self.parser.EndElementHandler = self._closed
        self.parser.StartDoctypeDeclHandler = _refuse_declaration
        self.field: list[str] = []

    def read(self, data: bytes) -> None:
        self.parser.Parse(data, True)
        self._check_field()

    def _opened(self, name: str, given: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if local in _RUNS:
            raise NotTaken(_STARTS)
        if local == "event-listener" and (prefix != "presentation" or any("script" in v for v in given.values())):
            raise NotTaken(_STARTS)
        if self.odf and local != "a" and not local.startswith("area-"):  # what somebody has to click on
            if any(key.rpartition(":")[2] == "href" and _OUTSIDE.match(value) for key, value in given.items()):
                raise NotTaken(_ELSEWHERE)
        elif local == "fldSimple":
            self.field = [value for key, value in given.items() if key.endswith("instr")]
            self._check_field()
        elif local == "fldChar":
            self._check_field()
        elif local == "instrText":
            self.parser.CharacterDataHandler = self.field.append

    def _closed(self, name: str) -> None:
        if name.endswith("instrText"):
            self.parser.CharacterDataHandler = None

    def _check_field(self) -> None:
        # What a field does may be spread over many pieces of text.
        if "".join(self.field).strip().upper().startswith("DDE"):
            raise NotTaken(_STARTS)
        self.field = []


def _refuse_declaration(*_given: Any) -> None:
    raise NotTaken(_NOT_SOUND)


def cleaned_relations(data: bytes) -> tuple[bytes, set[str]]:
    """Return the relations of a part, written anew, and codes for what was left out of them.

    Links that somebody has to follow stay; a template of its maker is forgotten, anything else outside refused.
    """
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: (
        found.append(given) if name.rpartition(":")[2] == "Relationship" else None
    )
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise NotTaken(_DAMAGED) from None
    stripped: set[str] = set()
    lines = [
        "<Relationship " + " ".join(f"{key}={quoteattr(one[key])}" for key in _KEPT if key in one) + "/>"
        for one in found
        if _stays(one, stripped)
    ]
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'.encode(), stripped


def _stays(one: dict[str, str], stripped: set[str]) -> bool:
    kind = one.get("Type", "").rstrip("/").rpartition("/")[2]
    if one.get("Type", "").endswith("metadata/thumbnail"):
        return False
    if one.get("TargetMode", "").strip().lower() != "external":
        return True
    if kind == "hyperlink":
        if _OF_THIS_MACHINE.match(one.get("Target", "")):
            one["Target"] = "#"
        return True
    if kind == "attachedTemplate":
        stripped.add("links")
        return False
    raise NotTaken(_ELSEWHERE)
