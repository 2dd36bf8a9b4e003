"""Whose a transaction is, and whether it is over: the same rules on both engines."""

import asyncio
from itertools import count
from typing import Final

from tortoise.exceptions import TransactionManagementError

ENDED_BY_ENGINE: Final = "the database has ended this transaction after an error in it; nothing of it was saved"

_numbers: Final = count(1)


def savepoint_name() -> str:
    """Return a name that no other savepoint of this process has."""
    return f"savepoint_{next(_numbers)}"


class Ownership:
    """Remembers the task that opened a transaction.

    A task started inside a transaction sees that transaction for as long as it lives. While the transaction is
    open its single statements join it, but savepoints of two tasks would interleave and undo each other's work.
    """

    def __init__(self) -> None:
        self._owner: Final = asyncio.current_task()
        self.over = False

    def check(self) -> None:
        """Refuse a savepoint to any task but the owner."""
        if asyncio.current_task() is not self._owner:
            raise TransactionManagementError("a savepoint may only be opened by the task that owns the transaction")
