"""Office documents: taken apart and put together anew, without who made them, and never with macros."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final

from base.media.clean import MEGABYTE, Clean, NotTaken
from base.media.office_parts import Parts, cleaned_parts

MOST_PARTS: Final = 3_000
MOST_BYTES: Final = 120 * MEGABYTE
MOST_RATIO: Final = 150
_SMALL: Final = 2 * MEGABYTE
_DEEPEST: Final = 2

_OPEN: Final = "application/vnd.openxmlformats-officedocument."
_MAIN: Final = {
    "word/document.xml": (f"{_OPEN}wordprocessingml.document", "docx"),
    "xl/workbook.xml": (f"{_OPEN}spreadsheetml.sheet", "xlsx"),
    "ppt/presentation.xml": (f"{_OPEN}presentationml.presentation", "pptx"),
}
_ODF: Final = "application/vnd.oasis.opendocument."
_ODF_KINDS: Final = {f"{_ODF}text": "odt", f"{_ODF}spreadsheet": "ods", f"{_ODF}presentation": "odp"}
_MACROS: Final = re.compile(
    r"vbaproject|vbadata|macrosheets/|dialogsheets/|activex/|oleobject\d*\.bin|^basic/|^scripts/|\.exe$|\.dll$|\.js$",
    re.IGNORECASE,
)
_EMBEDDED: Final = re.compile(r"embeddings/[^/]+\.(?:docx|xlsx|pptx)$", re.IGNORECASE)


def clean_office(data: bytes, depth: int = 0) -> Clean:
    """Return the document with its content alone."""
    try:
        parts = _opened(data)
        media_type, ending = _kind_of(parts)
        _refuse_macros(parts)
        cleaned, stripped = cleaned_parts(parts, odf=ending.startswith("od"))
        for name in [name for name in cleaned if _EMBEDDED.search(name)]:
            if depth >= _DEEPEST:
                raise NotTaken("This document holds documents inside of documents. Please send them one by one.")
            cleaned[name] = clean_office(cleaned[name], depth + 1).data
    except NotTaken:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, EOFError, NotImplementedError, RuntimeError):
        raise NotTaken("This document could not be read: it is damaged, or not whole.") from None
    return Clean(
        data=_written(cleaned), kind="office", media_type=media_type, ending=ending, stripped=tuple(sorted(stripped))
    )


def _opened(data: bytes) -> Parts:
    """Read the parts, after what they would unpack to was counted."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        whole = sum(one.file_size for one in entries)
        if len(entries) > MOST_PARTS or whole > MOST_BYTES or (whole > _SMALL and whole > MOST_RATIO * len(data)):
            raise NotTaken("This document would unpack to far more than it seems. It is not taken.")
        if any(one.flag_bits & 0x1 for one in entries):
            raise NotTaken("This document is protected by a password. Please save it without one.")
        names = [one.filename for one in entries]
        if len(set(names)) != len(names) or any(_leaves(name) for name in names):
            raise NotTaken("This document is not put together as one should be. It is not taken.")
        # Reading stops at the size that was announced and counted above.
        return {one.filename: archive.read(one) for one in entries}


def _leaves(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or ".." in name.split("/") or ":" in name or "\0" in name


def _kind_of(parts: Mapping[str, bytes]) -> tuple[str, str]:
    if "[Content_Types].xml" in parts:
        for name, kind in _MAIN.items():
            if name in parts:
                return kind
    kind_of_odf = parts.get("mimetype", b"").decode("ascii", "replace").strip()
    if kind_of_odf in _ODF_KINDS and "content.xml" in parts:
        return kind_of_odf, _ODF_KINDS[kind_of_odf]
    raise NotTaken(
        "This is a packed folder (zip), or a kind of document that is not taken. "
        "Please send the files one by one: Word, Excel, PowerPoint, OpenDocument or PDF."
    )


def _refuse_macros(parts: Mapping[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"").lower()
    if any(_MACROS.search(name) for name in parts) or b"macroenabled" in types or b"vbaproject" in types:
        raise NotTaken("This document holds macros or programs. Please save it without them, such as .docx or .xlsx.")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise NotTaken("This document is protected by a password. Please save it without one.")


def _written(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # OpenDocument asks for its kind first, and unpacked.
        for name in sorted(parts, key=lambda name: (name != "mimetype", name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()
