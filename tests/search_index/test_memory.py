"""What search keeps in memory is bounded, whatever is asked by however many at once, and is told."""

import random
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from search_index.engines.cache import Cache
from search_index.engines.whoosh import WhooshEngine
from search_index.engines.whoosh.answers import Wish, search, similar, suggest
from search_index.engines.whoosh.correct import correct
from search_index.wording import read
from tests.search_index.documents import PUBLIC, document
from tests.search_index.nasty import hostile


def all_at_once(work: list[threading.Thread]) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    finally:
        sys.setswitchinterval(before)


def test_the_cache_never_holds_more_than_its_bound() -> None:
    cache = Cache(100_000)
    most: list[int] = []
    failed: list[str] = []

    def use(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(1_000):
            key, size = dice.randrange(200), dice.choice((0, 10, 3_000, 20_000, 90_000, 500_000))
            found = cache.get((key, size), lambda size=size: np.zeros(size, np.uint8), lambda one: one.nbytes)  # type: ignore[misc]
            if len(found) != size:
                failed.append(f"{key} {size}")
            most.append(cache.used)
            if dice.random() < 0.01:
                gone = dice.randrange(200)
                cache.forget(lambda one, gone=gone: one[0] == gone)  # type: ignore[misc]

    all_at_once([threading.Thread(target=use, args=(seed,)) for seed in range(8)])
    assert not failed
    assert max(most) <= cache.limit
    held = sum(taken for _, taken in cache._held.values())
    assert held == cache.used
    cache.forget(lambda _: True)
    assert cache.used == 0


@pytest.mark.anyio
async def test_searching_by_many_keeps_to_the_setting(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", memory_mb=1, seconds=60)
    await engine.open()
    dice = random.Random(3)
    words = [f"word{n}" for n in range(4_000)]
    fresh = await engine.fresh()
    await fresh.add([document(n, " ".join(dice.choices(words, k=5)), " ".join(dice.choices(words, k=60)))
                     for n in range(1_000)])  # fmt: skip
    await fresh.swap()
    queries = hostile(120)
    most: list[int] = []

    def ask(seed: int) -> None:
        chosen = random.Random(seed)
        for _ in range(15):
            who, typed = engine.asked(PUBLIC), chosen.choice(queries)
            query = read(f"{typed} {chosen.choice(words)} {chosen.choice(words)[:5]}*").query
            search(who, query, Wish(facets=("type", "tag", "year"), sections=3))
            suggest(who, chosen.choice(words), 8)
            similar(who, " ".join(chosen.choices(words, k=20)), 5, frozenset(), ())
            correct(who, [chosen.choice(words) + "q"])
            most.append(engine.health().cache_bytes)

    all_at_once([threading.Thread(target=ask, args=(seed,)) for seed in range(4)])
    health = engine.health()
    assert max(most) <= health.cache_limit == 2**20
    assert max(most) > health.cache_limit // 2, "the cache was hardly used"
    assert 1_000 * 100 < health.columns_bytes < 1_000 * 3_000
    await engine.close()
