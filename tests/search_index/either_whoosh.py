"""Work on an index with whatever package of Whoosh this interpreter has, and print what is found.

python -m tests.search_index.either_whoosh ROOT FIRST writes documents FIRST to FIRST + 29, and removes one of each ten.
"""

import asyncio
import json
import sys
from pathlib import Path

import whoosh

from search_index.engines.whoosh import WhooshEngine
from search_index.query import Choice, Phrase, Prefix, Query, Word
from tests.search_index.documents import PUBLIC, document

QUERIES = (
    Query(choices=(Choice((Word("nurse"),)),)),
    Query(choices=(Choice((Phrase("night shift"),)), Choice((Prefix("vid"),)))),
    Query(choices=(Choice((Word("title"),)),), sort="newest"),
)


async def work(root: Path, first: int) -> None:
    """Open or make the index, write in several commits, merge, check, and search."""
    engine = WhooshEngine(root, seconds=60)
    await engine.open()
    if not engine.usable:
        assert first == 0, engine.health().trouble
        await (await engine.fresh()).swap()
    for number in range(first, first + 30, 3):
        await engine.replace(
            [document(n, body=f"nurse of the night shift, video {n}") for n in range(number, number + 3)],
            [f"thread:{number - 10}"],
        )
    await engine.tend()
    told: list[object] = []
    for query in QUERIES:
        found = await engine.search(query, PUBLIC, limit=200, facets=("type", "year"))
        told.append([found.total, [(hit.key, hit.score, hit.plain_snippet) for hit in found.hits], str(found.facets)])
    told.append(str(await engine.correct(["nurze", "shfit"], PUBLIC)))
    assert (await engine.check()).state == "ready"
    await engine.close()
    print(json.dumps({"whoosh": list(whoosh.__version__), "told": told}))


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2])))
