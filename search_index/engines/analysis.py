"""From text to terms: words, lower case, accents folded, stop words dropped, stemmed in the text's language."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from whoosh.lang import stemmer_for_language
from whoosh.lang.porter import stem as porter
from whoosh.lang.stopwords import stoplists

from search_index.words import WORD, fold

LANGUAGES: Final = ("en", "nl", "de", "fr", "es", "pt")
_CACHED: Final = 200_000


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a text: where it stands, how it is written (folded), and its stem."""

    start: int
    end: int
    position: int
    surface: str
    stem: str


class Stems(dict[str, str]):
    """The stems of words as they stand in texts: as fast as a dictionary, and bounded."""

    def __init__(self, read: "Analyser") -> None:
        super().__init__()
        self._read = read

    def __missing__(self, raw: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        self[raw] = stem = self._read.stem(fold(raw))
        return stem


class Analyser:
    """Makes terms of texts in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stops: frozenset[str] = frozenset(fold(word) for word in stoplists[language])
        stemmer: Callable[[str], str] = porter if language == "en" else stemmer_for_language(language)
        self._stem = lru_cache(maxsize=_CACHED)(stemmer)
        self.stems = Stems(self)

    def stem(self, surface: str) -> str:
        """Return the stem of a folded word, empty for a stop word."""
        if surface in self.stops:
            return ""
        return self._stem(surface) or surface

    def terms(self, text: str) -> Iterator[Term]:
        """Yield the terms of a text; a stop word leaves a gap in the positions."""
        for position, found in enumerate(WORD.finditer(text)):
            surface = fold(found.group())
            if stem := self.stem(surface):
                yield Term(found.start(), found.end(), position, surface, stem)

    def positions(self, text: str) -> tuple[dict[str, list[int]], set[str]]:
        """Return where each stem stands, and the words as written."""
        stems: dict[str, list[int]] = {}
        surfaces: set[str] = set()
        for position, raw in enumerate(WORD.findall(text)):
            surface = fold(raw)
            if stem := self.stem(surface):
                stems.setdefault(stem, []).append(position)
                surfaces.add(surface)
        return stems, surfaces


@lru_cache(maxsize=len(LANGUAGES))
def _of(language: str) -> Analyser:
    return Analyser(language)


def analyser(language: str) -> Analyser:
    """Return the analyser of a language; one without a stemmer of its own is read as English."""
    code = language[:2].lower()
    return _of(code if code in LANGUAGES else "en")


def variants(text: str, languages: Iterable[str]) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Return `text` as (position, stem) sequences, one for each language that reads it differently."""
    read = (tuple((term.position, term.stem) for term in analyser(language).terms(text)) for language in languages)
    return tuple(dict.fromkeys(sequence for sequence in read if sequence))
