"""The JSON doors of forum/."""

from typing import Any

from base.web.endpoints import Endpoint
from forum.api_bookmarks import BOOKMARK_ENDPOINTS
from forum.api_cases import CASE_ENDPOINTS
from forum.api_categories import CATEGORY_ENDPOINTS
from forum.api_changes import CHANGE_ENDPOINTS
from forum.api_drafts import DRAFT_ENDPOINTS
from forum.api_logos import LOGO_ENDPOINTS
from forum.api_posts import POST_ENDPOINTS
from forum.api_regions import REGION_ENDPOINTS
from forum.api_threads import THREAD_ENDPOINTS
from forum.api_topics import TOPIC_ENDPOINTS
from forum.api_upkeep import UPKEEP_ENDPOINTS
from forum.api_uploads import UPLOAD_ENDPOINTS
from forum.api_watching import WATCHING_ENDPOINTS
from forum.where_it_went import door_leading_on

ENDPOINTS: list[Endpoint[Any]] = [
    door_leading_on(one)
    for one in (
        *THREAD_ENDPOINTS,
        *POST_ENDPOINTS,
        *UPKEEP_ENDPOINTS,
        *CHANGE_ENDPOINTS,
        *REGION_ENDPOINTS,
        *TOPIC_ENDPOINTS,
        *DRAFT_ENDPOINTS,
        *UPLOAD_ENDPOINTS,
        *LOGO_ENDPOINTS,
        *CASE_ENDPOINTS,
        *CATEGORY_ENDPOINTS,
        *WATCHING_ENDPOINTS,
        *BOOKMARK_ENDPOINTS,
    )
]
