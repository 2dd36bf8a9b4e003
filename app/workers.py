"""Several server processes on one socket: started, watched, started again when one dies, and ended together."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from base.log import logger

_LOOK_SECONDS: Final = 0.2
_PAUSES: Final = (0.0, 1.0, 2.0, 5.0, 15.0, 30.0)
# A worker that served for so long was well; what ended it is no sign that the next one fails, too.
_WELL_SECONDS: Final = 30.0
# Longer than a worker gives its requests and what it has to write down.
_END_SECONDS: Final = 40.0


@dataclass
class _Place:
    """One worker's place: its process, and how often it has failed at the start."""

    number: int
    process: "subprocess.Popen[bytes] | None" = None
    line: socket.socket | None = None
    serves: bool = False
    failures: int = 0
    started: float = 0.0
    due: float = field(default=0.0)


class Workers:
    """Server processes that share a socket, which stays open here: whoever comes while one dies waits for another."""

    def __init__(self, count: int, command: Sequence[str], listener: socket.socket) -> None:
        self._places: Final = [_Place(number) for number in range(1, count + 1)]
        self._command: Final = [sys.executable, "-m", "app", *command]
        self._listener: Final = listener
        self._over: Final = threading.Event()
        self._replacing: list[_Place] = []

    def run(self) -> None:
        """Keep them running until SIGTERM or SIGINT; SIGHUP replaces them one after the other."""
        before = {one: signal.signal(one, self._end) for one in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._replace)
        try:
            while not self._over.is_set():
                for place in self._places:
                    self._look_after(place)
                self._replace_next()
                self._over.wait(_LOOK_SECONDS)
        finally:
            self._end_all()
            for one, handler in before.items():
                signal.signal(one, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._over.set()

    def _replace(self, number: int, frame: FrameType | None) -> None:
        self._replacing = list(self._places)

    def _look_after(self, place: _Place) -> None:
        at = time.monotonic()
        process = place.process
        if process is not None and process.poll() is not None:
            self._bury(place, process, at)
        if place.process is None and place.due <= at:
            self._start(place, at)
        if place.line is not None and not place.serves and _has_spoken(place.line):
            place.serves = True
            logger("workers").info("worker serves", worker=place.number)

    def _bury(self, place: _Place, process: "subprocess.Popen[bytes]", at: float) -> None:
        self._hang_up(place)
        was_well = at - place.started > _WELL_SECONDS or process.returncode in (0, -signal.SIGTERM)
        place.failures = 0 if was_well else place.failures + 1
        pause = _PAUSES[min(place.failures, len(_PAUSES) - 1)]
        place.process, place.due = None, at + pause
        logger("workers").warning("worker ended", worker=place.number, code=process.returncode, again_in=pause)

    def _start(self, place: _Place, at: float) -> None:
        descriptor = self._listener.fileno()
        # Over this line the worker says that it serves; when this process is killed, it reads the end and stops.
        place.line, its = socket.socketpair()
        place.line.setblocking(False)
        with its:
            place.process = subprocess.Popen(  # noqa: S603
                [*self._command, "--on", str(descriptor)], stdin=its.fileno(), pass_fds=(descriptor,), process_group=0
            )
        place.started = at
        logger("workers").info("worker started", worker=place.number, pid=place.process.pid)

    def _hang_up(self, place: _Place) -> None:
        if place.line is not None:
            place.line.close()
        place.line, place.serves = None, False

    def _replace_next(self) -> None:
        """Let the next one end that is to be replaced, once all the others serve."""
        if self._replacing and all(place.serves for place in self._places):
            self._replacing[0].serves = False
            process = self._replacing.pop(0).process
            assert process is not None
            process.terminate()

    def _end_all(self) -> None:
        running = [place.process for place in self._places if place.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + _END_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger("workers").warning("worker killed, it did not end", pid=process.pid)
                process.kill()
                process.wait()
        for place in self._places:
            self._hang_up(place)


def _has_spoken(line: socket.socket) -> bool:
    try:
        return bool(line.recv(1))
    except (BlockingIOError, ConnectionError):  # not yet; or it is dead, which is seen in a moment
        return False
