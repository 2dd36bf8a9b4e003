"""Read a form or a JSON body into the same plain mapping."""

import json
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request

from base.errors import Invalid
from base.web.typed import remember_typed

MOST_FIELDS = 400


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as a form brought it, under a name that nobody has looked at yet."""

    name: str
    data: bytes


async def read_input(request: Request) -> dict[str, object]:
    """Return the submitted fields; a form field given more than once becomes a list, files are left out."""
    if _media_type(request) == "application/json":
        return _read_json(await request.body())
    return (await _read_form(request, 0))[0]


async def read_with_files(request: Request, most: int) -> tuple[dict[str, object], list[SentFile]]:
    """Return the submitted fields, and up to `most` files of a form that has some."""
    if _media_type(request) != "multipart/form-data":
        return await read_input(request), []
    return await _read_form(request, most)


async def _read_form(request: Request, most: int) -> tuple[dict[str, object], list[SentFile]]:
    found: dict[str, object] = {}
    files: list[SentFile] = []
    async with request.form(max_files=most, max_fields=MOST_FIELDS, max_part_size=1024 * 1024) as form:
        for name in form:
            # No browser sends NUL, and no database takes it.
            values = [value.replace("\0", "") for value in form.getlist(name) if not isinstance(value, UploadFile)]
            sent = [value for value in form.getlist(name) if isinstance(value, UploadFile) and value.filename]
            files += [SentFile(value.filename or "", await value.read()) for value in sent]
            if values:
                found[name] = values[0] if len(values) == 1 else values
    remember_typed(request.scope, found)
    return found, files


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


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
