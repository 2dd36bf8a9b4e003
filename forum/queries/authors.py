"""Who wrote something, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from members.queries.main_organisation import FORMER_ORGANISATION, MAIN_ORGANISATION
from members.queries.vendors import VENDOR_OF, signed

__all__ = ["AUTHOR_COLUMNS", "FORMER", "MAIN_ORGANISATION", "Author", "author_of"]

FORMER: Final = "Former member"

AUTHOR_COLUMNS: Final = (
    "m.id AS author_id, m.name AS author_name, m.handle AS author_handle, m.title AS author_title, "
    "m.state AS author_state, o.name AS author_organisation, o.kind AS author_organisation_kind, "
    f"{FORMER_ORGANISATION} AS author_former, {VENDOR_OF.format(member='m.id')} AS author_vendor"
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a thread or a post; `handle` is None for somebody who is gone or `masked`: a member without a name.

    `industry` is the vendor that they wrote it for or belong to now: then `is_vendor` is true, and stays so for this
    post wherever they go.

    `former` is the organisation that somebody has left, who belongs to none now.
    """

    id: int
    name: str
    handle: str | None
    title: str = ""
    organisation: str = ""
    is_vendor: bool = False
    masked: bool = False
    industry: str = ""

    @property
    def signed(self) -> str:
        """Return the name where there is room for words alone, with what has to be said of vendors."""
        return signed(self.name, self.industry)

    former: str = ""


def author_of(row: Mapping[str, Any]) -> Author:
    """Read the author out of a row with AUTHOR_COLUMNS; `author_industry` beside them is that of the post."""
    organisation = row["author_organisation"] or ""
    of_vendor = organisation if row["author_organisation_kind"] == "industry" else ""
    industry = row.get("author_industry") or row["author_vendor"] or of_vendor
    if row["author_state"] == "gone":
        return Author(row["author_id"], FORMER, None, is_vendor=bool(industry), industry=industry)
    if row["author_state"] == "mask":
        return Author(row["author_id"], row["author_name"], None, row["author_title"], masked=True)
    return Author(
        row["author_id"],
        row["author_name"],
        row["author_handle"],
        row["author_title"],
        organisation,
        is_vendor=bool(industry),
        industry=industry,
        former=row["author_former"] or "",
    )
