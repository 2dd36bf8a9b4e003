"""The evidence of an article as a picture: recommendation, sources, organisations, results; and the same as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from kb.adoptions import ADOPTED, Adoption
from kb.queries.sources import Source

MOST: Final = 24
"""More rows are told by the table alone."""
_ROW: Final = 62
_TOP: Final = 40
_BOX: Final = 46
_COLUMNS: Final = (2, 250, 560, 800)
_WIDTHS: Final = (190, 250, 180, 160)
_LETTERS: Final = (24, 32, 23, 20)
_POSTS: Final = 4
_ADOPTION: Final = "Adoption ledger"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row: a source, whose it is, and what came of it; `compared` says how that was measured."""

    source: str
    url: str
    organisation: str
    result: str
    compared: tuple[str, ...] = ()
    contrary: bool = False
    answered: str = ""
    passages: int = 0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the picture with its lines of text."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    kind: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the picture from one box to the next."""

    path: str
    contrary: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture: its size, its boxes and its lines; `left_out` rows stand in the table alone."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def evidence_rows(
    threads: Sequence[Source], all_sources: Sequence[Source], uses: Sequence[Adoption], contrary: str
) -> tuple[Evidence, ...]:
    """Return the rows of each source thread, then one for each adoption that reports a result."""
    found = [row for thread in threads for row in _rows_of(thread, all_sources, contrary)]
    adopted = (one for one in uses if one.state in ADOPTED and one.result and not one.is_vendor)
    return (*found, *(Evidence(_ADOPTION, "", one.organisation, one.result) for one in adopted))


def _rows_of(thread: Source, all_sources: Sequence[Source], contrary: str) -> Iterable[Evidence]:
    """Return a case with its result, and the passages of a thread by the organisations of those who wrote them."""
    said: dict[str, list[Source]] = {}
    for one in all_sources:
        if one.thread_id == thread.thread_id and one.number:
            said.setdefault(_whose(one, thread), []).append(one)
    if thread.direction or not said:
        yield Evidence(
            source=thread.title, url=thread.thread_url, organisation=thread.organisation, result=thread.direction,
            compared=tuple(name for name in thread.comparisons if name != "none"),
            contrary=thread.direction == contrary, answered=thread.addressed,
            passages=len(said.pop(thread.organisation, ())), hidden=not thread.open_to_viewer,
        )  # fmt: skip
    for organisation, passages in said.items():
        yield Evidence(
            source=_named(thread, passages), url=passages[0].url, organisation=organisation, result="",
            passages=len(passages), hidden=not thread.open_to_viewer,
        )  # fmt: skip


def _named(thread: Source, passages: Sequence[Source]) -> str:
    """Name posts of a thread, so that two rows of it differ."""
    if not thread.open_to_viewer:
        return thread.title
    numbers = [f"#{number}" for number in sorted({one.number for one in passages})]
    return f"{', '.join(numbers[:_POSTS])}{' …' if numbers[_POSTS:] else ''}: {thread.title}"


def _whose(passage: Source, thread: Source) -> str:
    """Return the organisation of who wrote a passage; a case itself is its own organisation's."""
    return thread.organisation if thread.direction and passage.number == 1 else passage.author.organisation


def picture(advice: str, rows: Sequence[Evidence], words: dict[str, str]) -> Picture:
    """Lay the rows out from left to right, one below the other; `words` says what results are called."""
    shown = rows[:MOST]
    height = _TOP + max(1, len(shown)) * _ROW
    middle = _TOP + (height - _TOP) // 2 - _BOX // 2
    boxes, lines = [_box(0, middle, advice, "advice")], []
    for place, row in enumerate(shown):
        y = _TOP + place * _ROW
        result = words.get(row.result, words[""])
        compared = ", ".join(words[name] for name in row.compared if name in words)
        texts = (row.source, row.organisation or words["nobody"], f"{result}: {compared}" if compared else result)
        kind = "contrary" if row.contrary else row.result or "untold"
        for column, text in enumerate(texts, 1):
            boxes.append(_box(column, y, text, kind if column == 3 else "node", row.url if column == 1 else ""))
            before = middle if column == 1 else y
            lines.append(Line(_curve(column, before, y), row.contrary))
    return Picture(_COLUMNS[3] + _WIDTHS[3] + 2, height, tuple(boxes), tuple(lines), len(rows) - len(shown))


def _box(column: int, y: int, text: str, kind: str, url: str = "") -> Box:
    cut = tuple(wrap(text, _LETTERS[column], max_lines=2, placeholder=" …")) or ("",)
    return Box(_COLUMNS[column], y, _WIDTHS[column], _BOX, cut, kind, url)


def _curve(column: int, from_y: int, to_y: int) -> str:
    start, end = _COLUMNS[column - 1] + _WIDTHS[column - 1], _COLUMNS[column]
    half, one, two = (start + end) // 2, from_y + _BOX // 2, to_y + _BOX // 2
    return f"M{start} {one} C{half} {one} {half} {two} {end} {two}"
