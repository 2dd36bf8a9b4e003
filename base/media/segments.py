"""Pictures inside of documents: what is told beside their pixels is cut out, and the pixels stay as they are."""

import re
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_TOLD: Final = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
_JPEG: Final = b"\xff\xd8\xff"
_SCAN, _END, _APP0, _ADOBE, _COMMENT = 0xDA, 0xD9, 0xE0, 0xEE, 0xFE
_ADDED: Final = range(0xE0, 0xF0)
# Within the pixels a 255 is followed by nought, or by one of eight marks that have no length.
_NEXT: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def without_told(data: bytes) -> bytes:
    """Return a JPEG or PNG picture without its metadata; anything else, and what cannot be read, as it is."""
    if data.startswith(_JPEG):
        return _without_segments(data)
    if data.startswith(_PNG):
        return _without_chunks(data)
    return data


def _without_segments(data: bytes) -> bytes:
    kept, at = bytearray(data[:2]), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _END:
            # Cameras hang a second picture behind the first, with all its metadata.
            return bytes(kept) + data[at : at + 2]
        upto = at + int.from_bytes(data[at + 2 : at + 4], "big") + 2
        if marker == _SCAN:
            upto = _end_of_scan(data, upto)
        if not _tells(marker, data[at + 4 : upto]):
            kept += data[at:upto]
        at = upto
    return bytes(kept) + data[at:]


def _tells(marker: int, content: bytes) -> bool:
    """Say whether a segment tells something: of those that programs add, all but what the pixels are read with."""
    if marker == _COMMENT:
        return True
    return marker in _ADDED and marker not in (_APP0, _ADOBE) and not content.startswith(b"ICC_PROFILE\0")


def _end_of_scan(data: bytes, at: int) -> int:
    found = _NEXT.search(data, at)
    return found.start() if found else len(data)


def _without_chunks(data: bytes) -> bytes:
    kept, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name not in _PNG_TOLD:
            kept += data[at:end]
        at = end
        if name == b"IEND":
            break
    return bytes(kept)
