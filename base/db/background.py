"""Work that goes on to its end whatever happens to the task that began it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from base.log import logger

T = TypeVar("T")

_background: Final[set[asyncio.Task[Any]]] = set()


def in_background(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Begin it as a task that is not forgotten before it ends."""
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)
    return task


async def surely(work: Coroutine[Any, Any, None]) -> None:
    """Do it to the end even when the task that asks is cancelled meanwhile."""
    task = in_background(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_log_failure)
        raise


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger("database").error("ending failed that nobody awaited", exc_info=error)
