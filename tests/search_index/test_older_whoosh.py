"""The way out: an index written with whoosh3 is opened and continued with whoosh 2.7.4, and the other way round."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
OLDER = os.environ.get("COMMONPLACE_OLDER_WHOOSH", "")


def worked(python: str, root: Path, first: int) -> dict[str, Any]:
    """Let an interpreter work on an index; return what it says."""
    command = [python, "-W", "ignore", "-m", "tests.search_index.either_whoosh", str(root), str(first)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


@pytest.mark.skipif(not OLDER, reason="scripts/test-older-whoosh makes an environment with whoosh 2.7.4 for this")
@pytest.mark.parametrize("first", ["older", "newer"])
def test_an_index_is_continued_by_the_other_package(tmp_path: Path, first: str) -> None:
    by = [OLDER, sys.executable] if first == "older" else [sys.executable, OLDER]
    mixed = [worked(by[place % 2], tmp_path / "mixed", 30 * place) for place in range(4)]
    alone = [worked(sys.executable, tmp_path / "alone", 30 * place) for place in range(4)]
    assert mixed[0]["whoosh"] != mixed[1]["whoosh"]
    assert [one["told"] for one in mixed] == [one["told"] for one in alone]
