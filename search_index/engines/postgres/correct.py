"""Did you mean: better spellings, only ones that stand in a document the viewer may see."""

from collections.abc import Iterable, Sequence
from typing import Final

from search_index.engines.analysis import LANGUAGES, analyser
from search_index.engines.distances import distances
from search_index.engines.formula import SCORED
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.packed import FIELD, WRITTEN, term_of
from search_index.found import Correction
from search_index.words import WORD, clean, fold

_SHORTEST: Final = 3
# A word that hardly any document has may be a slip too, when a word one letter away is this much more frequent.
_RARE: Final = 2
_MUCH_MORE: Final = 10
_NEAREST: Final = 24
# Whoever has this many postings has more than _RARE documents in one of the fields.
_ENOUGH: Final = (len(SCORED) + 1) * _RARE + 1
_LAST: Final = "\U0010ffff"


async def correct(asked: Asked, words: Sequence[str]) -> tuple[Correction, ...]:
    """Return better spellings of words that occur in no, or hardly any, document that may be seen."""
    parts = [part for word in dict.fromkeys(words) for part in WORD.findall(clean(word))]
    wanted = [fold(part) for part in parts if _may_be_wrong(fold(part))]
    known = await _known(asked, wanted)
    corrections = []
    for part in parts:
        word = fold(part)
        if word in known and known[word] <= _RARE and (better := await _better(asked, word, known[word])):
            corrections.append(Correction(part, *better))
    return tuple(corrections)


def _may_be_wrong(word: str) -> bool:
    if len(word) < _SHORTEST or word.isdigit():
        return False
    return not any(word in analyser(code).stops for code in LANGUAGES)


async def _better(asked: Asked, word: str, known: int) -> tuple[str, bool] | None:
    near = await _near(asked, word)
    counts = await _visible(asked, [text for _, text in near])
    close = [(distance, -counts[text], text) for distance, text in near if counts.get(text)]
    if known:
        close = [one for one in close if one[0] == 1 and -one[1] >= _MUCH_MORE * known]
    return (min(close)[2], known == 0) if close else None


async def _known(asked: Asked, words: Iterable[str]) -> dict[str, int]:
    """Return in how many documents that may be seen each word occurs, in any form; counting stops beyond a few."""
    forms = {
        word: {term_of(word), *(term_of(analyser(code).stem(word)) for code in asked.state.languages)} for word in words
    }
    if not forms:
        return {}
    rows = await asked.connection.fetch(
        "SELECT t.term, few.packed FROM unnest($2::bigint[]) t (term), LATERAL ("  # noqa: S608
        f" SELECT p.packed FROM {asked.names.postings} p JOIN {asked.names.facts} f ON f.doc = (p.packed >> 32)::int"
        " WHERE p.term = t.term AND f.audience = ANY($1::bigint[]) LIMIT $3) few",
        asked.who,
        list(set().union(*forms.values())),
        _ENOUGH,
    )
    packed: dict[int, list[int]] = {}
    for row in rows:
        packed.setdefault(row["term"], []).append(row["packed"])
    bits = (WRITTEN, *(FIELD[field] for field in SCORED))
    seen = {term: max(sum(bool(one & bit) for one in found) for bit in bits) for term, found in packed.items()}
    return {word: max(seen.get(term, 0) for term in terms) for word, terms in forms.items()}


async def _visible(asked: Asked, words: Sequence[str]) -> dict[str, int]:
    """Return in how many documents that may be seen words are written, those that are in any."""
    terms = {term_of(word): word for word in words}
    if not terms:
        return {}
    rows = await asked.connection.fetch(
        f"SELECT p.term, count(*) AS n FROM {asked.names.postings} p"  # noqa: S608
        f" JOIN {asked.names.facts} f ON f.doc = (p.packed >> 32)::int"
        " WHERE p.term = ANY($2::bigint[]) AND p.packed & $3 <> 0 AND f.audience = ANY($1::bigint[]) GROUP BY p.term",
        asked.who,
        list(terms),
        WRITTEN,
    )
    return {terms[row["term"]]: row["n"] for row in rows}


async def _near(asked: Asked, word: str) -> list[tuple[int, str]]:
    """Return (distance, word) for the words of the index that are nearly `word`, nearest first."""
    most = 1 if len(word) < 8 else 2
    joined = await asked.connection.fetchval(
        f"SELECT string_agg(word, chr(10)) FROM {asked.names.lexicon}"  # noqa: S608
        " WHERE (word >= $1 AND word < $2 OR word >= $3 AND word < $4) AND char_length(word) BETWEEN $5 AND $6",
        word[0],
        word[0] + _LAST,
        word[1],
        word[1] + _LAST,
        len(word) - most,
        len(word) + most,
    )
    known = [text for text in (joined or "").split("\n") if text and text != word]
    if not known:
        return []
    measured = sorted(zip(distances(known, word), known, strict=True))
    return [one for one in measured if one[0] <= most][:_NEAREST]
