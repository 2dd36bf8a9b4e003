"""The JSON doors of kb/."""

from typing import Any

from base.web.endpoints import Endpoint

ENDPOINTS: list[Endpoint[Any]] = []
