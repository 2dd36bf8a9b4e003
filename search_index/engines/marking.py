"""What is shown of a found text: the searched words marked, the stretch that has most of them, and why it is here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from search_index.engines.analysis import analyser
from search_index.found import Piece
from search_index.ranking import reasons
from search_index.words import WORD, fold, words_of

SNIPPET: Final = 240
# So much of a text is looked through for marks.
READ: Final = 20_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A searched word in a text."""

    start: int
    end: int
    stem: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mark: stems, and beginnings of words."""

    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def marks(self, text: str, language: str) -> list[Mark]:
        """Return the searched words of a text."""
        text = text[:READ]
        words, stems = set(words_of(text)), analyser(language).stems
        wanted = {raw: stems[raw] for raw in words if stems[raw] in self.stems}
        if self.prefixes:
            wanted |= {raw: stems[raw] for raw in words if stems[raw] and fold(raw).startswith(self.prefixes)}
        return sorted(_places(text, wanted), key=lambda mark: mark.start) if wanted else []


def _places(text: str, wanted: Mapping[str, str]) -> Iterator[Mark]:
    """Yield where these words stand in a text, as whole words."""
    if not text.isascii():
        for found in WORD.finditer(text):
            if stem := wanted.get(found.group()):
                yield Mark(found.start(), found.end(), stem)
        return
    for raw, stem in wanted.items():  # looking for the few is faster than going through all
        start = text.find(raw)
        while start >= 0:
            end = start + len(raw)
            if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
                yield Mark(start, end, stem)
            start = text.find(raw, end)


def pieces(text: str, marks: Sequence[Mark], start: int, end: int) -> tuple[Piece, ...]:
    """Return a stretch of a text in pieces, the marked ones apart."""
    found: list[Piece] = []
    at = start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue
        if mark.start > at:
            found.append(Piece(text[at : mark.start]))
        found.append(Piece(text[mark.start : mark.end], marked=True))
        at = mark.end
    if at < end:
        found.append(Piece(text[at:end]))
    return tuple(found)


def _window(marks: Sequence[Mark], length: int) -> tuple[int, int]:
    """Return where the stretch with the most different marked words begins, and where its last mark ends."""
    best, bounds = (-1, -1), (0, 0)
    for number, first in enumerate(marks):
        inside = [mark for mark in marks[number : number + 40] if mark.end - first.start <= length]
        score = (len({mark.stem for mark in inside}), len(inside))
        if score > best:
            best, bounds = score, (first.start, inside[-1].end if inside else first.end)
    return bounds


def snippet(text: str, marks: Sequence[Mark], length: int = SNIPPET) -> tuple[Piece, ...]:
    """Return the stretch of a text that shows best why it was found, cut at words."""
    first, finish = _window(marks, length - 40) if marks else (0, 0)
    spare = max(0, length - (finish - first))
    start = max(0, first - spare // 3)
    if start:
        space = text.find(" ", start - 1, start + 40)
        start = space + 1 if 0 <= space < first else start
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", max(start, finish), end)
        end = space if space > start else end
    shown = pieces(text, marks, start, end)
    before = (Piece("… "),) if start else ()
    after = (Piece(" …"),) if end < len(text) else ()
    return before + shown + after if shown else ()


Place = tuple[str, str, Sequence[Mark]]


def why(*places: Place, states: Sequence[str], weights: Mapping[str, float]) -> tuple[str, ...]:
    """Return why a document is here: where the words are, and what trust did."""
    words: list[str] = []
    for place, text, marks in places:
        if shown := dict.fromkeys(text[mark.start : mark.end].casefold() for mark in marks):
            words.append(f"{place}: {', '.join(list(shown)[:4])}")
    return (*words, *reasons(states, weights))
