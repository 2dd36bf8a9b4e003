"""A tar that is written and read as one stream: plain files under known names, a checksum of everything at its end."""

import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from app.backup.sealing import Readable, Writable
from base.errors import Invalid

BLOCK: Final = 512
LAST: Final = "sha256"
PIECE: Final = 1 << 20
_END: Final = bytes(2 * BLOCK)
_NAME: Final = re.compile(
    r"about\.json|config\.toml|secret\.key|manifest\.json|sha256"
    r"|tables/[a-z0-9_]+/\d{6}\.jsonl\.gz|files/\d{6}\.jsonl"
    r"|uploads/[0-9a-f]{2}/[0-9a-f]{62}(\.thumb|\.display)?"
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that was packed or unpacked."""

    name: str
    size: int
    sha256: str


class Packing:
    """Writes files one after the other."""

    def __init__(self, out: Writable, at: float) -> None:
        self._out: Final = out
        self._at: Final = int(at)
        self._whole: Final = hashlib.sha256()

    def add(self, name: str, data: bytes) -> Packed:
        """Write a small file."""
        return self.add_from(name, io.BytesIO(data), len(data))

    def add_from(self, name: str, source: BinaryIO, size: int) -> Packed:
        """Write a file of `size` bytes."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._at
        self._write(info.tobuf(tarfile.USTAR_FORMAT))
        digest, left = hashlib.sha256(), size
        while left and (piece := source.read(min(PIECE, left))):
            digest.update(piece)
            self._write(piece)
            left -= len(piece)
        if left:
            raise OSError(f"{name} became shorter while it was read")
        self._write(bytes(-size % BLOCK))
        return Packed(name, size, digest.hexdigest())

    def finish(self) -> None:
        """Write the checksum of everything, and the end."""
        self.add(LAST, f"{self._whole.hexdigest()}\n".encode())
        self._out.write(_END)

    def _write(self, data: bytes) -> None:
        self._whole.update(data)
        self._out.write(data)


def _cut_off() -> Invalid:
    return Invalid({"file": "The backup is cut off: its end is missing."})


def _damaged(what: str = "it is not as it was written") -> Invalid:
    return Invalid({"file": f"The backup is damaged: {what}."})


class Entry:
    """A file inside, to be read once and to its end."""

    def __init__(self, name: str, size: int, read: Callable[[int], bytes]) -> None:
        self.name: Final = name
        self.size: Final = size
        self._read: Final = read
        self._left = size
        self._digest: Final = hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        """Give what is in it, some at a time."""
        while self._left:
            piece = self._read(min(PIECE, self._left))
            self._left -= len(piece)
            self._digest.update(piece)
            yield piece

    def whole(self, most: int = 64 * PIECE) -> bytes:
        """Give all that is in it."""
        if self.size > most:
            raise _damaged(f"{self.name} is too large")
        return b"".join(self.pieces())

    def packed(self) -> Packed:
        """Say what it was, once it was read."""
        return Packed(self.name, self.size, self._digest.hexdigest())


def unpacked(source: Readable) -> Iterator[Entry]:
    """Give the files of a backup, each to be read before the next; everything was as written when this ends."""
    whole, before = hashlib.sha256(), ""

    def read(size: int) -> bytes:
        data = source.read(size)
        if len(data) < size:
            raise _cut_off()
        whole.update(data)
        return data

    while True:
        before = whole.hexdigest()
        info = _head(read(BLOCK))
        entry = Entry(info.name, info.size, read)
        if info.name == LAST:
            if entry.whole(BLOCK) != f"{before}\n".encode():
                raise _damaged()
        else:
            yield entry
            for _ in entry.pieces():
                continue
        if any(read(-info.size % BLOCK)):
            raise _damaged()
        if info.name == LAST:
            break
    if (end := source.read(len(_END) + 1)) != _END:
        raise _cut_off() if _END.startswith(end) else _damaged()


def _head(block: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        same = info.tobuf(tarfile.USTAR_FORMAT) == block
    except (tarfile.HeaderError, ValueError):
        raise _damaged() from None
    if not info.isreg() or not _NAME.fullmatch(info.name):
        raise Invalid({"file": f"This is no backup of this program: it holds {info.name[:80]!r}."})
    if not same:
        raise _damaged()
    return info
