"""From document numbers to hits: what is shown, with the searched words marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from search_index.engines.whoosh import segment as facts_at
from search_index.engines.whoosh.analysis import analyser
from search_index.engines.whoosh.view import View
from search_index.found import Hit, Piece
from search_index.ranking import reasons
from search_index.words import WORD, fold

SNIPPET: Final = 240
_READ: Final = 20_000


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
    _known: dict[str, dict[str, str]] = field(default_factory=dict, compare=False, repr=False)

    def marks(self, text: str, language: str) -> list[Mark]:
        """Return the searched words of a text; each way of writing a word is looked at once for all texts."""
        if not self.stems and not self.prefixes:
            return []
        known = self._known.setdefault(language, {})
        marks = []
        for found in WORD.finditer(text, 0, _READ):
            raw = found.group()
            stem = known.get(raw)
            if stem is None:
                stem = known[raw] = self._stem(raw, language)
            if stem:
                marks.append(Mark(found.start(), found.end(), stem))
        return marks

    def _stem(self, raw: str, language: str) -> str:
        """Return the stem of a word that was searched, empty for another."""
        surface = fold(raw)
        stem = analyser(language).stem(surface)
        return stem if stem in self.stems or (self.prefixes and surface.startswith(self.prefixes)) else ""


def _pieces(text: str, marks: Sequence[Mark], start: int, end: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue
        if mark.start > at:
            pieces.append(Piece(text[at : mark.start]))
        pieces.append(Piece(text[mark.start : mark.end], marked=True))
        at = mark.end
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)


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
    pieces = _pieces(text, marks, start, end)
    before = (Piece("… "),) if start else ()
    after = (Piece(" …"),) if end < len(text) else ()
    return before + pieces + after if pieces else ()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows documents of one view, with what one query wants marked."""

    view: View
    wanted: Wanted
    weights: Mapping[str, float]
    snippets: bool = field(kw_only=True)

    def hit(self, number: int, score: float, more: int) -> Hit:
        """Return one hit."""
        title, body, url, author = self.view.shown(number)
        facts = self.view.facts(number)
        language, state = facts[facts_at.LANGUAGE], tuple(facts[facts_at.STATE])
        in_title = self.wanted.marks(title, language)
        in_body = self.wanted.marks(body, language) if self.snippets else []
        return Hit(
            kind=facts[facts_at.KIND],
            id=facts[facts_at.ID],
            type=facts[facts_at.TYPE],
            url=url,
            title=title,
            score=round(score, 4),
            created=_moment(facts[facts_at.CREATED]),
            active=_moment(facts[facts_at.ACTIVE]),
            group=facts[facts_at.GROUP],
            number=facts[facts_at.NUMBER],
            author=author,
            handle=facts[facts_at.HANDLE],
            organisation=facts[facts_at.ORGANISATION],
            country=facts[facts_at.COUNTRY],
            language=language,
            tags=tuple(facts[facts_at.TAGS]),
            platforms=tuple(facts[facts_at.PLATFORMS]),
            state=state,
            direction=facts[facts_at.DIRECTION],
            votes=facts[facts_at.VOTES],
            has=tuple(facts[facts_at.HAS]),
            audience=facts[facts_at.AUDIENCE],
            title_pieces=_pieces(title, in_title, 0, len(title)),
            snippet=snippet(body, in_body) if self.snippets else (),
            why=self._why(("title", title, in_title), ("text", body, in_body), states=(*state, *facts[facts_at.HAS])),
            more=more,
        )

    def _why(self, *places: tuple[str, str, Sequence[Mark]], states: tuple[str, ...]) -> tuple[str, ...]:
        """Return why it is here: where the words are, and what trust did."""
        words: list[str] = []
        for place, text, marks in places:
            if shown := dict.fromkeys(text[mark.start : mark.end].casefold() for mark in marks):
                words.append(f"{place}: {', '.join(list(shown)[:4])}")
        return (*words, *reasons(states, self.weights))
