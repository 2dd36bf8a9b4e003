"""The checksum of what is put together from pieces is that of the whole."""

import random
import zlib

import pytest

from base.web.checksum import followed_by


@pytest.mark.parametrize("length", [0, 1, 7, 100, 8191, 8192, 8193, 65_536, 300_001])
def test_a_piece_is_added_as_if_it_had_been_read(length: int) -> None:
    chance = random.Random(length)
    piece = chance.randbytes(length)
    followed = followed_by(piece)
    for before in (b"", b"a", chance.randbytes(1000), b"\x00" * 50):
        assert followed(zlib.crc32(before)) == zlib.crc32(before + piece)


def test_many_pieces() -> None:
    chance = random.Random(1)
    pieces = [chance.randbytes(chance.choice((0, 3, 9000, 20_000))) for _ in range(30)]
    checksum = 0
    for piece in pieces:
        checksum = followed_by(piece)(checksum)
    assert checksum == zlib.crc32(b"".join(pieces))
