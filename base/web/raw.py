"""Headers of a request, read as they came: where every microsecond counts, before anything is built of them."""

from starlette.types import Scope


def header(scope: Scope, name: bytes, between: bytes = b", ") -> bytes:
    """Return a header of the request; several of the same name are joined."""
    found = [value for given, value in scope["headers"] if given == name]
    return found[0] if len(found) == 1 else between.join(found)


def cookies(scope: Scope) -> bytes:
    """Return the cookies of the request, of all the headers that bring some."""
    return header(scope, b"cookie", b"; ")


def cookie(scope: Scope, name: bytes) -> str:
    """Return a cookie of the request, the last of its name; empty if there is none."""
    found = b""
    for one in cookies(scope).split(b";"):
        given, _, value = one.partition(b"=")
        if given.strip() == name:
            found = value.strip().strip(b'"')
    return found.decode("latin-1")
