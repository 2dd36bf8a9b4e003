"""The tables of the index: a set of them per build, with its number, and one row that says which build is in use."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from search_index.engines.formula import SCORED, rarity

VERSION: Final = 1
TABLES: Final = ("counters", "labels", "facts", "gone", "texts", "places", "forward", "postings", "lexicon")

# This table is the one that every version must be able to read: it never changes.
_BASE: Final = """
CREATE SCHEMA IF NOT EXISTS search;
CREATE SEQUENCE IF NOT EXISTS search.builds;
CREATE TABLE IF NOT EXISTS search.current (
  one boolean PRIMARY KEY DEFAULT true CHECK (one), layout int NOT NULL, number int NOT NULL)
"""
# Kinds, audiences, groups and handles are compared as hashes (packed.term_of): whole numbers are cheap to filter by.
# Documents never change, they are replaced by ones with higher numbers; `changed` and `gone` tell what is new since a
# generation, so that what a process keeps in memory outlives a write.
_BUILD: Final = """
CREATE TABLE search.counters_{n} (
  generation bigint NOT NULL DEFAULT 1, documents bigint NOT NULL DEFAULT 0, title bigint NOT NULL DEFAULT 0,
  body bigint NOT NULL DEFAULT 0, names bigint NOT NULL DEFAULT 0, languages text NOT NULL DEFAULT '{{}}',
  last_doc int NOT NULL DEFAULT 0, last_label int NOT NULL DEFAULT 0, floor bigint NOT NULL DEFAULT 0)
  WITH (fillfactor = 10);
INSERT INTO search.counters_{n} DEFAULT VALUES;
CREATE TABLE search.labels_{n} (
  number int PRIMARY KEY, facet text COLLATE "C" NOT NULL, label text COLLATE "C" NOT NULL);
CREATE TABLE search.facts_{n} (
  doc int PRIMARY KEY, type int NOT NULL, own_type int NOT NULL, own_section int NOT NULL, audience bigint NOT NULL,
  kind bigint NOT NULL, id bigint NOT NULL, grp bigint NOT NULL, handle bigint NOT NULL, created bigint NOT NULL,
  votes bigint NOT NULL, changed bigint NOT NULL, fixed bytea NOT NULL, many bytea NOT NULL, labels int[] NOT NULL,
  language text COLLATE "C" NOT NULL, UNIQUE (kind, id));
CREATE INDEX ON search.facts_{n} (changed);
CREATE TABLE search.gone_{n} (generation bigint NOT NULL, doc int NOT NULL, PRIMARY KEY (generation, doc));
CREATE INDEX ON search.facts_{n} (grp);
CREATE INDEX ON search.facts_{n} USING gin (labels);
CREATE TABLE search.texts_{n} (
  doc int PRIMARY KEY, title text NOT NULL, body text NOT NULL, shown text NOT NULL);
CREATE TABLE search.places_{n} (
  doc int PRIMARY KEY, title bytea NOT NULL, body bytea NOT NULL, names bytea NOT NULL);
ALTER TABLE search.places_{n} ALTER title SET STORAGE EXTERNAL, ALTER body SET STORAGE EXTERNAL,
  ALTER names SET STORAGE EXTERNAL;
CREATE TABLE search.forward_{n} (doc int PRIMARY KEY, postings bytea NOT NULL);
ALTER TABLE search.forward_{n} ALTER postings SET STORAGE EXTERNAL;
CREATE TABLE search.postings_{n} (term bigint NOT NULL, packed bigint NOT NULL)
  WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE search.lexicon_{n} (word text COLLATE "C" PRIMARY KEY, term bigint NOT NULL, head boolean NOT NULL)
"""
# Made when the first documents are in: far cheaper than keeping it up while they come.
_INDEX: Final = "CREATE INDEX postings_{n}_key ON search.postings_{n} (term, packed)"


@dataclass(frozen=True)
class Names:
    """The names of the tables of one build."""

    number: int

    def __getattr__(self, table: str) -> str:
        if table not in TABLES:
            raise AttributeError(table)
        return f"search.{table}_{int(self.number)}"

    def put(self, statement: str) -> str:
        """Return a statement with the build's number for every {n}."""
        return statement.format(n=int(self.number))


@dataclass(frozen=True)
class State:
    """One generation of a build: how many documents it has, how long they are, and in which languages."""

    number: int
    generation: int
    documents: int
    lengths: Mapping[str, int]
    counted: Mapping[str, int]
    last_doc: int
    last_label: int
    floor: int

    @classmethod
    async def of(cls, connection: Any, names: "Names") -> "State":
        """Read the counters of a build."""
        row = await connection.fetchrow(f"SELECT * FROM {names.counters}")  # noqa: S608
        return cls(
            names.number, row["generation"], row["documents"], {name: row[name] for name in SCORED},
            json.loads(row["languages"]), row["last_doc"], row["last_label"], row["floor"],
        )  # fmt: skip

    @property
    def name(self) -> str:
        """Return a name that changes with every change of the index."""
        return f"{self.number}.{self.generation}"

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the documents, English always: a word is read as each would stem it."""
        return tuple(dict.fromkeys(("en", *sorted(self.counted))))

    @cached_property
    def averages(self) -> Mapping[str, float]:
        """Return the average length of each field."""
        return {name: max(self.lengths[name] / self.documents, 1e-9) if self.documents else 1.0 for name in SCORED}

    def rarity(self, frequency: int) -> float:
        """Return the weight of a term that this many documents have."""
        return rarity(frequency, self.documents)


async def current_build(connection: Any) -> tuple[int, int] | None:
    """Return (layout, number) of the build in use, None when there is none."""
    if await connection.fetchval("SELECT to_regclass('search.current') IS NULL"):
        return None
    row = await connection.fetchrow("SELECT layout, number FROM search.current")
    return (row["layout"], row["number"]) if row else None


async def create_build(connection: Any) -> Names:
    """Make the tables of a new build."""
    await connection.execute(_BASE)
    names = Names(await connection.fetchval("SELECT nextval('search.builds')"))
    await connection.execute(names.put(_BUILD))
    return names


async def index_postings(connection: Any, names: Names) -> None:
    """Make the index that every search reads, when it is not there yet."""
    if await connection.fetchval("SELECT to_regclass($1) IS NULL", f"{names.postings}_key"):
        await connection.execute(names.put(_INDEX))


async def drop_build(connection: Any, number: int) -> None:
    """Remove the tables of a build."""
    names = Names(number)
    await connection.execute("DROP TABLE IF EXISTS " + ", ".join(getattr(names, table) for table in TABLES))


async def builds(connection: Any) -> list[int]:
    """Return the numbers of all builds that have tables."""
    found = await connection.fetch(
        "SELECT substring(tablename FROM '[0-9]+$')::int AS number FROM pg_tables"
        " WHERE schemaname = 'search' AND tablename ~ '^counters_[0-9]+$'"
    )
    return [row["number"] for row in found]
