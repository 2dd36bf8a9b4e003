"""Threads that own one SQLite connection each and do jobs for asyncio tasks, in the order in which they were sent."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Sequence
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

from base.log import logger

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class _Job(Generic[T]):
    """Work that somebody awaits; `lasting` work is done even when nobody awaits it any longer."""

    __slots__ = ("future", "lasting", "loop", "work")

    def __init__(self, work: Work[T], *, lasting: bool) -> None:
        self.work = work
        self.lasting = lasting
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()

    def answer(self, result: T | None, error: BaseException | None) -> None:
        try:
            self.loop.call_soon_threadsafe(self._settle, result, error)
        except RuntimeError:
            if error is not None:  # the loop has closed: nobody can be told but the log
                logger("database").error("job failed after the event loop closed", exc_info=error)

    def _settle(self, result: Any, error: BaseException | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(result)
        else:
            self.future.set_exception(error)


class ConnectionThreads:
    """One thread per connection, all serving the same queue; with one thread, jobs run strictly in sequence."""

    def __init__(self, name: str, connections: Sequence[sqlite3.Connection], *, interruptible: bool) -> None:
        self._interruptible: Final = interruptible
        self._jobs: Final[SimpleQueue[_Job[Any] | None]] = SimpleQueue()
        self._running: Final[dict[_Job[Any], sqlite3.Connection]] = {}
        self._lock: Final = threading.Lock()
        self._closed = False
        self._connections: Final = connections
        self._sent = self._over = 0
        # Daemons: a process that dies without closing must not hang on them.
        self._threads: Final = [
            threading.Thread(target=self._serve, args=(one,), name=f"sqlite-{name}-{number}", daemon=True)
            for number, one in enumerate(connections)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_idle(self) -> bool:
        """Say whether no thread has anything to do, so that nobody uses a connection."""
        return self._sent == self._over and not self._closed

    def here(self, work: Work[T]) -> T:
        """Do `work` in the thread of the caller, while all are idle: what takes no longer than sending it would."""
        return work(self._connections[0])

    async def run(self, work: Work[T]) -> T:
        """Do `work` and return its result; when the task is cancelled, work that has not begun is dropped."""
        return await self.begun(work)

    def begun(self, work: Work[T]) -> Coroutine[Any, Any, T]:
        """Send `work` at once; what is returned is to be awaited as `run` is."""
        return self._answer(self._send(work, lasting=False))

    async def _answer(self, job: _Job[T]) -> T:
        try:
            return await job.future
        except asyncio.CancelledError:
            if self._interruptible:
                self._interrupt(job)
            raise

    async def finish(self, work: Work[T]) -> T:
        """Do `work` whatever happens to the task that asks for it, and return its result."""
        future = self._send(work, lasting=True).future
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(_log_failure)
            raise

    def send(self, work: Work[object]) -> None:
        """Do `work` after everything sent before it, without waiting; a failure is logged."""
        self._send(work, lasting=True).future.add_done_callback(_log_failure)

    async def close(self) -> None:
        """Let what was sent finish (reading is cut short), close the connections and end the threads."""
        self._closed = True
        if self._interruptible:
            with self._lock:
                for connection in self._running.values():
                    connection.interrupt()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _send(self, work: Work[T], *, lasting: bool) -> _Job[T]:
        if self._closed:
            raise sqlite3.ProgrammingError("the database is closed")
        job = _Job(work, lasting=lasting)
        self._sent += 1
        self._jobs.put(job)
        return job

    def _interrupt(self, job: _Job[Any]) -> None:
        # Under the lock, so that a connection already busy with the next job is never hit.
        with self._lock:
            connection = self._running.get(job)
            if connection is not None:
                connection.interrupt()

    def _serve(self, connection: sqlite3.Connection) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                if job.lasting or not job.future.cancelled():
                    self._do(job, connection)
                else:
                    with self._lock:
                        self._over += 1
                del job
        finally:
            connection.close()

    def _do(self, job: _Job[Any], connection: sqlite3.Connection) -> None:
        with self._lock:
            self._running[job] = connection
        result, failure = None, None
        try:
            result = job.work(connection)
        except BaseException as error:  # whatever it is, it belongs to the task that asked
            failure = error
        finally:
            with self._lock:
                del self._running[job]
                self._over += 1  # before the answer: who gets it finds this thread idle
        job.answer(result, failure)


def _log_failure(future: asyncio.Future[Any]) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        logger("database").error("job failed that nobody awaited", exc_info=error)
