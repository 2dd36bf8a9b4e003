"""Pictures inside of documents: what is told beside their pixels is cut out, and the pixels stay as they are."""

from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_TOLD: Final = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
_JPEG: Final = b"\xff\xd8\xff"
_SCAN, _APP1, _APP13, _COMMENT = 0xDA, 0xE1, 0xED, 0xFE


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
        if marker == _SCAN:
            break
        length = int.from_bytes(data[at + 2 : at + 4], "big") + 2
        if marker not in (_APP1, _APP13, _COMMENT):
            kept += data[at : at + length]
        at += length
    return bytes(kept) + data[at:]


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
