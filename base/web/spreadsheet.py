"""Tables as files for spreadsheets (CSV)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from starlette.responses import Response

# A cell that begins like this is run as a formula by spreadsheets.
_INSIDE: Final = re.compile(r"([;,\t\r\n][\s\"']*)(?=[=+\-@|%])")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def spreadsheet(name: str, head: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    """Answer a table as a file; words that a spreadsheet would run as a formula are made plain text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[_cell(value) for value in line] for line in lines])
    return Response(
        # The mark at the beginning tells spreadsheets which letters these are.
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"},
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    text = str(value)
    if isinstance(value, int | float):
        return text
    # Some programs begin a new cell at a semicolon or at a line end, whatever the quotes say.
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if text.startswith(_FORMULA) else text
