"""PDF: written anew without who made it, without scripts, without files inside, without what starts by itself."""

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from base.media.clean import Clean, NotTaken
from base.media.segments import without_told

# A damaged file would write a line to the log of this site for each of its mistakes, and has room for a million.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_MOST_OBJECTS: Final = 100_000
_MOST_PAGES: Final = 2_000
_SCRIPTS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA"})
_ATTACHED: Final = frozenset({"/EmbeddedFiles", "/EF", "/AF", "/Collection", "/RichMediaContent"})
_TOLD: Final = frozenset({"/Metadata", "/PieceInfo", "/LastModified", "/Thumb"})
# What an action may do: lead to a place in this document or to a web page.
_HARMLESS: Final = frozenset({"/GoTo", "/URI", "/Named", "/Thread", "/SetOCGState", "/Hide"})
_HARMFUL: Final = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute",
    "/Sound", "/Movie", "/GoTo3DView",
})  # fmt: skip
_ATTACHING: Final = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_WEB: Final = re.compile(r"(?:https?|mailto|tel):|[^:]*(?:[/?#]|$)", re.IGNORECASE)


def clean_pdf(data: bytes) -> Clean:
    """Return the document with its pages alone."""
    try:
        return _clean(data)
    except NotTaken:
        raise
    except (PyPdfError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError):
        raise NotTaken("This PDF could not be read: it is damaged, or not whole.") from None
    except (RecursionError, MemoryError):
        raise NotTaken("This PDF is too complicated to be looked through.") from None


def _clean(data: bytes) -> Clean:
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise NotTaken("This PDF is protected by a password. Please save it without one.")
    if len(reader.pages) > _MOST_PAGES or len(reader.xref) > _MOST_OBJECTS:
        raise NotTaken("This PDF is too long.")
    if not reader.pages:
        raise NotTaken("This PDF has no pages.")
    told = set(reader.metadata or {}) - {"/Producer", "/CreationDate", "/ModDate"}
    writer = PdfWriter(clone_from=reader)
    if len(writer._objects) > _MOST_OBJECTS:
        raise NotTaken("This PDF is too complicated to be looked through.")
    writer.metadata = None
    stripped = {"author"} if "/Author" in told or "/Creator" in told else {"description"} if told else set()
    for one in _everything(writer):
        stripped |= _tidied(one)
    _forget_unreachable(writer)
    out = BytesIO()
    writer.write(out)
    return Clean(
        data=out.getvalue(),
        kind="pdf",
        media_type="application/pdf",
        ending="pdf",
        stripped=tuple(sorted(stripped)),
    )


def _everything(writer: PdfWriter) -> Iterator[DictionaryObject]:
    """Walk through every dictionary of the document, those inside of others too, each once."""
    waiting: list[Any] = [one for one in writer._objects if one is not None]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject) or id(one) in seen:
            continue  # what it points at is in the list by itself
        seen.add(id(one))
        if isinstance(one, DictionaryObject):
            yield one
        waiting += _inside(one)
        if len(seen) > 20 * _MOST_OBJECTS:
            raise NotTaken("This PDF is too complicated to be looked through.")


def _inside(one: object) -> list[Any]:
    """Return what stands in a dictionary or an array as it stands there, without following where it points."""
    if isinstance(one, DictionaryObject):
        return list(dict.values(one))
    return list(list.__iter__(one)) if isinstance(one, ArrayObject) else []


def _forget_unreachable(writer: PdfWriter) -> None:
    """Leave out what nothing leads to any longer: what was taken out, and what older versions of the file held."""
    reached: set[int] = set()
    waiting: list[Any] = [writer.root_object.indirect_reference]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in reached or not 0 < one.idnum <= len(writer._objects):
                continue
            reached.add(one.idnum)
            waiting.append(writer._objects[one.idnum - 1])
        else:
            waiting += _inside(one)
    for place in range(len(writer._objects)):
        if place + 1 not in reached:
            writer._objects[place] = None


def _tidied(one: DictionaryObject) -> set[str]:
    """Take out of a dictionary what runs, what is attached, and what tells of its making."""
    found: set[str] = set()
    for names, code in ((_SCRIPTS, "scripts"), (_ATTACHED, "attachments"), (_TOLD, "description")):
        for name in names & set(dict.keys(one)):
            del one[name]
            found |= {code}
    if _starts_something(one):
        one.clear()
        return found | {"scripts"}
    if _meant(one, "/Subtype") in _ATTACHING:
        one.clear()
        return found | {"attachments"}
    if dict.get(one, "/T") is not None and _meant(one, "/Subtype") not in (None, "/Widget"):
        del one["/T"]  # who wrote a comment
        found |= {"author"}
    _tidy_picture(one)
    return found


def _meant(one: DictionaryObject, name: str) -> object:
    """Return what stands under a name, also where it only points there."""
    value = dict.get(one, name)
    return value.get_object() if isinstance(value, IndirectObject) else value


def _starts_something(one: DictionaryObject) -> bool:
    """Say whether it is an action that does more than leading to a place in this document or on the web."""
    action = _meant(one, "/S")
    if action == "/URI" and not _WEB.match(str(_meant(one, "/URI") or "").strip()):
        return True
    return action in _HARMFUL or (_meant(one, "/Type") == "/Action" and action not in _HARMLESS)


def _tidy_picture(one: DictionaryObject) -> None:
    """Take out of a photograph where it was taken, and with what."""
    if isinstance(one, StreamObject) and _meant(one, "/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        one._data = without_told(one._data)
