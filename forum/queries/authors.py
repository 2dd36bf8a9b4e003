"""Who wrote something, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FORMER: Final = "Former member"

AUTHOR_COLUMNS: Final = (
    "m.id AS author_id, m.name AS author_name, m.handle AS author_handle, m.title AS author_title, "
    "m.state AS author_state, o.name AS author_organisation, o.kind AS author_organisation_kind"
)
# One row per author whatever they belong to: a plain join would multiply the posts of people with two places.
AUTHOR_ORGANISATION: Final = """
  LEFT JOIN memberships ms ON ms.id = (
    SELECT MIN(x.id) FROM memberships x WHERE x.member_id = m.id AND x.state = 'active' AND x.main)
  LEFT JOIN organisations o ON o.id = ms.organisation_id
"""


@dataclass(frozen=True, slots=True)
class Author:
    """The person behind a thread or a post; `handle` is None for somebody who is gone."""

    id: int
    name: str
    handle: str | None
    title: str = ""
    organisation: str = ""
    is_vendor: bool = False


def author_of(row: Mapping[str, Any]) -> Author:
    """Read the author out of a row with AUTHOR_COLUMNS."""
    if row["author_state"] == "gone":
        return Author(row["author_id"], FORMER, None)
    return Author(
        row["author_id"],
        row["author_name"],
        row["author_handle"],
        row["author_title"],
        row["author_organisation"] or "",
        row["author_organisation_kind"] == "industry",
    )
