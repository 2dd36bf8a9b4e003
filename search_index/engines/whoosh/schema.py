"""The fields of the index, and how a document becomes a row of them.

A segment of Whoosh holds one entry per document (its facts and its shown texts) and, last, one entry that carries the
terms of all of them, each with its packed postings: Whoosh then takes a call per term and not one per posting.
"""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from whoosh import columns, fields, formats

from search_index.document import Document
from search_index.engines.whoosh.seals import sealed

VERSION: Final = 3

# A stem is kept with its places in title, body and names; words as written (of everything, and of titles alone) serve
# prefixes and spelling.
FIELDS: Final = ("stems", "words", "heads")
# Not a word: its value lists the words of a field, or the marks of its stems.
LEXICON: Final = b"\x00"

Posting = tuple[bytes, int, float, bytes]


class Packed(fields.FieldType):
    """A field whose terms come ready, with a value of any length each; what is scored is kept with the facts."""

    def __init__(self) -> None:
        super().__init__(formats.Format(field_boost=1.0), None, scorable=False, stored=False)  # type: ignore[arg-type]

    def index(self, value: Sequence[Posting], **_: Any) -> Generator[Posting, Any, None]:
        """Hand the terms on, each with its checksum."""
        for term, frequency, weight, packed in value:
            yield term, frequency, weight, sealed(term, packed)


SCHEMA: Final = fields.Schema(
    **{name: Packed() for name in FIELDS}, facts=fields.COLUMN(columns.VarBytesColumn()), shown=fields.STORED()
)


@dataclass(frozen=True, slots=True)
class Row:
    """A document, analysed: everything that may go wrong with it has gone well. `read` holds words as numbers."""

    kind: str
    id: int
    facts: bytes
    shown: tuple[str, str, str, str]
    read: Sequence[Sequence[int]]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def facts_of(document: Document, lengths: Sequence[int]) -> bytes:
    """Return the facts of a document; its lengths are the numbers of words in title, body and names."""
    facts = [
        document.kind, int(document.id), document.type, document.audience, _seconds(document.created),
        _seconds(document.active), document.group or document.key, int(document.number), document.handle.casefold(),
        document.organisation, document.country, document.language, document.tags, document.platforms,
        document.state, document.direction, int(document.votes), document.has, document.aliases, *lengths,
    ]  # fmt: skip
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
