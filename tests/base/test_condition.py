"""Pieces of a WHERE clause."""

from base.condition import ALWAYS, Condition, any_of, containing, one_of


def test_both_and_either_keep_their_values_in_order() -> None:
    first, second = Condition("a = ?", (1,)), Condition("b = ? OR c = ?", (2, 3))
    assert first & second == Condition("(a = ?) AND (b = ? OR c = ?)", (1, 2, 3))
    assert any_of([first, second]) == Condition("(a = ?) OR (b = ? OR c = ?)", (1, 2, 3))
    assert ALWAYS.sql == "1 = 1"


def test_of_nothing_nothing_is_one() -> None:
    assert one_of("a", []) == any_of([]) == Condition("1 = 0")


def test_signs_of_a_pattern_stand_for_themselves() -> None:
    assert containing("a.name", "100%_Sure!").values == ("%100!%!_sure!!%",)
