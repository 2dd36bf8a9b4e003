"""Memory of the process: what is there many times over, what the C library keeps for later, and giving it back."""

import ctypes
import dataclasses
import gc
from collections.abc import Iterable
from reprlib import recursive_repr
from types import FunctionType
from typing import Any, Final

_ARENA_MAX: Final = -8
_ARENAS: Final = 1


def keep_together() -> None:
    """Let all threads take memory from the same heap: each with one of its own keeps what others could use.

    Does nothing where the C library is not that of GNU.
    """
    if change := _of_the_c_library("mallopt"):
        change(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what was freed: to start takes a third more than to serve."""
    if trim := _of_the_c_library("malloc_trim"):
        trim(0)


def share_methods() -> None:
    """Let all dataclasses have those methods in common that need not be made for each: 6 MiB for a thousand of them.

    What they do stays the same. They are what is called rarely: `__init__`, `__eq__` and `__hash__` stay as they are.
    """
    for made in [one for one in gc.get_objects() if isinstance(one, type) and "__dataclass_params__" in vars(one)]:
        if _is_generated(vars(made).get("__repr__")):
            made.__repr__ = _repr  # type: ignore[assignment, method-assign]
        if not vars(made)["__dataclass_params__"].frozen or _sets_in_its_own_way(made.__mro__):
            continue
        if _is_generated(vars(made).get("__setattr__")) and _is_generated(vars(made).get("__delattr__")):
            made.__setattr__, made.__delattr__ = _set, _delete  # type: ignore[assignment, method-assign]


def _is_generated(method: object) -> bool:
    written = getattr(method, "__wrapped__", method)
    return isinstance(written, FunctionType) and written.__code__.co_filename == "<string>"


def _sets_in_its_own_way(line: Iterable[type]) -> bool:
    own = [vars(one)["__setattr__"] for one in line if "__setattr__" in vars(one)]
    return any(not (_is_generated(one) or one in (_set, object.__setattr__)) for one in own)


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _is_frozen(self: Any, name: str) -> bool:
    return "__dataclass_params__" in vars(type(self)) or name in type(self).__dataclass_fields__


def _set(self: Any, name: str, value: object) -> None:
    if _is_frozen(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _delete(self: Any, name: str) -> None:
    if _is_frozen(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _of_the_c_library(name: str) -> "ctypes._FuncPointer | None":
    return getattr(ctypes.CDLL(None), name, None)
