"""Search by brute force: plain loops over the documents themselves, to hold the engine to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from base.clock import now
from search_index.document import Document
from search_index.engines.analysis import analyser, variants
from search_index.engines.naming import names_of, normal
from search_index.found import section_of, type_of
from search_index.query import MANY, Choice, Leaf, Prefix, Query, Word
from search_index.ranking import factor
from search_index.words import clean, fold

K1, B = 1.2, 0.75
BOOSTS = {"title": 2.0, "body": 1.0, "names": 0.5}
EXPANSIONS = 64


@dataclass
class Text:
    """One document, analysed."""

    document: Document
    stems: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Document) -> "Text":
        made = cls(document)
        read = analyser(document.language)
        for name, text in (("title", document.title), ("body", document.body), ("names", names_of(document))):
            terms = list(read.terms(clean(text)))
            made.stems[name] = {}
            for term in terms:
                made.stems[name].setdefault(term.stem, []).append(term.position)
                made.words.add(term.surface)
                if name == "title":
                    made.heads.add(term.surface)
            made.lengths[name] = len(terms)
        return made

    @property
    def group(self) -> str:
        return self.document.group or self.document.key


def values(document: Document, facet: str, thread_type: str) -> tuple[str, ...]:
    """Return the values of a facet that a document has."""
    return {
        "type": (thread_type,), "platform": document.platforms, "tag": document.tags,
        "organisation": (document.organisation,), "country": (document.country,), "language": (document.language,),
        "state": document.state, "has": document.has, "direction": (document.direction,),
        "year": (str(document.created.year),),
    }[facet]  # fmt: skip


class Reference:
    """Answers queries over the given documents."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.texts = [Text.of(document) for document in documents]
        self.size = len(self.texts)
        threads = {text.group: text.document.type for text in self.texts if text.document.kind == "thread"}
        self.types = {}
        for text in self.texts:
            own = type_of(text.document.kind, text.document.type)
            self.types[text.document.key] = threads.get(text.group, own) if text.document.kind == "post" else own
        self.languages = tuple(dict.fromkeys(("en", *sorted({text.document.language for text in self.texts}))))
        self.averages = {
            name: max(sum(text.lengths[name] for text in self.texts) / self.size, 1e-9) if self.size else 1.0
            for name in BOOSTS
        }

    def rarity(self, frequency: int) -> float:
        return log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def parts(self, leaf: Leaf) -> list[dict[int, float]]:
        """Return gains by document for each reading of a leaf."""
        if isinstance(leaf, Prefix):
            return [self._beginning(leaf)] if fold(clean(leaf.text)) else []
        return [self._gains(leaf, reading) for reading in variants(clean(leaf.text), self.languages)]

    def _beginning(self, leaf: Prefix) -> dict[int, float]:
        sets = [text.heads if leaf.field else text.words for text in self.texts]
        counts = Counter(word for words in sets for word in words if word.startswith(fold(clean(leaf.text))))
        ranked = sorted(counts, key=lambda word: (-counts[word], word.encode()))
        chosen = set(ranked[:EXPANSIONS])
        return {number: 1.0 for number, words in enumerate(sets) if words & chosen}

    def _gains(self, leaf: Leaf, reading: Sequence[tuple[int, str]]) -> dict[int, float]:
        gains = {}
        for number, text in enumerate(self.texts):
            weight = 0.0
            for name in (leaf.field,) if leaf.field else BOOSTS:
                count = self._count(text.stems[name], reading)
                weight += BOOSTS[name] * count / (1 - B + B * text.lengths[name] / self.averages[name])
            if weight:
                gains[number] = weight * (K1 + 1) / (weight + K1)
        return gains

    @staticmethod
    def _count(stems: dict[str, list[int]], reading: Sequence[tuple[int, str]]) -> int:
        first, stem = reading[0]
        return sum(
            all(start - first + place in stems.get(other, ()) for place, other in reading[1:])
            for start in stems.get(stem, ())
        )

    def allowed(self, text: Text, query: Query, audiences: frozenset[str]) -> bool:
        """Say whether a document may be seen and passes the filters."""
        one = text.document
        if one.audience not in audiences or (query.kinds and one.kind not in query.kinds):
            return False
        if query.group and text.group != query.group:
            return False
        if query.handle and one.handle.casefold() != query.handle.casefold():
            return False
        moment = int(one.created.timestamp())
        if (query.after and moment < query.after.timestamp()) or (query.before and moment >= query.before.timestamp()):
            return False
        if query.votes_least is not None and one.votes < query.votes_least:
            return False
        if query.votes_most is not None and one.votes > query.votes_most:
            return False
        for facet, wanted in query.only.items():
            passed = [self._has(one, facet, value, audiences) for value in wanted]
            if wanted and not (all(passed) if facet in MANY else any(passed)):
                return False
        return not any(
            self._has(one, facet, value, audiences) for facet, values_ in query.without.items() for value in values_
        )

    def _has(self, one: Document, facet: str, value: str, audiences: frozenset[str]) -> bool:
        there = set(values(one, facet, self.types[one.key]))
        there |= set(one.aliases) if facet == "platform" else set()
        there |= {type_of(one.kind, one.type)} if facet == "type" else set()
        exact = any(
            normal(text.document.organisation) == normal(value) and text.document.audience in audiences
            for text in self.texts
        )
        if facet == "organisation" and not exact:
            return any(f"-{normal(value)}-" in f"-{normal(name)}-" for name in there)
        return normal(value) in {normal(name) for name in there}

    def score(self, query: Query, inside: list[bool]) -> list[float | None]:
        """Return the score of each document, None for one that does not match."""
        if not query.choices:
            return [0.0 if ok else None for ok in inside]
        choices = [(choice, self._choice(choice)) for choice in query.choices]
        choices = [(choice, parts) for choice, parts in choices if parts]
        scores, cover = [0.0] * self.size, [0] * self.size
        total, required = 0, []
        for choice, parts in choices:
            met = set().union(*parts)
            weight = max(1, round(self.rarity(len(met)) * 1000)) if met else 0
            if not met and (choice.required or query.all_words):
                return [None] * self.size
            total += weight
            required += [met] if choice.required else []
            for part in parts:
                for number, gain in part.items():
                    scores[number] += gain * self.rarity(len(part))
            for number in met:
                cover[number] += weight
        few = 2 <= len(choices) <= 4
        basic = [inside[n] and cover[n] > 0 and all(n in met for met in required) for n in range(self.size)]
        some_full = any(basic[n] and cover[n] == total for n in range(self.size))
        found: list[float | None] = []
        for n in range(self.size):
            ok = basic[n]
            if len(choices) > 1:
                if query.all_words:
                    ok = ok and cover[n] == total
                elif few and some_full:
                    ok = ok and cover[n] * 2 >= total
                scores[n] *= 1 + 0.5 * cover[n] / max(total, 1)
            found.append(scores[n] if ok else None)
        if self._is_long(query) and sum(one is not None for one in found) > 1:
            found = self._like_the_best(query, found)
        trust = [self._trust(text.document) for text in self.texts]
        return [None if one is None else one * more for one, more in zip(found, trust, strict=True)]

    @staticmethod
    def _trust(one: Document) -> float:
        trust = factor((*one.state, *one.has))
        if one.platforms:
            years = max(0, int(now().timestamp()) // 86_400 - int(one.active.timestamp()) / 86_400) / 365
            trust *= 1 + 0.1 / 2**years
        return trust

    @staticmethod
    def _is_long(query: Query) -> bool:
        plain = all(
            len(one.leaves) == 1 and isinstance(one.leaves[0], Word) and not one.leaves[0].field and not one.required
            for one in query.choices
        )
        return plain and len(query.choices) >= 5 and not query.all_words and query.sort == "best"

    def _like_the_best(self, query: Query, scores: list[float | None]) -> list[float | None]:
        """Let the words that the five best documents share count a third."""

        def place(n: int) -> tuple[float, float, int, str]:
            one = self.texts[n].document
            return (-round(scores[n] or 0.0, 5), -int(one.created.timestamp()), -one.id, one.kind)

        best = sorted((n for n in range(self.size) if scores[n] is not None), key=place)[:5]
        total = sum(scores[n] or 0.0 for n in best)
        shares: Counter[str] = Counter()
        for n in best:
            stems = self.texts[n].stems
            counts = {
                stem: 2 * len(stems["title"].get(stem, ())) + len(stems["body"].get(stem, ()))
                for stem in {*stems["title"], *stems["body"]}
            }
            for stem, count in counts.items():
                shares[stem] += (scores[n] or 0.0) / total * count / sum(counts.values())  # type: ignore[assignment]
        candidates = sorted(shares, key=lambda stem: (-shares[stem], stem))[:60]
        gains = {stem: self._gains(Word(stem), ((0, stem),)) for stem in candidates}
        weights = {stem: shares[stem] * self.rarity(len(gains[stem])) for stem in candidates}
        chosen = sorted(weights, key=lambda stem: (-weights[stem], stem))[:20]
        scale = 0.35 * len(query.choices) / sum(weights[stem] for stem in chosen)
        more = [0.0] * self.size
        for stem in chosen:
            for n, gain in gains[stem].items():
                more[n] += gain * self.rarity(len(gains[stem])) * weights[stem] * scale
        return [None if one is None else 0.65 * one + extra for one, extra in zip(scores, more, strict=True)]

    def _choice(self, choice: Choice) -> list[dict[int, float]]:
        return [part for leaf in choice.leaves for part in self.parts(leaf)]

    def search(self, query: Query, audiences: frozenset[str]) -> "Answer":
        """Return everything that matches, best first, a group once."""
        inside = [self.allowed(text, query, audiences) for text in self.texts]
        for leaf in query.unwanted:
            for part in self.parts(leaf):
                for number in part:
                    inside[number] = False
        scores = self.score(query, inside)
        matching = [n for n in range(self.size) if scores[n] is not None]
        sort = "newest" if not query.choices and query.sort == "best" else query.sort

        def main(n: int) -> float:
            one = self.texts[n].document
            return {
                "best": scores[n] or 0.0, "newest": int(one.created.timestamp()),
                "active": int(one.active.timestamp()), "votes": one.votes,
            }[sort]  # fmt: skip

        def place(n: int) -> tuple[float, float, int, str]:
            one = self.texts[n].document
            return (-main(n), -int(one.created.timestamp()), -one.id, one.kind)

        ranked = sorted(matching, key=place)
        first: dict[str, int] = {}
        for n in ranked:
            first.setdefault(self.texts[n].group, n)
        return Answer(
            self,
            [(self.texts[n].document.key, main(n)) for n in first.values()],
            {self.texts[n].document.key: main(n) for n in matching},
            {self.texts[n].document.key: scores[n] or 0.0 for n in matching},
            matching,
            len(first),
        )


@dataclass
class Answer:
    """What the reference found: one document per group, best first."""

    reference: Reference
    ranked: list[tuple[str, float]]
    order: dict[str, float]
    scores: dict[str, float]
    matching: list[int]
    total: int

    def facet(self, name: str) -> dict[str, int]:
        """Return in how many groups each value occurs."""
        pairs = {
            (text.group, value)
            for n in self.matching
            for text in [self.reference.texts[n]]
            for value in values(text.document, name, self.reference.types[text.document.key])
            if value
        }
        return dict(Counter(value for _, value in pairs))

    def section(self, name: str) -> int:
        """Return how many groups have a match in a section."""
        texts = [self.reference.texts[n] for n in self.matching]
        types = self.reference.types
        return len({text.group for text in texts if section_of(text.document.kind, types[text.document.key]) == name})
