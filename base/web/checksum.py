"""The checksum of gzip (CRC-32) of bytes put together from pieces whose own checksums are known.

Bytes that follow multiply the checksum of what stands before them by a power of x, modulo the polynomial of CRC-32: for
a given number of bytes that is a linear map of 32 bits, looked up here four bits at a time.
"""

import zlib
from collections.abc import Callable
from functools import partial
from typing import Final

_POLYNOMIAL: Final = 0xEDB88320
"""With its highest power in the lowest bit, as zlib has it."""
_ONE: Final = 1 << 31
LONG: Final = 2048
"""Bytes from which on looking up is quicker than adding up."""
TABLES: Final = 6000
"""Bytes of memory that looking up takes for a piece."""


def _times_x(value: int) -> int:
    return (value >> 1) ^ _POLYNOMIAL if value & 1 else value >> 1


def _times(one: int, other: int) -> int:
    product = 0
    while one:
        if one & _ONE:
            product ^= other
        one = (one << 1) & 0xFFFFFFFF
        other = _times_x(other)
    return product


def _power_of_x(exponent: int) -> int:
    power, square = _ONE, _ONE >> 1
    while exponent:
        if exponent & 1:
            power = _times(square, power)
        square = _times(square, square)
        exponent >>= 1
    return power


def followed_by(piece: bytes) -> Callable[[int], int]:
    """Return what makes the checksum of something followed by `piece` from the checksum of something."""
    if len(piece) < LONG:
        return partial(zlib.crc32, piece)
    own, one = zlib.crc32(piece), _power_of_x(8 * len(piece))
    bits: list[int] = []
    for _ in range(32):
        bits.insert(0, one)
        one = _times_x(one)
    tables = []
    for place in range(0, 32, 4):
        table = [0]
        for bit in bits[place : place + 4]:
            table += [known ^ bit for known in table]
        tables.append(tuple(table))
    a, b, c, d, e, f, g, h = tables

    def followed(before: int) -> int:
        return (
            own
            ^ a[before & 15]
            ^ b[before >> 4 & 15]
            ^ c[before >> 8 & 15]
            ^ d[before >> 12 & 15]
            ^ e[before >> 16 & 15]
            ^ f[before >> 20 & 15]
            ^ g[before >> 24 & 15]
            ^ h[before >> 28]
        )

    return followed
