"""Tables as files for spreadsheets (CSV)."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from starlette.responses import Response

# A cell that begins like this is run as a formula by spreadsheets.
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
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int | float) else text
