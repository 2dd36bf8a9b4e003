"""Holes in a page that many are shown: what is somebody's own is put in for each of them, and is kept nowhere.

A page is drawn for nobody in particular, with marks where something belongs to who asks: their name, a key of a form.
It is cut at the marks, and each piece is packed by itself, so that an answer is put together without packing anew.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final

from markupsafe import escape

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

    @property
    def size(self) -> int:
        """Return about how much memory it takes, in bytes."""
        return sum(map(len, self.plain)) + sum(map(len, self.packed)) + 200 * len(self.plain)

    def filled(self, viewer: object) -> list[bytes]:
        """Return what belongs into the holes for this viewer, in their order."""
        made: Mapping[str, bytes] = {name: str(escape(FILLERS[name](viewer))).encode() for name in set(self.names)}
        return [made[name] for name in self.names]

    def text(self, fillings: list[bytes]) -> bytes:
        """Return the whole page."""
        parts = [b""] * (len(self.plain) + len(fillings))
        parts[::2], parts[1::2] = self.plain, fillings
        return b"".join(parts)

    def gzip(self, fillings: list[bytes]) -> bytes:
        """Return the whole page, packed: the holes' fillings lie between the packed pieces as they are."""
        text = self.text(fillings)
        parts = [_GZIP_HEAD]
        for packed, filling in zip(self.packed, fillings, strict=False):
            parts += (packed, _stored(filling))
        parts += (
            self.packed[-1], _GZIP_LAST,
            zlib.crc32(text).to_bytes(4, "little"), (len(text) & 0xFFFFFFFF).to_bytes(4, "little"),
        )  # fmt: skip
        return b"".join(parts)


def _stored(data: bytes) -> bytes:
    """Return a deflate block that holds the data as it is; none for nothing."""
    if not data:
        return b""
    if len(data) > _MOST_STORED:
        raise ValueError("too long for a hole")
    return b"\x00" + len(data).to_bytes(2, "little") + (len(data) ^ 0xFFFF).to_bytes(2, "little") + data


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
    return Holed(tuple(plain), packed, tuple(names))
