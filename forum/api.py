"""The JSON doors of forum/."""

from typing import Any

from base.web.endpoints import Endpoint
from forum.api_posts import POST_ENDPOINTS

ENDPOINTS: list[Endpoint[Any]] = [*POST_ENDPOINTS]
