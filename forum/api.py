"""The JSON doors of forum/."""

from typing import Any

from base.web.endpoints import Endpoint

ENDPOINTS: list[Endpoint[Any]] = []
