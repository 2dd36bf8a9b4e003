"""JSON doors: an endpoint knows its input and output, so that the API description writes itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from base.inputs import Input
from base.web.inputs import read_input

In = TypeVar("In", bound=Input | None)
_METHODS_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[In]):
    """One door of the API: `work(request, given)` returns a value of the type `output`."""

    method: str
    path: str
    work: Callable[[Request, In], Awaitable[Any]]
    input: type[Input] | None
    output: Any
    summary: str
    tag: str
    status: int
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the operation's name."""
        return self.work.__name__

    def route(self) -> Route:
        """Return the route of this door."""
        adapter = _lazy(self.output)

        async def answer(request: Request) -> Response:
            given: Any = None
            if self.input is not None:
                body = self.method in _METHODS_WITH_BODY
                given = self.input.read(await read_input(request) if body else dict(request.query_params))
            result = await self.work(request, given)
            if isinstance(result, Response):
                return result
            if self.output is None:
                return Response(status_code=204)
            content = adapter().dump_python(result, mode="json")
            headers = {} if request.state.viewer.id is None else {"Cache-Control": "private, no-store"}
            return JSONResponse(content, status_code=self.status, headers=headers)

        return Route(self.path, answer, methods=[self.method], name=f"api.{self.name}")


def _lazy(output: Any) -> Callable[[], TypeAdapter[Any]]:
    """Return what makes the output's adapter on first use: all of them together would slow every start."""

    @cache
    def adapter() -> TypeAdapter[Any]:
        return TypeAdapter(output)

    return adapter


def endpoint(
    method: str,
    path: str,
    *,
    output: Any,
    summary: str,
    tag: str,
    input: type[Input] | None = None,  # noqa: A002 - the field's word
    status: int = 200,
    query: Mapping[str, str] | None = None,
) -> Callable[[Callable[[Request, Any], Awaitable[Any]]], Endpoint[Any]]:
    """Make an endpoint of an async function (request, given)."""

    def make(work: Callable[[Request, Any], Awaitable[Any]]) -> Endpoint[Any]:
        return Endpoint(method, path, work, input, output, summary, tag, status, query or {})

    return make


def describe(endpoints: Sequence[Endpoint[Any]], *, title: str, version: str, address: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the endpoints."""
    kept: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for one in endpoints:
        paths.setdefault(_open_path(one.path), {})[one.method.lower()] = _operation(one, kept)
    problem = {
        "type": "object",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": address}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**kept, "Problem": problem},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _open_path(path: str) -> str:
    return path.replace(":int}", "}").replace(":path}", "}")


def _schema(kind: Any, kept: dict[str, Any], mode: Any) -> dict[str, Any]:
    made = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}", mode=mode)
    kept.update(made.pop("$defs", {}))
    return made


def _operation(one: Endpoint[Any], kept: dict[str, Any]) -> dict[str, Any]:
    parts = [part[1:-1].partition(":") for part in one.path.split("/") if part.startswith("{")]
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if kind == "int" else "string"}}
        for name, _, kind in parts
    ]
    parameters += [
        {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
        for name, words in one.query.items()
    ]
    found: dict[str, Any] = {"summary": one.summary, "operationId": one.name, "tags": [one.tag]}
    if parameters:
        found["parameters"] = parameters
    if one.input is not None and one.method in _METHODS_WITH_BODY:
        schema = _schema(one.input, kept, "validation")
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    good: dict[str, Any] = {"description": "Done"}
    if one.output is not None:
        good["content"] = {"application/json": {"schema": _schema(one.output, kept, "serialization")}}
    wrong = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    status = str(one.status if one.output is not None else 204)
    found["responses"] = {status: good, "default": {"description": "A problem", "content": wrong}}
    return found
