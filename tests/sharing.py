"""How the workers of xdist share the files of tests."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """Hands out one file after the other, in their order; those of the browser to one worker.

    A worker that did other files in between would start the server and Chromium anew; two at once would have two of
    each, and wait for each other's pages.
    """

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False  # it begins with the most tests, which are the shortest
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if BROWSER in nodeid else str(super()._split_scope(nodeid))
