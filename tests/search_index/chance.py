"""Random histories of an index and random queries, rich enough to tell right from wrong; the same for the same seed."""

from datetime import timedelta
from random import Random
from typing import Any

from search_index.document import Document
from search_index.query import SORTS, Choice, Leaf, Phrase, Prefix, Query, Word
from tests.search_index.documents import START, document

FACETS = ("type", "platform", "tag", "organisation", "country", "language", "state", "has", "direction", "year")
WORDS = (
    "nurse",
    "nurses",
    "recruit",
    "recruiting",
    "recruitment",
    "video",
    "café",
    "the",
    "x",
    "11",
    "verpleegkundige",
)
NAMES = ("", "Uppsala", "Uppsala North", "Gent")
VALUES = ("question", "answer", "x", "twitter", "a-b", "uppsala", "nl", "solved", "metrics", "2025", "none")
AUDIENCES = (frozenset({"public"}), frozenset({"public", "org:1"}), frozenset({"public", "org:1", "staff"}))

Change = list[Document] | str


class Chance:
    """Draws documents, changes and queries."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.pick = self.random.choice

    def rarely(self, usual: Any, *others: Any) -> Any:
        """Draw one of `others` once in seven times: a query with every filter at once finds nothing."""
        return self.pick(others) if self.random.random() < 1 / 7 else usual

    def text(self, most: int) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(0, most)))

    def some(self, values: tuple[str, ...], most: int = 2) -> tuple[str, ...]:
        return tuple(self.random.sample(values, self.random.randint(0, most)))

    def document(self) -> Document:
        """Draw a document; few ids, so that updates and groups meet."""
        kind = self.pick(("thread", "post", "post", "article", "member"))
        days = self.random.randint
        return document(
            days(1, 9), self.text(5), self.text(12), kind=kind,
            group=f"thread:{days(1, 5)}" if kind == "post" else "",
            type=self.pick(("answer", "comment") if kind == "post" else ("question", "case_study")),
            audience=self.pick(("public", "public", "org:1", "staff")), created=START + timedelta(days=days(0, 900)),
            active=START + timedelta(days=days(0, 9)), handle=self.pick(("Mara", "ruth")),
            organisation=self.pick(NAMES), country=self.pick(("NL", "SE")), language=self.pick(("en", "en", "nl")),
            tags=self.some(("a b", "c", "d")), platforms=self.some(("X", "YouTube")),
            aliases=self.some(("Twitter",), 1),
            state=self.some(("solved", "verified", "obsolete")), direction=self.pick(("", "worked")),
            votes=days(-1, 4), has=self.some(("metrics", "adoption"), 1),
        )  # fmt: skip

    def history(self) -> list[Change]:
        """Draw what happens to an index; it ends with something in it."""
        changes: list[Change] = []
        for _ in range(self.random.randint(1, 12)):
            many = [self.document() for _ in range(self.random.randint(1, 4))]
            changes.append(self.pick((many, many, many, "forget", "merge", "reopen", "rebuild")))
        return [*changes, [self.document() for _ in range(self.random.randint(0, 9))]]

    def leaf(self) -> Leaf:
        field = self.rarely("", "title")
        kind = self.random.random()
        if kind < 0.15:
            return Prefix(self.pick(("rec", "nur", "vid", "caf", "zzz")), field)
        if kind < 0.35:
            return Phrase(" ".join(self.random.choices(WORDS, k=self.random.randint(2, 3))), field)
        return Word(self.pick((*WORDS, "unknown", "recruits nurse")), field)

    def choice(self) -> Choice:
        size = self.pick((1, 1, 1, 2, 3))
        return Choice(tuple(self.leaf() for _ in range(size)), self.rarely(False, True))

    def filters(self) -> dict[str, tuple[str, ...]]:
        if self.random.random() < 0.8:
            return {}
        return {self.pick(FACETS): self.some(VALUES) for _ in range(self.random.randint(1, 2))}

    def query(self) -> Query:
        """Draw a query from the whole language, or now and then a question in many words."""
        if self.random.random() < 0.1:
            words = self.random.choices((*WORDS, "unknown"), k=self.random.randint(5, 7))
            return Query(choices=tuple(Choice((Word(word),)) for word in words), only=self.filters())
        return Query(
            choices=tuple(self.choice() for _ in range(self.random.randint(0, 6))),
            unwanted=(self.leaf(),) if self.random.random() < 0.15 else (),
            all_words=self.rarely(False, True), only=self.filters(), without=self.filters(),
            kinds=self.rarely((), ("thread", "article")), handle=self.rarely("", "mara"),
            group=self.rarely("", "thread:2", "thread:77"), after=self.rarely(None, START + timedelta(days=200)),
            before=self.rarely(None, START + timedelta(days=600)), votes_least=self.rarely(None, 1),
            votes_most=self.rarely(None, 2), sort=self.pick(("best", "best", *SORTS)),
        )  # fmt: skip

    def audiences(self) -> frozenset[str]:
        return self.pick(AUDIENCES)  # type: ignore[no-any-return]
