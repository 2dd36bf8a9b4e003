"""One commit: rows in, rows out, and the counters that go with them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from search_index.engines.formula import SCORED
from search_index.engines.postgres.labels import Labels
from search_index.engines.postgres.layout import TABLES, Names, State
from search_index.engines.postgres.packed import FACTS, FORWARD, SEVERAL, SINGLE, THREADED, WRITTEN, pack_facts, term_of
from search_index.engines.postgres.prepare import Row

# So many generations back it is known what has changed.
REMEMBERED: Final = 5_000

_OLD: Final = """
SELECT f.doc, f.grp, f.language, f.fixed, p.postings FROM unnest($1::bigint[], $2::bigint[]) k (kind, id)
JOIN {facts} f ON f.kind = k.kind AND f.id = k.id JOIN {forward} p ON p.doc = f.doc
"""
_FORGET: Final = """
DELETE FROM {postings} p USING unnest($1::bigint[], $2::bigint[]) o (term, packed)
WHERE p.term = o.term AND p.packed = o.packed
"""
# A thread decides the type of its posts: both are read again for every thread that was touched.
_MEMBERS: Final = """
SELECT doc, grp, kind, own_type, own_section, fixed FROM {facts} WHERE grp = ANY($1) AND kind = ANY($2)
"""
_INHERIT: Final = """
UPDATE {facts} f SET changed = $4, type = u.type, fixed = overlay(f.fixed PLACING u.head FROM 1)
FROM unnest($1::int[], $2::int[], $3::bytea[]) u (doc, type, head) WHERE f.doc = u.doc
"""
_WORDS: Final = """
INSERT INTO {lexicon} (word, term, head)
SELECT u.word, u.term, u.head FROM unnest($1::text[], $2::bigint[], $3::boolean[]) u (word, term, head)
WHERE NOT EXISTS (SELECT FROM {lexicon} l WHERE l.word = u.word AND (l.head OR NOT u.head))
ON CONFLICT (word) DO UPDATE SET head = true
"""
_COUNTERS: Final = """
UPDATE {counters} SET generation = generation + 1, documents = $1, title = $2, body = $3, names = $4, languages = $5,
  last_doc = $6, last_label = $7
"""
_FACTS: Final = (
    "doc", "type", "own_type", "own_section", "audience", "kind", "id", "grp", "handle", "created", "votes", "changed",
    "fixed", "many", "labels", "language",
)  # fmt: skip
_THREAD: Final = term_of("thread")
_POST: Final = term_of("post")


def named(statement: str, names: Names) -> str:
    """Return a statement with the names of a build's tables."""
    return statement.format(**{table: getattr(names, table) for table in TABLES})


