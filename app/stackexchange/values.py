"""Values of a dump's rows as ours."""

import re
from datetime import UTC, datetime
from typing import Final

from app.stackexchange.dump import Row
from base.text.clean import clean_text

_TAGS: Final = re.compile(r"<([^<>]+)>|\|([^|]+)(?=\|)")
EPOCH: Final = datetime(2008, 1, 1, tzinfo=UTC)


def moment(row: Row, name: str) -> datetime | None:
    """Return a date of the row in UTC, or None when it has none that can be read."""
    try:
        found = datetime.fromisoformat(row.get(name, ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def whole(row: Row, name: str) -> int:
    """Return a whole number of the row, 0 when it has none."""
    try:
        return int(row.get(name, "0"))
    except ValueError:
        return 0


def line(row: Row, name: str, most: int) -> str:
    """Return one cleaned line of the row."""
    return clean_text(row.get(name, ""), multiline=False)[:most].strip()


def tags(row: Row) -> list[str]:
    """Return the tags of a question, written <a><b> or |a|b|."""
    found = [first or second for first, second in _TAGS.findall(row.get("Tags", ""))]
    return list(dict.fromkeys(clean_text(tag, multiline=False).strip().lower()[:60] for tag in found if tag.strip()))
