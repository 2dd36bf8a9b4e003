"""Memory of the process that the C library keeps for later: how much of it, and giving it back."""

import ctypes
from typing import Final

_ARENA_MAX: Final = -8
_ARENAS: Final = 2


def keep_together() -> None:
    """Let all threads take memory from the same two heaps: each with one of its own keeps what others could use.

    Does nothing where the C library is not that of GNU.
    """
    if change := _of_the_c_library("mallopt"):
        change(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what was freed: to start takes a third more than to serve."""
    if trim := _of_the_c_library("malloc_trim"):
        trim(0)


def _of_the_c_library(name: str) -> "ctypes._FuncPointer | None":
    return getattr(ctypes.CDLL(None), name, None)
