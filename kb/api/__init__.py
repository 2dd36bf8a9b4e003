"""The JSON doors of kb/."""

from typing import Any, Final

from base.web.endpoints import Endpoint
from kb.api import assignments, care, collections, deputy, drafts, ground, ledger, readers, reading, reviews, starting

ENDPOINTS: Final[list[Endpoint[Any]]] = [
    *reading.ENDPOINTS,
    *starting.ENDPOINTS,
    *drafts.ENDPOINTS,
    *reviews.ENDPOINTS,
    *care.ENDPOINTS,
    *ground.ENDPOINTS,
    *deputy.ENDPOINTS,
    *assignments.ENDPOINTS,
    *collections.ENDPOINTS,
    *ledger.ENDPOINTS,
    *readers.ENDPOINTS,
]
