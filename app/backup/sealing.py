"""Close a file with a passphrase: scrypt makes the key, AES-GCM closes numbered pieces, the last of which says so.

A piece that is changed, missing, doubled, in another place, or the last when it should not be, is found.
"""

import os
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from base.errors import Invalid

if TYPE_CHECKING:  # a server that closes no backups does without: 13 MB
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC: Final = b"commonplace sealed backup 1\n"
PIECE: Final = 256 * 1024
_SALT: Final = 16
_PROOF: Final = 16
_KEY: Final = 32
_TAG: Final = 16
_COST: Final = 2**16  # times 8 blocks: 64 MB of memory for each guess


class Writable(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take some."""


class Readable(Protocol):
    """Gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Give so many, fewer only at the end."""


def _keys(passphrase: str, salt: bytes) -> "tuple[AESGCM, bytes]":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    made = Scrypt(salt=salt, length=_KEY + _PROOF, n=_COST, r=8, p=1).derive(passphrase.encode())
    return AESGCM(made[:_KEY]), made[_KEY:]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])  # the key is this file's alone, so counting is enough


class Sealing:
    """Writes what it is given, closed."""

    def __init__(self, out: Writable, passphrase: str) -> None:
        salt = os.urandom(_SALT)
        self._key, proof = _keys(passphrase, salt)
        self._head: Final = MAGIC + salt + proof
        self._out: Final = out
        self._number = 0
        self._waiting = bytearray()
        out.write(self._head)

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._close(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Write the last piece."""
        self._close(bytes(self._waiting), last=True)

    def _close(self, piece: bytes, *, last: bool) -> None:
        self._out.write(self._key.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


class Opening:
    """Reads what was closed."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        salt = source.read(_SALT)
        proof = source.read(_PROOF)
        if len(proof) < _PROOF:
            raise Invalid({"file": "The backup is cut off: it ends before it begins."})
        self._key, mine = _keys(passphrase, salt)
        if mine != proof:
            raise Invalid({"passphrase": "The passphrase is not the one this backup was closed with."})
        self._head: Final = MAGIC + salt + proof
        self._source: Final = source
        self._next = source.read(PIECE + _TAG)
        self._number = 0
        self._ready = bytearray()

    def read(self, size: int, /) -> bytes:
        """Give so many bytes, fewer only at the end."""
        while len(self._ready) < size and self._next:
            self._open()
        given = bytes(self._ready[:size])
        del self._ready[:size]
        return given

    def _open(self) -> None:
        piece, self._next = self._next, self._source.read(PIECE + _TAG)
        last = not self._next
        opened = self._opened(piece, last=last)
        if opened is None:
            raise Invalid({"file": self._why(piece, last=last)})
        self._ready += opened
        self._number += 1

    def _opened(self, piece: bytes, *, last: bool) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        try:
            return self._key.decrypt(_nonce(self._number, last=last), piece, self._head)
        except InvalidTag:
            return None

    def _why(self, piece: bytes, *, last: bool) -> str:
        if last and len(piece) == PIECE + _TAG and self._opened(piece, last=False) is not None:
            return "The backup is cut off: its end is missing."
        return "The backup is damaged or cut off: a piece of it is not as it was written."
