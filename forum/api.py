"""The JSON doors of forum/."""

from typing import Any

from base.web.endpoints import Endpoint
from forum.api_categories import CATEGORY_ENDPOINTS
from forum.api_drafts import DRAFT_ENDPOINTS
from forum.api_posts import POST_ENDPOINTS
from forum.api_threads import THREAD_ENDPOINTS
from forum.api_topics import TOPIC_ENDPOINTS
from forum.api_upkeep import UPKEEP_ENDPOINTS

ENDPOINTS: list[Endpoint[Any]] = [
    *THREAD_ENDPOINTS,
    *POST_ENDPOINTS,
    *UPKEEP_ENDPOINTS,
    *TOPIC_ENDPOINTS,
    *DRAFT_ENDPOINTS,
    *CATEGORY_ENDPOINTS,
]
