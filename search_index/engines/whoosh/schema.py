"""The fields of the index, and how a document becomes a row of them."""

import json
from array import array
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from whoosh import columns, fields, formats

from search_index.document import Document
from search_index.engines.analysis import analyser
from search_index.engines.formula import SCORED
from search_index.engines.naming import names_of
from search_index.engines.whoosh.pool import Posting
from search_index.words import LONGEST, clean

VERSION: Final = 1


class Places(formats.Format):
    """Keeps the positions of a term as plain 32-bit numbers, which numpy reads without a copy."""

    def __init__(self) -> None:
        super().__init__(field_boost=1.0)


class Ready(fields.FieldType):
    """A field that is given its postings ready made; field lengths are kept with the facts, exactly."""

    def __init__(self, kept: formats.Format) -> None:
        super().__init__(kept, None, scorable=False, stored=False)  # type: ignore[arg-type]

    def index(self, value: tuple[Posting, ...], **_: Any) -> Generator[Posting, Any, None]:
        """Hand the postings on."""
        yield from value


# Scored fields hold stems with positions; the others hold words as written, for prefixes and spelling.
SCHEMA: Final = fields.Schema(
    title=Ready(Places()),
    body=Ready(Places()),
    names=Ready(Places()),
    words=Ready(formats.Existence()),
    heads=Ready(formats.Existence()),
    facts=fields.COLUMN(columns.VarBytesColumn()),
    shown=fields.STORED(),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A document, analysed: everything that may go wrong with it has gone well."""

    kind: str
    id: int
    fields: Mapping[str, Any]
    postings: Mapping[str, tuple[Posting, ...]]


def _places(stems: Mapping[str, list[int]]) -> tuple[Posting, ...]:
    return tuple(
        (stem.encode(), len(found), float(len(found)), array("I", found).tobytes()) for stem, found in stems.items()
    )


def _exists(words: set[str]) -> tuple[Posting, ...]:
    return tuple((word.encode(), 1, 1.0, b"") for word in words if len(word) < LONGEST)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def prepare(document: Document) -> Row:
    """Analyse a document."""
    read = analyser(document.language)
    title, body, names = clean(document.title), clean(document.body), clean(names_of(document))
    found = {"title": read.positions(title), "body": read.positions(body), "names": read.positions(names)}
    lengths = [sum(map(len, found[name][0].values())) for name in SCORED]
    facts = [
        document.kind, int(document.id), document.type, document.audience, _seconds(document.created),
        _seconds(document.active), document.group or document.key, int(document.number), document.handle.casefold(),
        document.organisation, document.country, document.language, document.tags, document.platforms,
        document.state, document.direction, int(document.votes), document.has, document.aliases, *lengths,
    ]  # fmt: skip
    return Row(
        document.kind,
        int(document.id),
        {
            "facts": json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(),
            "shown": (title, body, document.url, document.author),
        },
        {
            **{name: _places(found[name][0]) for name in SCORED},
            "words": _exists(found["title"][1] | found["body"][1] | found["names"][1]),
            "heads": _exists(found["title"][1]),
        },
    )
