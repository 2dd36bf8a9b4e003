"""The parts of the documentation that follow from the code; `scripts/write-docs` writes them."""

from pathlib import Path

from app.changeable import CHANGEABLE
from app.wiring import ENDPOINTS
from base.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
MARK = "<!-- written by scripts/write-docs -->\n"


def settings_table() -> str:
    """Return the table of every setting."""
    lines = ["| setting | environment | default | while running | what it does |", "|---|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        usual = field.get_default(call_default_factory=True)
        default = "(empty)" if usual == "" else usual
        live = "yes" if name in CHANGEABLE else "no"
        lines.append(f"| `{name}` | `COMMONPLACE_{name.upper()}` | `{default}` | {live} | {field.description} |")
    return "\n".join(lines) + "\n"


def doors_table() -> str:
    """Return the table of every door of the API."""
    lines = ["| method | address | what it does |", "|---|---|---|"]
    for one in sorted(ENDPOINTS, key=lambda one: (one.path, one.method)):
        lines.append(f"| {one.method} | `{one.path}` | {one.summary} |")
    return "\n".join(lines) + "\n"


TABLES = {"settings.md": settings_table, "api.md": doors_table}


def wanted(name: str) -> str:
    """Return a page of the documentation as it should be."""
    return (DOCS / name).read_text().partition(MARK)[0] + MARK + TABLES[name]()


if __name__ == "__main__":
    for page in TABLES:
        (DOCS / page).write_text(wanted(page))
