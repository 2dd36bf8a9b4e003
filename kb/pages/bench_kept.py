"""What the workbench keeps from one press of a button to the next although no draft stores it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from base.clock import now
from kb.actions.send import DAYS
from kb.addresses import work_url
from kb.pages.bench_acts import Done

CHOSEN: Final = ("reviewer", "other_reviewer", "second", "due", "section")
"""Whom the draft will be sent to and until when, and where passages go."""
_LONGEST: Final = 41
_MOST: Final = 60
_PASSAGE: Final = re.compile(r"\d{1,12}(:\d{1,12}){4}")


def usual_due() -> date:
    """Return until when a review is asked for unless somebody says otherwise."""
    return now().date() + timedelta(days=DAYS)


def back_to(article_id: int, thread: object, done: Done, given: Mapping[str, object]) -> str:
    """Return the address of the workbench with what was searched, chosen and ticked; inserted is no longer ticked."""
    usual = {"section": "steps", "due": usual_due().isoformat()}
    chosen = [(name, word) for name in CHOSEN if (word := _word(given.get(name))) != usual.get(name)]
    query = [("thread", str(thread or "")), ("q", str(given.get("q") or "")[:200].strip()), *chosen]
    if not done.inserted:
        query += [("passages", one) for one in _passages(given.get("passages"))]
    words = urlencode([(name, value) for name, value in query if value])
    return work_url(article_id) + (f"?{words}" if words else "") + done.anchor


def kept(query: QueryParams) -> dict[str, object]:
    """Read that again, as if it had been typed a moment ago."""
    found: dict[str, object] = {name: _word(query[name]) for name in CHOSEN if name in query}
    if passages := [*_passages(query.getlist("passages"))]:
        found["passages"] = passages
    return found


def _word(value: object) -> str:
    return str(value or "").strip()[:_LONGEST]


def _passages(given: object) -> Iterator[str]:
    listed = given if isinstance(given, list) else [given]
    yield from [one for one in listed if isinstance(one, str) and _PASSAGE.fullmatch(one)][:_MOST]
