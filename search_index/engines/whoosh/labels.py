"""Numbers for the words of a column, given once and kept for the life of the process."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count, islice
from threading import Lock

import numpy as np
import numpy.typing as npt

from search_index.engines.naming import normal


class Labels:
    """The labels of one column: from a label to its number and back; numbers only grow."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._labels: list[str] = []
        self._typed: dict[str, list[int]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, number: int) -> str:
        return self._labels[number]

    def add(self, labels: Iterable[str], size: int) -> npt.NDArray[np.intp]:
        """Return the numbers of these labels, new ones for new labels."""
        with self._lock:
            numbers = np.fromiter(map(self._numbers.__getitem__, labels), np.intp, size)
            new = len(self._numbers) - len(self._labels)
            self._labels.extend(reversed(list(islice(reversed(self._numbers), new))))
        return numbers

    def find(self, label: str) -> int:
        """Return the number of exactly this label, -1 when there is none."""
        return self._numbers.get(label, -1)

    def typed(self, text: str) -> list[int]:
        """Return the numbers of the labels meant by what somebody typed."""
        return self._by_typed().get(normal(text), [])

    def with_part(self, text: str) -> list[int]:
        """Return the numbers of the labels that have what somebody typed among their words."""
        inside = f"-{normal(text)}-"
        known = list(self._by_typed().items())
        return [number for label, numbers in known if inside in f"-{label}-" for number in numbers]

    def beginning(self, text: str) -> Iterator[int]:
        """Yield the numbers of the labels that begin with what is typed, or have a word that does."""
        wanted = normal(text)
        for known, numbers in list(self._by_typed().items()):
            if wanted and f"-{wanted}" in f"-{known}":
                yield from numbers

    def _by_typed(self) -> dict[str, list[int]]:
        with self._lock:
            seen = sum(map(len, self._typed.values()))
            for number in range(seen, len(self._labels)):
                self._typed.setdefault(normal(self._labels[number]), []).append(number)
        return self._typed
