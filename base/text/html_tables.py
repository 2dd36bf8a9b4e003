"""Tables of HTML as tables of Markdown, which have one head row and cells of one line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from base.text.html_inline import paragraph
from base.text.html_tree import Node

_MOST_COLUMNS: Final = 60
_SIDES: Final = {"left": ":---", "center": ":---:", "right": "---:"}


@dataclass(frozen=True)
class _Row:
    cells: list[Node]

    @property
    def is_head(self) -> bool:
        return bool(self.cells) and all(cell.tag == "th" for cell in self.cells)


def table(node: Node, base: str) -> list[str]:
    """Return a table, its caption before it; a table without a head row gets an empty one."""
    rows = [row for row in _rows(node) if row.cells]
    if not rows:
        return []
    head = rows.pop(0) if rows[0].is_head else None
    lines = [_line(row, base) for row in ([head] if head else []) + rows]
    width = min(_MOST_COLUMNS, max(map(len, lines)))
    first = lines.pop(0) if head else []
    guide = (head or rows[0]).cells
    sides = [_side(guide[place]) if place < len(guide) else "---" for place in range(width)]
    filled = [line + [""] * (width - len(line)) for line in [first, *lines]]
    shown = [_joined(filled[0]), _joined(sides), *(_joined(line) for line in filled[1:])]
    return [*_caption(node, base), "\n".join(shown)]


def _rows(node: Node) -> Iterator[_Row]:
    for child in node.children:
        if not isinstance(child, Node):
            continue
        if child.tag == "tr":
            yield _Row([cell for cell in child.children if isinstance(cell, Node) and cell.tag in {"td", "th"}])
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(child)


def _line(row: _Row, base: str) -> list[str]:
    cells: list[str] = []
    for cell in row.cells:
        text = paragraph(cell.children, base, one_line=True)
        cells.append(text.replace("|", "\\|"))
        span = cell.attributes.get("colspan", "1")
        cells += [""] * (int(span) - 1 if span in {"2", "3", "4", "5", "6"} else 0)
    if len(cells) > _MOST_COLUMNS:
        cells[_MOST_COLUMNS - 1 :] = [" ".join(cells[_MOST_COLUMNS - 1 :])]
    return cells


def _joined(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _side(cell: Node) -> str:
    style = cell.attributes.get("style", "").replace(" ", "").lower()
    wanted = cell.attributes.get("align", "").lower()
    return next((mark for side, mark in _SIDES.items() if wanted == side or f"text-align:{side}" in style), "---")


def _caption(node: Node, base: str) -> list[str]:
    captions = [child for child in node.children if isinstance(child, Node) and child.tag == "caption"]
    return [text for caption in captions if (text := paragraph(caption.children, base))]
