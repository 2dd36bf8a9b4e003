"""Telling what never ends from what ends: not a measurement, for machines are noisy; benchmarks measure."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

# What is fine takes a tenth of a second; what grows worse than its input takes minutes.
SECONDS_OF_WORK = 10.0


@contextmanager
def ends() -> Iterator[None]:
    """Fail when the block takes the processor far longer than anything sound does."""
    begun = time.process_time()
    yield
    spent = time.process_time() - begun
    assert spent < SECONDS_OF_WORK, f"{spent:.0f} seconds of work"
