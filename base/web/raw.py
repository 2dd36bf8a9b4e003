"""Headers of a request, read as they came: where every microsecond counts, before anything is built of them."""

from starlette.types import Scope


def header(scope: Scope, name: bytes, between: bytes = b", ") -> bytes:
    """Return a header of the request; several of the same name are joined."""
    found = [value for given, value in scope["headers"] if given == name]
    return found[0] if len(found) == 1 else between.join(found)


def cookies(scope: Scope) -> bytes:
    """Return the cookies of the request, of all the headers that bring some."""
    return header(scope, b"cookie", b"; ")
