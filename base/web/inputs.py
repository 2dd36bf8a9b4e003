"""Read a form or a JSON body into the same plain mapping."""

import json

from starlette.datastructures import UploadFile
from starlette.requests import Request

from base.errors import Invalid

MOST_FIELDS = 400


async def read_input(request: Request) -> dict[str, object]:
    """Return the submitted fields; a form field given more than once becomes a list, files are left out."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _read_json(await request.body())
    found: dict[str, object] = {}
    async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=1024 * 1024) as form:
        for name in form:
            # No browser sends NUL, and no database takes it.
            values = [value.replace("\0", "") for value in form.getlist(name) if not isinstance(value, UploadFile)]
            found[name] = values[0] if len(values) == 1 else values
    return found


def _read_json(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body or b"{}", parse_constant=_no_number)
        if b"\\u" in body:
            json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text: nothing could store it
        if b"\\u0000" in body:
            found = _without_nul(found)
    except (ValueError, RecursionError):
        raise Invalid({"form": "The body is not valid JSON."}) from None
    if not isinstance(found, dict):
        raise Invalid({"form": "The body must be a JSON object."})
    return found


def _without_nul(value: object) -> object:
    """Drop NUL from every text, as from a form."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(part) for part in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(part) for name, part in value.items()}
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