class Commit:
    """What is written to one build in one transaction; the lock on its counters makes writers take turns."""

    def __init__(self, connection: Any, names: Names, labels: Labels) -> None:
        self._connection = connection
        self._names = names
        self._known = labels
        self._new: dict[tuple[str, str], int] = {}
        self._groups: set[int] = set()
        self._languages: Counter[str] = Counter()
        self._lengths: Counter[str] = Counter()
        self._documents = 0
        self._state: State

    async def write(self, rows: Sequence[Row], gone: Iterable[tuple[int, int]] = (), *, new: bool = False) -> bool:
        """Write rows and forget others; `new` promises that none is there yet. Return whether anything changed."""
        await self._connection.execute(f"SELECT 1 FROM {self._names.counters} FOR UPDATE")  # noqa: S608
        self._state = await State.of(self._connection, self._names)
        keys = {*gone, *((row.kind, row.id) for row in rows)}
        forgotten = 0 if new else await self._forget(sorted(keys))
        if not rows and not forgotten:
            return False
        await self._known.follow(self._connection, self._names, self._state)
        await self._add(rows)
        await self._inherit()
        await self._count(len(rows))
        return True

    async def _forget(self, keys: Sequence[tuple[int, int]]) -> int:
        kinds, ids = [kind for kind, _ in keys], [id_ for _, id_ in keys]
        old = await self._connection.fetch(named(_OLD, self._names), kinds, ids)
        if not old:
            return 0
        docs = [row["doc"] for row in old]
        terms: list[int] = []
        packed: list[int] = []
        for row in old:
            found = np.frombuffer(row["postings"], FORWARD)
            terms += found["term"].tolist()
            packed += (found["low"].astype(np.int64) | row["doc"] << 32).tolist()
            facts = np.frombuffer(row["fixed"], FACTS)[0]
            self._tally(row["grp"], row["language"], [int(facts[name]) for name in SCORED], -1)
        await self._connection.execute(named(_FORGET, self._names), terms, packed)
        for table in ("facts", "texts", "places", "forward"):
            await self._connection.execute(f"DELETE FROM {getattr(self._names, table)} WHERE doc = ANY($1)", docs)  # noqa: S608
        await self._copy("gone", [(self._state.generation + 1, doc) for doc in docs], ("generation", "doc"))
        return len(old)

    def _tally(self, group: int, language: str, lengths: Sequence[int], sign: int) -> None:
        self._groups.add(group)
        self._documents += sign
        self._languages[language] += sign
        for name, length in zip(SCORED, lengths, strict=True):
            self._lengths[name] += sign * length

    def _number(self, facet: str, label: str) -> int:
        """Return the number of a label, a new one for a new label."""
        key = facet, label
        known = self._known.numbers.get(key)
        if known is not None and known <= self._state.last_label:
            return known
        return self._new.setdefault(key, self._state.last_label + len(self._new) + 1)

    async def _add(self, rows: Sequence[Row]) -> None:
        facts: list[Any] = []
        texts: list[Any] = []
        places: list[Any] = []
        forward: list[Any] = []
        postings: list[tuple[int, int]] = []
        heads: dict[str, bool] = {}
        for doc, row in enumerate(rows, self._state.last_doc + 1):
            facts.append(self._facts(doc, row))
            texts.append((doc, row.title, row.body, row.shown))
            places.append((doc, *row.places))
            forward.append((doc, row.forward))
            found = np.frombuffer(row.forward, FORWARD)
            low = found["low"].astype(np.int64) | doc << 32
            postings += zip(found["term"].tolist(), low.tolist(), strict=True)
            for word in row.written:
                heads[word] = heads.get(word, False) or word in row.heads
            self._tally(row.group, row.language, row.lengths, 1)
        new = [(number, facet, label) for (facet, label), number in self._new.items()]
        await self._copy("labels", new, ("number", "facet", "label"))
        await self._copy("facts", facts, _FACTS)
        await self._copy("texts", texts, ("doc", "title", "body", "shown"))
        await self._copy("places", places, ("doc", *SCORED))
        await self._copy("forward", forward, ("doc", "postings"))
        await self._copy("postings", postings, ("term", "packed"))
        await self._learn(heads)

    async def _learn(self, heads: Mapping[str, bool]) -> None:
        words = sorted(heads)
        values = words, [term_of(word) for word in words], [heads[word] for word in words]
        await self._connection.execute(named(_WORDS, self._names), *values)

    async def _copy(self, table: str, rows: Sequence[Any], columns: Sequence[str]) -> None:
        if rows:
            name = getattr(self._names, table).partition(".")[2]
            await self._connection.copy_records_to_table(name, records=rows, columns=columns, schema_name="search")

    def _facts(self, doc: int, row: Row) -> tuple[Any, ...]:
        numbers = {facet: [self._number(facet, label) for label in labels] for facet, labels in row.labels.items()}
        type_ = numbers.pop("type")[0]
        fixed = {
            "type": type_, "section": row.section, "doc": doc, "kind": numbers.pop("kind")[0], "id": row.id,
            "group": row.group, **row.numbers, **{name: numbers[name][0] for name in SINGLE},
            **dict(zip(SCORED, row.lengths, strict=True)), **{f"many {name}": len(numbers[name]) for name in SEVERAL},
        }  # fmt: skip
        many = [number for name in SEVERAL for number in numbers[name]]
        labels = sorted({number for found in numbers.values() for number in found})
        return (
            doc, type_, type_, row.section, row.audience, row.kind, row.id, row.group, row.handle,
            row.numbers["created"], row.numbers["votes"], self._state.generation + 1, pack_facts(fixed),
            np.array(many, "<i4").tobytes(), labels, row.language,
        )  # fmt: skip

    async def _inherit(self) -> None:
        """Give the posts of every touched thread its type and section, or their own when it is gone."""
        found = await self._connection.fetch(named(_MEMBERS, self._names), list(self._groups), [_THREAD, _POST])
        threads = {row["grp"]: THREADED.unpack_from(row["fixed"]) for row in found if row["kind"] == _THREAD}
        changes: list[tuple[int, int, bytes]] = []
        for row in found:
            if row["kind"] == _POST:
                then = threads.get(row["grp"], (row["own_type"], row["own_section"]))
                if THREADED.unpack_from(row["fixed"]) != then:
                    changes.append((row["doc"], then[0], THREADED.pack(*then)))
        if changes:
            columns = [list(column) for column in zip(*changes, strict=True)]
            await self._connection.execute(named(_INHERIT, self._names), *columns, self._state.generation + 1)

    async def _count(self, added: int) -> None:
        state = self._state
        languages = Counter(state.counted)
        languages.update(self._languages)
        await self._connection.execute(
            named(_COUNTERS, self._names),
            state.documents + self._documents,
            *(state.lengths[name] + self._lengths[name] for name in SCORED),
            json.dumps({language: number for language, number in languages.items() if number > 0}),
            state.last_doc + added,
            state.last_label + len(self._new),
        )


async def tidy(connection: Any, names: Names, after: str, most: int) -> str:
    """Forget words that stand in no document any more, among the next few; return the last one looked at."""
    await connection.execute(f"SELECT 1 FROM {names.counters} FOR UPDATE")  # noqa: S608
    found = await connection.fetch(
        f"SELECT word FROM {names.lexicon} WHERE word > $1 ORDER BY word LIMIT $2",  # noqa: S608
        after,
        most,
    )
    await connection.execute(
        named(
            "DELETE FROM {lexicon} l WHERE l.word = ANY($1) AND NOT EXISTS"
            " (SELECT FROM {postings} p WHERE p.term = l.term AND (p.packed & $2) <> 0)",
            names,
        ),
        [row["word"] for row in found],
        WRITTEN,
    )
    return found[-1]["word"] if len(found) == most else ""


async def trim(connection: Any, names: Names) -> None:
    """Forget which documents went long ago; who has looked away for so long reads everything again."""
    floor = await connection.fetchval(
        f"UPDATE {names.counters} SET floor = greatest(floor, generation - $1) RETURNING floor",  # noqa: S608
        REMEMBERED,
    )
    await connection.execute(f"DELETE FROM {names.gone} WHERE generation <= $1", floor)  # noqa: S608
