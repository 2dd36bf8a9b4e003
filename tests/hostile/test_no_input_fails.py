"""Whatever stands in one field of an input: it is read, or refused with a sentence."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.create import create_app
from base.errors import Invalid
from base.inputs import Input

_ODD: Final[tuple[Any, ...]] = (
    None, "", " ", "x", "x" * 500, "\x00", "²", "-1", "NaN", "1e999", "9" * 400, 0, -1, 10**30, 1e400, True, [], [None],
    [[]], ["x"] * 100, {}, {"a": None}, [{}],
)  # fmt: skip


def _inputs(kind: type[Input] = Input) -> Iterator[type[Input]]:
    for one in kind.__subclasses__():
        yield from _inputs(one)
        yield one


def test_every_field_of_every_input_takes_or_refuses() -> None:
    create_app()  # imports every input that a route reads
    fields = [(kind, name) for kind in set(_inputs()) for name in kind.model_fields]
    assert len(fields) > 200
    for kind, name in fields:
        for odd in _ODD:
            try:
                kind.read({name: odd})
            except Invalid:
                continue
            except Exception as error:
                pytest.fail(f"{kind.__name__} fails when {name} is {odd!r:.40}: {error}")
