"""How a document becomes rows: everything that may go wrong with it goes wrong here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from base.log import logger
from search_index.document import Document
from search_index.engines.analysis import analyser
from search_index.engines.formula import SCORED
from search_index.engines.naming import names_of
from search_index.engines.postgres.packed import FORWARD, HEAD, MOST, SEVERAL, SHIFTS, WRITTEN, term_of
from search_index.found import SECTIONS, section_of, type_of
from search_index.words import LONGEST, clean

_INTEGER: Final = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Row:
    """A document, analysed."""

    kind: int
    id: int
    group: int
    audience: int
    handle: int
    language: str
    section: int
    numbers: Mapping[str, int]
    labels: Mapping[str, tuple[str, ...]]
    lengths: tuple[int, ...]
    forward: bytes
    places: tuple[bytes, ...]
    written: frozenset[str]
    heads: frozenset[str]
    title: str
    body: str
    shown: str


Stems = Mapping[str, list[int]]


def _forward(stems: Iterable[tuple[str, Stems]], written: frozenset[str], heads: frozenset[str]) -> bytes:
    """Return every stem and word of a document with its posting, without the document's number."""
    low: dict[str, int] = {}
    for field, found in stems:
        for stem, at in found.items():
            low[stem] = low.get(stem, 0) | min(len(at), MOST[field]) << SHIFTS[field]
    for word in written:
        low[word] = low.get(word, 0) | WRITTEN | (HEAD if word in heads else 0)
    return np.array([(term_of(text), bits) for text, bits in low.items()], FORWARD).tobytes()


def short(term: Any) -> Any:
    """Return the 32 bits of a term that stand in places: enough inside a document that has the whole term."""
    return np.asarray(term, np.int64).astype(np.int32)


def _places(stems: Stems) -> bytes:
    """Return the stems of a field in order: the term at each position, 0 where none stands."""
    last = max((at[-1] for at in stems.values()), default=-1)
    line = np.zeros(last + 1, np.int32)
    for stem, at in stems.items():
        line[at] = short(term_of(stem))
    return line.tobytes()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _labels(document: Document) -> dict[str, tuple[str, ...]]:
    many = {"platform": document.platforms, "tag": document.tags, "state": document.state, "has": document.has}
    year = datetime.fromtimestamp(_seconds(document.created), UTC).year
    return {
        "kind": (document.kind,), "type": (type_of(document.kind, document.type),), "alias": document.aliases,
        "organisation": (document.organisation,), "country": (document.country,), "language": (document.language,),
        "direction": (document.direction,), "year": (str(year),), **{name: many[name] for name in SEVERAL},
    }  # fmt: skip


def _shown(document: Document) -> str:
    """Return what a hit shows beside title and text."""
    return json.dumps([
        document.type, document.url, document.number, document.author, document.handle.casefold(),
        document.organisation, document.country, document.language, document.tags, document.platforms,
        document.state, document.direction, document.has, document.audience, document.group or document.key,
    ])  # fmt: skip


def prepare(document: Document) -> Row:
    """Analyse a document."""
    read = analyser(document.language)
    texts = {"title": clean(document.title), "body": clean(document.body), "names": clean(names_of(document))}
    found = {name: read.positions(texts[name]) for name in SCORED}
    written = frozenset(word for _, words in found.values() for word in words if len(word) < LONGEST)
    heads = written & found["title"][1]
    numbers = {"created": _seconds(document.created), "active": _seconds(document.active), "votes": int(document.votes)}
    if int(document.id) not in _INTEGER or any(number not in _INTEGER for number in numbers.values()):
        raise ValueError("a number does not fit into 64 bits")
    return Row(
        kind=term_of(document.kind),
        id=int(document.id),
        group=term_of(document.group or document.key),
        audience=term_of(document.audience),
        handle=term_of(document.handle.casefold()),
        language=clean(document.language),
        section=SECTIONS.index(section_of(document.kind, document.type)),
        numbers=numbers,
        labels={facet: tuple(map(clean, labels)) for facet, labels in _labels(document).items()},
        lengths=tuple(sum(map(len, found[name][0].values())) for name in SCORED),
        forward=_forward(((name, found[name][0]) for name in SCORED), written, heads),
        places=tuple(_places(found[name][0]) for name in SCORED),
        written=written,
        heads=heads,
        title=texts["title"],
        body=texts["body"],
        shown=_shown(document),
    )


def prepare_all(documents: Iterable[Document]) -> list[Row]:
    """Analyse documents, the last of each key; one that cannot be analysed is logged and left out."""
    rows = []
    for document in {document.key: document for document in documents}.values():
        try:
            rows.append(prepare(document))
        except Exception:
            logger("search").exception("document left out", key=document.key)
    return rows


def keys_of(keys: Iterable[str]) -> list[tuple[int, int]]:
    """Return keys such as "post:14" as pairs."""
    pairs = (key.rpartition(":") for key in keys)
    return [(term_of(kind), int(id_)) for kind, _, id_ in pairs]
