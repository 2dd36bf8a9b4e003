"""Methods that dataclasses have in common do what their own did."""

from dataclasses import FrozenInstanceError, dataclass, field
from typing import Any

import pytest

from app import memory
from app.memory import share_methods


def _classes() -> dict[str, Any]:
    @dataclass(frozen=True, slots=True)
    class Plain:
        name: str
        secret: str = field(default="", repr=False)
        more: object = None

    @dataclass(frozen=True)
    class Open:
        name: str

    class Below(Open):
        other = 1

    @dataclass
    class Changing:
        name: str

    @dataclass(frozen=True)
    class Own:
        name: str

        def __repr__(self) -> str:
            return "own"

    return {one.__name__: one for one in (Plain, Open, Below, Changing, Own)}


def _set_other(one: Any, attribute: str) -> None:
    setattr(one, attribute, "b")


def _what_happens(made: dict[str, Any]) -> list[str]:
    told = []
    for name, kind in made.items():
        one = kind("a")
        told.append(f"{name} {one!r} {one == kind('a')}")
        # What a slotted one has no place for, its own method refuses with a TypeError that tells nothing.
        for attribute in ("name",) if name == "Plain" else ("name", "other", "third"):
            for act in (_set_other, delattr):
                try:
                    act(one, attribute)
                    told.append(f"{name} {attribute} {vars(one)}")
                except (FrozenInstanceError, AttributeError) as error:
                    told.append(f"{name} {attribute} {type(error).__name__} {error}")
    return told


def test_they_do_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    own, shared = _classes(), _classes()
    monkeypatch.setattr(memory.gc, "get_objects", lambda: list(shared.values()))
    share_methods()
    assert _what_happens(shared) == _what_happens(own)
    assert shared["Plain"].__setattr__ is shared["Open"].__setattr__ is memory._set
    assert shared["Plain"].__repr__ is shared["Changing"].__repr__ is memory._repr
    assert own["Plain"].__repr__ is not memory._repr


def test_who_sets_in_their_own_way_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting:
        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, value)

    @dataclass(frozen=True)
    class Both(Counting):
        name: str

    before = Both.__setattr__
    monkeypatch.setattr(memory.gc, "get_objects", lambda: [Both])
    share_methods()
    assert Both.__setattr__ is before
