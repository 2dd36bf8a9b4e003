"""From what people type to a query. Nothing typed is an error: what cannot be used is left out, with a hint."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from search_index.query import Choice, Leaf, Phrase, Prefix, Query, Word
from search_index.words import TYPED

MOST_LETTERS: Final = 500
MOST_WORDS: Final = 24
LONGEST_WORD: Final = 64
LONGEST_PHRASE: Final = 8
SHORTEST_PREFIX: Final = 3
MOST_PREFIXES: Final = 8
MOST_LEAVES: Final = 200
MOST_FILTERS: Final = 12

_TOKEN: Final = re.compile(
    r'(?P<minus>-)?(?:(?P<operator>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|\[(?P<tag>[^\[\]"]+)\]|(?P<bare>[^\s"]+))|"',
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"(?P<sign>>=|<=|>|<|=)?(?P<first>-?\d{1,6})(?:\.\.(?P<last>-?\d{1,6}))?")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_THREAD: Final = re.compile(r"(?:thread:)?(\d{1,15})")

FACET_OF: Final = {
    "org": "organisation", "organisation": "organisation", "platform": "platform", "tag": "tag", "type": "type",
    "is": "state", "has": "has", "result": "direction", "lang": "language", "country": "country",
}  # fmt: skip
OPERATORS: Final = ("title", "by", *FACET_OF, "after", "before", "votes", "in")
# Other names for the values that the index knows.
MEANT: Final = {
    "type": {
        "case": "case_study", "cases": "case_study", "case-study": "case_study", "questions": "question",
        "discussions": "discussion", "practice": "article", "practices": "article", "articles": "article",
        "collections": "collection",
        "person": "member", "people": "member", "members": "member", "organisations": "organisation",
        "organization": "organisation", "org": "organisation",
    },
    "direction": {"negative": "did_not_work", "positive": "worked", "failed": "did_not_work"},
    "state": {"answered": "solved", "open": "unanswered"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """What was typed, read: the query, the hints for the reader, and whether only their own posts are wanted."""

    text: str
    query: Query
    hints: tuple[str, ...] = ()
    mine: bool = False


def clean(text: str) -> str:
    """Return text without control characters and lone surrogates, cut to what is read of it."""
    kept = (
        " " if (kind := unicodedata.category(letter)) == "Cc" else "" if kind in {"Cs", "Cf"} else letter
        for letter in text[: 4 * MOST_LETTERS]
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())[:MOST_LETTERS]


def meaning(facet: str, value: str) -> str:
    """Return the value of a facet that is meant by a typed one."""
    typed = value.strip().casefold()
    return MEANT.get(facet, {}).get(typed, value.strip())


class _Reader:
    """Gathers the parts of one query."""

    def __init__(self) -> None:
        self.hints: dict[str, None] = {}
        self.choices: list[Choice] = []
        self.unwanted: list[Leaf] = []
        self.only: dict[str, tuple[str, ...]] = {}
        self.without: dict[str, tuple[str, ...]] = {}
        self.rest = Query()
        self.mine = False
        self.either = False
        self.negate = False
        self.words = 0
        self.prefixes = 0

    def hint(self, sentence: str) -> None:
        self.hints[sentence] = None

    def token(self, found: re.Match[str]) -> None:
        """Take one token."""
        bare, quoted = found["bare"], found["quoted"]
        if bare in {"OR", "|"} and not found["operator"]:
            self.either = bool(self.choices)
            return
        if bare in {"AND", "NOT"} and not found["operator"]:
            self.negate = bare == "NOT"
            return
        if bare and bare.endswith(":") and bare[:-1].lower() in OPERATORS and not found["operator"]:
            self.hint(f"{bare.lower()} needs a value after the colon.")
            return
        minus, self.negate = bool(found["minus"]) or self.negate, False
        operator = (found["operator"] or "").lower()
        value = next((given for given in (quoted, found["tag"], bare) if given is not None), "")
        if found["tag"] and not operator:
            operator = "tag"
        if operator and operator not in OPERATORS:
            self.text(f"{operator} {value}", minus=minus)
        elif operator == "title":
            self.text(value, minus=minus, field="title", quoted=quoted is not None)
        elif operator:
            self.operator(operator, value.strip(), minus=minus)
        else:
            self.text(value, minus=minus, quoted=quoted is not None)

    def text(self, text: str, *, minus: bool, field: str = "", quoted: bool = False) -> None:
        """Take words, or a phrase."""
        words = [word[:LONGEST_WORD] for word in TYPED.findall(text)]
        if any(len(word) > LONGEST_WORD for word in TYPED.findall(text)):
            self.hint(f"Very long words were cut to {LONGEST_WORD} letters.")
        if quoted and words and not (len(words) == 1 and words[0].endswith("*")):
            if len(words) > LONGEST_PHRASE:
                self.hint(f"Only the first {LONGEST_PHRASE} words of a phrase are used.")
            self.leaf(Phrase(" ".join(word.rstrip("*") for word in words[:LONGEST_PHRASE]), field), minus, must=True)
            return
        for word in words:
            self.leaf(self.word(word, field), minus, must=bool(field))

    def word(self, word: str, field: str) -> Leaf:
        """Return a word, or the beginning of one."""
        letters = word.rstrip("*")
        if letters == word:
            return Word(word, field)
        if len(letters) < SHORTEST_PREFIX:
            self.hint(f"A * needs at least {SHORTEST_PREFIX} letters before it.")
            return Word(letters, field)
        if self.prefixes == MOST_PREFIXES:
            self.hint(f"Only the first {MOST_PREFIXES} words with a * stand for more than themselves.")
            return Word(letters, field)
        self.prefixes += 1
        return Prefix(letters, field)

    def leaf(self, leaf: Leaf, minus: bool, *, must: bool) -> None:
        """Take one word, beginning or phrase."""
        size = len(leaf.text.split())
        if self.words + size > MOST_WORDS:
            self.hint(f"Only the first {MOST_WORDS} words are used.")
            return
        self.words += size
        if minus:
            self.unwanted.append(leaf)
            return
        either, self.either = self.either, False
        if either:
            before = self.choices.pop()
            self.choices.append(Choice((*before.leaves, leaf), before.required or must))
        else:
            self.choices.append(Choice((leaf,), must))

    def operator(self, operator: str, value: str, *, minus: bool) -> None:
        """Take a filter."""
        if not value:
            self.hint(f"{operator}: needs a value after the colon.")
        elif operator == "is" and value.casefold() == "mine":
            self.mine = True
        elif operator in FACET_OF:
            self.facet(FACET_OF[operator], value, minus=minus)
        elif not _SPECIAL[operator](self, value):
            self.hint(_USAGE[operator])

    def facet(self, facet: str, value: str, *, minus: bool) -> None:
        """Take a wanted or unwanted value of a facet."""
        kept = self.without if minus else self.only
        if sum(map(len, kept.values())) >= MOST_FILTERS:
            self.hint(f"Only the first {MOST_FILTERS} filters are used.")
            return
        values = kept.get(facet, ())
        kept[facet] = tuple(dict.fromkeys((*values, meaning(facet, value)[:LONGEST_WORD])))

    def by(self, value: str) -> bool:
        self.rest = replace(self.rest, handle=value.removeprefix("@").casefold()[:LONGEST_WORD])
        return bool(self.rest.handle)

    def after(self, value: str) -> bool:
        if moment := day(value):
            self.rest = replace(self.rest, after=moment)
        return bool(moment)

    def before(self, value: str) -> bool:
        if moment := day(value):
            self.rest = replace(self.rest, before=moment)
        return bool(moment)

    def votes(self, value: str) -> bool:
        found = _NUMBERS.fullmatch(value)
        if not found:
            return False
        first, last, sign = int(found["first"]), found["last"], found["sign"]
        least: int | None = first + (sign == ">")
        most: int | None = first - (sign == "<") if sign else None
        if sign in {"<", "<="}:
            least = None
        elif sign in {">", ">="}:
            most = None
        elif last is not None:
            most = int(last)
        elif not sign:
            most = first
        self.rest = replace(self.rest, votes_least=least, votes_most=most)
        return True

    def inside(self, value: str) -> bool:
        if found := _THREAD.fullmatch(value):
            self.rest = replace(self.rest, group=f"thread:{int(found[1])}")
        return bool(found)


_SPECIAL: Final[dict[str, Callable[[_Reader, str], bool]]] = {
    "by": _Reader.by, "after": _Reader.after, "before": _Reader.before, "votes": _Reader.votes, "in": _Reader.inside,
}  # fmt: skip
_USAGE: Final = {
    "by": "by: needs a member's name, such as by:@mara.",
    "after": "after: needs a date, such as after:2026 or after:2026-06-30.",
    "before": "before: needs a date, such as before:2026 or before:2026-06-30.",
    "votes": "votes: needs a number, such as votes:3, votes:>3 or votes:3..9.",
    "in": "in: needs the number of a thread, such as in:thread:123.",
}


def day(value: str) -> datetime | None:
    """Return the beginning of a year, month or day in UTC, None when it is none."""
    found = _DATE.fullmatch(value.strip())
    if not found:
        return None
    try:
        return datetime(int(found[1]), int(found[2] or 1), int(found[3] or 1), tzinfo=UTC)
    except ValueError:
        return None


def read(typed: str) -> Wording:
    """Read what somebody typed."""
    reader = _Reader()
    text = clean(typed)
    if len(typed) > MOST_LETTERS and len(" ".join(typed.split())) > MOST_LETTERS:
        reader.hint(f"Only the first {MOST_LETTERS} letters are used.")
    if text.count('"') % 2:
        reader.hint("A quotation mark is missing; its words were searched one by one.")
        last = text.rfind('"')
        text_read = text[:last] + " " + text[last + 1 :]
    else:
        text_read = text
    for found in _TOKEN.finditer(text_read):
        reader.token(found)
    query = replace(
        reader.rest,
        choices=tuple(reader.choices),
        unwanted=tuple(reader.unwanted),
        only=reader.only,
        without=reader.without,
    )
    return Wording(text, query, tuple(reader.hints), reader.mine)


def parts(typed: str) -> tuple[str, ...]:
    """Return the parts of what somebody typed, as typed: words, phrases and filters, each of which could go."""
    found: list[str] = []
    for part in (one[0] for one in _TOKEN.finditer(clean(typed))):
        if part in {"OR", "|", "AND", '"'}:
            continue
        if found and found[-1] == "NOT":
            found[-1] = f"NOT {part}"
        else:
            found.append(part)
    return tuple(part for part in found if part != "NOT")


def is_filter(part: str) -> bool:
    """Say whether a part of what was typed is a filter, or asks for something not to be there."""
    found = _TOKEN.match(part)
    narrows = found is not None and (found["tag"] or (found["operator"] or "").lower() in OPERATORS)
    return bool(narrows) or part.startswith(("-", "NOT "))


def plain(text: str) -> Query:
    """Return a query for words alone, however many: for a text that is compared, not a query that is typed."""
    words = dict.fromkeys(word.casefold() for word in TYPED.findall(unicodedata.normalize("NFC", text)))
    return Query(choices=tuple(Choice((Word(word.rstrip("*")[:LONGEST_WORD]),)) for word in list(words)[:MOST_LEAVES]))
