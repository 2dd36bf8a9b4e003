"""The JSON doors of members/."""

from typing import Any

from base.web.endpoints import Endpoint

ENDPOINTS: list[Endpoint[Any]] = []
