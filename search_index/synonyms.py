"""Words that mean the same, put into a query: one step, never a chain, and never more than a query may hold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from search_index.query import Choice, Leaf, Phrase, Query, Word
from search_index.wording import LONGEST_PHRASE, LONGEST_WORD
from search_index.words import TYPED, fold

MOST_TERMS: Final = 12
LONGEST_TERM: Final = 60
MOST_ADDED: Final = 60

Stem = Callable[[str, str], str]
_stem: Final[list[Stem]] = []


def stem_by(stem: Stem) -> None:
    """Let `stem(folded word, language)` give the stems by which words are compared; empty for a stop word."""
    _stem[:] = [stem]


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that mean the same; one way: whoever asks for the first is given the others, too."""

    terms: tuple[str, ...]
    one_way: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What was typed, and what else was searched for it."""

    typed: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Widened:
    """A query with synonyms in it; `known` are the typed words that have some: they are not misspelt."""

    query: Query
    added: tuple[Added, ...] = ()
    known: frozenset[str] = frozenset()


def words_of(term: str) -> tuple[str, ...]:
    """Return the words of a term, as a query has them."""
    return tuple(word.rstrip("*")[:LONGEST_WORD] for word in TYPED.findall(term))


def stem_of(word: str, language: str = "") -> str:
    """Return the stem of a word, empty for a stop word; English unless a language is given."""
    folded = fold(word)
    return _stem[0](folded, language or "en") if _stem else folded


def is_common(term: str, language: str = "") -> bool:
    """Say whether a term is made of stop words only: search reads over those."""
    return not any(stem_of(word, language) for word in words_of(term))


def is_letters(term: str, language: str = "") -> bool:
    """Say whether of several words of a term only single letters are searched, as of A&E: they stand in many texts."""
    stems = [stem for word in words_of(term) if (stem := stem_of(word, language))]
    return len(words_of(term)) > 1 and all(len(stem) < 2 for stem in stems)


def _key(words: Iterable[str], language: str) -> tuple[str, ...]:
    # A stop word inside a term counts as it is written: "out of office" is not "office".
    return tuple(stem_of(word, language) or fold(word) for word in words)


def _usable(term: str, language: str) -> bool:
    fits = 0 < len(words_of(term)) <= LONGEST_PHRASE and len(term) <= LONGEST_TERM
    return fits and not is_common(term, language) and not is_letters(term, language)


class Synonyms:
    """All groups, ready to be looked up."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        """Take the groups; terms that are too long, or that search would read over, are left out."""
        self._others: dict[str, dict[tuple[str, ...], dict[str, None]]] = {}
        self._longest = 0
        for group in groups:
            self._take(group)

    def _take(self, group: Group) -> None:
        others = self._others.setdefault(group.language, {})
        terms = [term for term in group.terms if _usable(term, group.language)][:MOST_TERMS]
        keys = {term: _key(words_of(term), group.language) for term in terms}
        for term in terms[:1] if group.one_way else terms:
            self._longest = max(self._longest, len(keys[term]))
            found = others.setdefault(keys[term], {})
            found.update(dict.fromkeys(other for other in terms if keys[other] != keys[term]))

    def of(self, words: Sequence[str], languages: Iterable[str]) -> tuple[str, ...]:
        """Return what else is meant by these words, for somebody who reads these languages."""
        found: dict[str, None] = {}
        for language in ("", *languages):
            if others := self._others.get(language):
                found.update(others.get(_key(words, language), {}))
        return tuple(found)

    def widen(self, query: Query, languages: Iterable[str] = ()) -> Widened:
        """Return the query with what else its words mean as further alternatives.

        Words of a term of several words get the others each, so that a text with another counts as having them all.
        Phrases in quotation marks, beginnings of words and unwanted words stay what they are.
        """
        choices, spoken = list(query.choices), tuple(dict.fromkeys(languages))
        added: list[Added] = []
        known: set[str] = set()
        left = MOST_ADDED
        for stretch, words in self._stretches(query.choices):
            # Search reads over common words: with something in their place they would count.
            places = [place for place, word in zip(stretch, words, strict=True) if not is_common(word)] or [stretch[0]]
            new = self.of(words, spoken)[: min(MOST_TERMS, left // len(places))]
            if not new:
                continue
            left -= len(new) * len(places)
            known.update(words)
            added.append(Added(" ".join(words), new))
            for place in places:
                choices[place] = _with(choices[place], new)
        return Widened(replace(query, choices=tuple(choices)), tuple(added), frozenset(known))

    def _stretches(self, choices: Sequence[Choice]) -> Iterator[tuple[range, tuple[str, ...]]]:
        """Yield every stretch of words that stand next to each other, long ones first, with where it stands."""
        given = [_alone(choice) for choice in choices]
        for length in range(min(self._longest, len(given)), 1, -1):
            for start in range(len(given) - length + 1):
                words = [one for one in given[start : start + length] if one is not None]
                if len(words) == length and len({one.field for one in words}) == 1:
                    yield range(start, start + length), tuple(one.text for one in words)
        for place, choice in enumerate(choices):
            for leaf in choice.leaves:
                if isinstance(leaf, Word):
                    yield range(place, place + 1), (leaf.text,)


def _alone(choice: Choice) -> Word | None:
    first = choice.leaves[0]
    return first if len(choice.leaves) == 1 and isinstance(first, Word) else None


def _with(choice: Choice, terms: Iterable[str]) -> Choice:
    field = choice.leaves[0].field
    new = (_leaf(term, field) for term in terms)
    return replace(choice, leaves=tuple(dict.fromkeys((*choice.leaves, *new))))


def _leaf(term: str, field: str) -> Leaf:
    words = words_of(term)
    return Word(words[0], field) if len(words) == 1 else Phrase(" ".join(words), field)
