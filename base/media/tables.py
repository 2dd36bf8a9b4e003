"""Tables and plain text: written anew as UTF-8; what a browser could take for a page is not taken."""

import re
from typing import Final

from base.media.clean import Clean, NotTaken

_PAGE: Final = re.compile(
    r"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)\b|^\s*%!PS|^\s*\{\\rtf",
    re.IGNORECASE,
)
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# Marks that turn the direction of what follows hide what a file says.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LOOKED_AT: Final = 20


def clean_text_file(data: bytes) -> Clean:
    """Return the text; a table when its lines are parted alike."""
    text = _decoded(data)
    if text is None or _UNREADABLE.search(text):
        raise NotTaken(
            "This kind of file is not taken. What is: pictures (PNG, JPEG, GIF, WebP), PDF, Word, Excel, PowerPoint, "
            "OpenDocument, CSV and plain text."
        )
    if _PAGE.search(text):
        raise NotTaken("Web pages, drawings (SVG) and programs are not taken. Please send a picture or a PDF of it.")
    is_table = _parted(text)
    mark = "\ufeff" if is_table else ""  # Excel takes a table without it for another alphabet
    return Clean(
        data=(mark + _TURNING.sub("", text)).encode(),
        kind="table",
        media_type="text/csv" if is_table else "text/plain",
        ending="csv" if is_table else "txt",
    )


def _decoded(data: bytes) -> str | None:
    codings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for coding in codings:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    return None


def _parted(text: str) -> bool:
    lines = [line for line in text.splitlines()[: _LOOKED_AT * 2] if line.strip()][:_LOOKED_AT]
    if len(lines) < 2:
        return False
    for sign in (";", "\t", ","):
        counts = [_outside_quotes(line).count(sign) for line in lines]
        if counts[0] and sum(count == counts[0] for count in counts) >= 0.9 * len(counts):
            return True
    return False


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)
