"""Every weight that settings may change is told to those who run a site, with what it usually is."""

from pathlib import Path

import pytest

from base.settings import Settings
from search_index.ranking import REASONS, WEIGHTS, factor, reasons

SEARCH = (Path(__file__).parents[2] / "docs" / "search.md").read_text()


@pytest.mark.parametrize("state", WEIGHTS)
def test_every_weight_is_documented_with_its_default(state: str) -> None:
    assert f"| `{state}` | {WEIGHTS[state]:.2f} | {REASONS[state]} |" in SEARCH


def test_nothing_else_is_documented_as_a_weight() -> None:
    table = SEARCH.partition("| weight | default |")[2].partition("\n\n")[0]
    named = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert named == list(WEIGHTS)


def test_a_weight_changes_the_rank_and_says_why() -> None:
    lighter = {**WEIGHTS, "verified": 1.0}
    assert factor(["verified", "evidence:E1"]) == pytest.approx(1.30 * 1.10)
    assert factor(["verified"], lighter) == 1.0
    assert reasons(["verified", "solved"], lighter) == ("has a solution",)


def test_settings_take_weights() -> None:
    assert Settings(search_weights={"verified": 1.5}).search_weights == {"verified": 1.5}
