"""Headers of a request, read as they came: where every microsecond counts, before anything is built of them."""

from typing import Final

from starlette.types import Scope

_READ: Final = "commonplace.headers"


def header(scope: Scope, name: bytes) -> bytes:
    """Return a header of the request; several of the same name are joined."""
    found: dict[bytes, bytes] | None = scope.get(_READ)
    if found is None:
        found = scope[_READ] = _read(scope["headers"])
    return found.get(name, b"")


def _read(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        between = b"; " if name == b"cookie" else b", "
        found[name] = found[name] + between + value if name in found else value
    return found


def cookies(scope: Scope) -> bytes:
    """Return the cookies of the request, of all the headers that bring some."""
    return header(scope, b"cookie")


def cookie(scope: Scope, name: bytes) -> str:
    """Return a cookie of the request, the last of its name; empty if there is none."""
    found = b""
    for one in cookies(scope).split(b";"):
        given, _, value = one.partition(b"=")
        if given.strip() == name:
            found = value.strip().strip(b'"')
    return found.decode("latin-1")
