"""Holes in a page that many are shown: what is somebody's own is put in for each of them, and is kept nowhere.

A page is drawn for nobody in particular, with marks where something belongs to who asks: their name, a key of a form.
It is cut at the marks, and each piece is packed by itself, so that an answer is put together without packing anew.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from struct import Struct
from typing import Any, Final

from markupsafe import Markup, escape

from base.web.checksum import LONG, TABLES, followed_by

_OPEN, _CLOSE = "\ue000", "\ue001"
# Nobody can write a mark into a post: a process has its own.
_OURS: Final = f"{_OPEN}{token_hex(8)}."
_MARK: Final = _OURS.encode()
_END: Final = _CLOSE.encode()
_GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_LAST: Final = b"\x03\x00"
"""An empty last block."""
_LEVEL: Final = 6
_MOST_STORED: Final = 65_535
_END_OF: Final = Struct("<II")
_NOTHING: Final[Mapping[str, str]] = {}

FILLERS: Final[dict[str, Callable[[Any], str]]] = {}
"""What is put into a hole for a viewer, by the hole's name; escaped unless it is Markup."""


def hole(name: str) -> str:
    """Return the mark of a hole, which escaping leaves as it is; its filler must be in FILLERS."""
    return f"{_OURS}{name}{_CLOSE}"


@dataclass(frozen=True, slots=True)
class Holed:
    """A page in pieces, plain and packed (raw deflate), with the names of the holes between them."""

    plain: tuple[bytes, ...]
    packed: tuple[bytes, ...]
    names: tuple[str, ...]
    checksums: tuple[Callable[[int], int], ...]
    length: int

    @property
    def size(self) -> int:
        """Return about how much memory it takes, in bytes."""
        tables = sum(TABLES for piece in self.plain if len(piece) >= LONG)
        return sum(map(len, self.plain)) + sum(map(len, self.packed)) + 200 * len(self.plain) + tables

    def filled(self, viewer: object, more: Mapping[str, str] = _NOTHING) -> list[bytes]:
        """Return what belongs into the holes for this viewer, in their order; `more` is for those without a filler."""
        made: dict[str, bytes] = {}
        for name in self.names:
            if name not in made:
                made[name] = _bytes(more[name] if name in more else FILLERS[name](viewer))
        return [made[name] for name in self.names]

    def text(self, fillings: list[bytes]) -> bytes:
        """Return the whole page."""
        parts = [b""] * (len(self.plain) + len(fillings))
        parts[::2], parts[1::2] = self.plain, fillings
        return b"".join(parts)

    def gzip(self, fillings: list[bytes]) -> bytes:
        """Return the whole page, packed: the holes' fillings lie between the packed pieces as they are."""
        parts, checksum, length = [_GZIP_HEAD], 0, self.length
        for packed, followed, filling in zip(self.packed, self.checksums, fillings, strict=False):
            checksum = followed(checksum)
            parts.append(packed)
            if filling:  # a deflate block that holds it as it is
                parts += (_stored_head(len(filling)), filling)
                checksum = zlib.crc32(filling, checksum)
                length += len(filling)
        checksum = self.checksums[-1](checksum)
        parts += (self.packed[-1], _GZIP_LAST, _END_OF.pack(checksum, length & 0xFFFFFFFF))
        return b"".join(parts)


def _bytes(value: str) -> bytes:
    if not value:  # most marks of news
        return b""
    return (value if type(value) is Markup else str(escape(value))).encode()


@lru_cache(maxsize=512)
def _stored_head(length: int) -> bytes:
    if length > _MOST_STORED:
        raise ValueError("too long for a hole")
    return b"\x00" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")


def cut(page: bytes) -> Holed:
    """Cut a page at its marks."""
    first, *rest = page.split(_MARK)
    plain, names = [first], []
    for piece in rest:
        name, _, after = piece.partition(_END)
        names.append(name.decode())
        plain.append(after)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush ends a piece at a whole byte, and nothing later refers to anything before it.
    packed = tuple(packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH) for piece in plain)
    checksums = tuple(followed_by(piece) for piece in plain)
    return Holed(tuple(plain), packed, tuple(names), checksums, sum(map(len, plain)))
